/* What the tests of waitable objects share. */
#ifndef OBJECTS_H
#define OBJECTS_H

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>
#include <windows.h>

#include "tap.h"

/* A wait that ends by itself long after everything else would have. */
#define PATIENCE 30000

#define TAKES(object) (WaitForSingleObject(object, 0) == WAIT_OBJECT_0)
#define TIMES_OUT(object) (WaitForSingleObject(object, 0) == WAIT_TIMEOUT)

static inline int start(thrd_t *thread, thrd_start_t work, void *argument)
{
    return thrd_create(thread, work, argument) == thrd_success;
}

static inline int result_of(thrd_t thread)
{
    int result = 0;

    CHECK(thrd_join(thread, &result) == thrd_success);
    return result;
}

/* Whether `work` returns 1 in a thread of its own. */
static inline int in_thread(thrd_start_t work, void *argument)
{
    thrd_t thread;

    return start(&thread, work, argument) && result_of(thread);
}

/* Whether `body` returns 1 in a forked child. */
static inline int in_child(int (*body)(HANDLE), HANDLE handle)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0)
        _exit(body(handle) ? 0 : 1);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* Starts a program with a word and a handle as a number; -1 if that fails. */
static inline pid_t start_program(const char *program, const char *what, HANDLE handle)
{
    char number[32];
    pid_t child;

    snprintf(number, sizeof(number), "%llu", (unsigned long long)(ULONG_PTR)handle);
    child = fork();
    if (child == 0) {
        execl(program, program, what, number, (char *)NULL);
        _exit(126);
    }
    return child;
}

/* Whether the program ended with success. */
static inline int has_succeeded(pid_t child)
{
    int status = -1;

    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static inline void kill_program(pid_t child)
{
    int status;

    CHECK(child > 0 && kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
}

#endif
