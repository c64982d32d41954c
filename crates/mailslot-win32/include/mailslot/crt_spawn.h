/*
 * The functions of Microsoft's process.h that start programs, over CreateProcess and the C library. Inline.
 *
 * As there, arguments are joined by blanks and split again by the program: one with a blank in it needs quotes around it. Only
 * _exec... hands them over as they are.
 */
#ifndef MAILSLOT_CRT_SPAWN_H
#define MAILSLOT_CRT_SPAWN_H

#include <stdint.h>
#include <string.h>

#include "language.h"
#include "libc_names.h"

/* The mode: wait and return the exit code; return a process handle (as intptr_t, to be closed); replace this program. */
#define _P_WAIT 0
#define _P_NOWAIT 1
#define _P_OVERLAY 2
/* As _P_NOWAIT, but return 0 and no handle. */
#define _P_NOWAITO 3
#define _P_DETACH 4
#ifndef P_WAIT
#define P_WAIT _P_WAIT
#define P_NOWAIT _P_NOWAIT
#define P_OVERLAY _P_OVERLAY
#define P_NOWAITO _P_NOWAITO
#define P_DETACH _P_DETACH
#endif

/* The structures of CreateProcess, for a header that must not bring the types of windows.h. */
struct mailslot_spawn_startup {
    unsigned int size;
    unsigned int nothing[25];
};
struct mailslot_spawn_information {
    void *process;
    void *thread;
    unsigned int process_id;
    unsigned int thread_id;
};

#ifdef __cplusplus
extern "C" {
#endif
int mailslot_spawn_create(const char *application, char *command_line, void *process_attributes, void *thread_attributes,
                          int inherit, unsigned int flags, void *environment, const char *directory,
                          struct mailslot_spawn_startup *startup, struct mailslot_spawn_information *information)
    __asm__("CreateProcessA");
unsigned int mailslot_spawn_wait(void *handle, unsigned int milliseconds) __asm__("WaitForSingleObject");
int mailslot_spawn_exit_code(void *process, unsigned int *code) __asm__("GetExitCodeProcess");
int mailslot_spawn_close(void *handle) __asm__("CloseHandle");
unsigned int mailslot_spawn_error(void) __asm__("GetLastError");
int mailslot_libc_execv(const char *program, char *const *arguments) __asm__("execv");
int mailslot_libc_execvp(const char *program, char *const *arguments) __asm__("execvp");
#ifdef __cplusplus
}
#endif

/* The last error as errno. */
static inline int mailslot_spawn_errno(void)
{
    switch (mailslot_spawn_error()) {
    case 2:
    case 3:
        return ENOENT;
    case 4:
        return EMFILE;
    case 5:
        return EACCES;
    case 6:
        return ECHILD;
    case 193:
        return ENOEXEC;
    case 206:
        return E2BIG;
    case 87:
        return EINVAL;
    default:
        return ENOMEM;
    }
}

/*
 * Waits for the end of a process that _spawn... returned the handle of, and closes the handle. *termstat receives the exit code. `action`
 * has no meaning, as on Windows. -1: errno is ECHILD.
 */
static inline intptr_t _cwait(int *termstat, intptr_t procHandle, int action)
{
    unsigned int code = 0;

    (void)action;
    if (mailslot_spawn_wait((void *)procHandle, 0xFFFFFFFFU) != 0 || !mailslot_spawn_exit_code((void *)procHandle, &code)) {
        errno = ECHILD;
        return -1;
    }
    mailslot_spawn_close((void *)procHandle);
    if (termstat)
        *termstat = (int)code;
    return procHandle;
}

static inline intptr_t mailslot_spawn(int mode, const char *name, const char *const *arguments, int searches)
{
    struct mailslot_spawn_startup startup;
    struct mailslot_spawn_information information;
    size_t size = strlen(name) + 4, at;
    char *line;
    int status = 0, started;

    if (mode == _P_OVERLAY) {
        /* The C library does not write to the texts. */
        return (searches ? mailslot_libc_execvp : mailslot_libc_execv)(name, (char *const *)(uintptr_t)arguments);
    }
    for (at = 0; arguments[at]; at++)
        size += strlen(arguments[at]) + 1;
    line = (char *)mailslot_libc_calloc(size, 1);
    if (line == NULL) {
        errno = ENOMEM;
        return -1;
    }
    if (searches)
        strcat(strcat(strcat(line, "\""), name), "\"");
    else if (arguments[0])
        strcat(line, arguments[0]);
    for (at = 1; arguments[0] && arguments[at]; at++)
        strcat(strcat(line, " "), arguments[at]);
    memset(&startup, 0, sizeof(startup));
    startup.size = sizeof(startup);
    started = mailslot_spawn_create(searches ? NULL : name, line, NULL, NULL, 1, 0, NULL, NULL, &startup, &information);
    mailslot_libc_free(line);
    if (!started) {
        errno = mailslot_spawn_errno();
        return -1;
    }
    mailslot_spawn_close(information.thread);
    if (mode == _P_NOWAIT)
        return (intptr_t)information.process;
    if (mode == _P_WAIT)
        return _cwait(&status, (intptr_t)information.process, 0) == -1 ? -1 : status;
    mailslot_spawn_close(information.process);
    return 0;
}

/* The arguments of a call, up to NULL, in an array. */
enum { mailslot_spawn_most = 256 };

#define MAILSLOT_SPAWN_COLLECT(first, array)                                                                                \
    do {                                                                                                                   \
        int mailslot_count = 0;                                                                                            \
        va_list mailslot_list;                                                                                             \
        (array)[0] = (first);                                                                                              \
        va_start(mailslot_list, first);                                                                                    \
        while ((array)[mailslot_count] && mailslot_count < mailslot_spawn_most - 1)                                        \
            (array)[++mailslot_count] = va_arg(mailslot_list, const char *);                                               \
        va_end(mailslot_list);                                                                                             \
        (array)[mailslot_count] = NULL;                                                                                    \
    } while (0)

/*
 * Start a program: ...l with arguments in the call, ended by NULL; ...v with an array; ...p looks for it in PATH. The first argument is the
 * program's name by habit. -1: errno is ENOENT, EACCES, ENOEXEC, E2BIG, EMFILE or ENOMEM.
 */
static inline intptr_t _spawnv(int mode, const char *cmdname, const char *const *argv)
{
    return mailslot_spawn(mode, cmdname, argv, 0);
}

static inline intptr_t _spawnvp(int mode, const char *cmdname, const char *const *argv)
{
    return mailslot_spawn(mode, cmdname, argv, 1);
}

static inline intptr_t _spawnl(int mode, const char *cmdname, const char *arg0, ...)
{
    const char *arguments[mailslot_spawn_most];

    MAILSLOT_SPAWN_COLLECT(arg0, arguments);
    return mailslot_spawn(mode, cmdname, arguments, 0);
}

static inline intptr_t _spawnlp(int mode, const char *cmdname, const char *arg0, ...)
{
    const char *arguments[mailslot_spawn_most];

    MAILSLOT_SPAWN_COLLECT(arg0, arguments);
    return mailslot_spawn(mode, cmdname, arguments, 1);
}

/* Replace this program. They return only if they fail: -1, and errno says why. */
static inline intptr_t _execv(const char *cmdname, const char *const *argv)
{
    return mailslot_spawn(_P_OVERLAY, cmdname, argv, 0);
}

static inline intptr_t _execvp(const char *cmdname, const char *const *argv)
{
    return mailslot_spawn(_P_OVERLAY, cmdname, argv, 1);
}

static inline intptr_t _execl(const char *cmdname, const char *arg0, ...)
{
    const char *arguments[mailslot_spawn_most];

    MAILSLOT_SPAWN_COLLECT(arg0, arguments);
    return mailslot_spawn(_P_OVERLAY, cmdname, arguments, 0);
}

static inline intptr_t _execlp(const char *cmdname, const char *arg0, ...)
{
    const char *arguments[mailslot_spawn_most];

    MAILSLOT_SPAWN_COLLECT(arg0, arguments);
    return mailslot_spawn(_P_OVERLAY, cmdname, arguments, 1);
}

#endif
