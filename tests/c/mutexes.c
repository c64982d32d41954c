/* Mutexes: owners, names, and what becomes of them when an owner ends. */
#include <fcntl.h>

#include "objects.h"

#define IS_ABANDONED(mutex, timeout) (WaitForSingleObject(mutex, timeout) == WAIT_ABANDONED)

static int finds_it_taken(void *argument)
{
    return WaitForSingleObject(*(HANDLE *)argument, 0) == WAIT_TIMEOUT;
}

static int finds_it_free(void *argument)
{
    HANDLE mutex = *(HANDLE *)argument;

    return WaitForSingleObject(mutex, PATIENCE) == WAIT_OBJECT_0 && ReleaseMutex(mutex);
}

static int may_not_release(void *argument)
{
    SetLastError(0);
    return !ReleaseMutex(*(HANDLE *)argument) && GetLastError() == ERROR_NOT_OWNER;
}

static void a_thread_owns_it_as_often_as_it_waited(void)
{
    HANDLE mutex;

    SetLastError(0xBEEF);
    mutex = CreateMutex(NULL, FALSE, NULL);
    CHECK(mutex != NULL && GetLastError() == 0);
    CHECK_FAILS(ReleaseMutex(mutex), ERROR_NOT_OWNER);
    CHECK(TAKES(mutex) && TAKES(mutex));
    CHECK(in_thread(finds_it_taken, &mutex) && in_thread(may_not_release, &mutex));
    CHECK_SUCCEEDS(ReleaseMutex(mutex));
    CHECK(in_thread(finds_it_taken, &mutex));
    CHECK_SUCCEEDS(ReleaseMutex(mutex));
    CHECK(in_thread(finds_it_free, &mutex));
    CHECK_FAILS(ReleaseMutex(mutex), ERROR_NOT_OWNER);
    CHECK(CloseHandle(mutex));
    CHECK_FAILS(ReleaseMutex(mutex), ERROR_INVALID_HANDLE);
}

static void the_creator_may_own_it(void)
{
    HANDLE mutex = CreateMutex(NULL, TRUE, TEXT("initial"));
    HANDLE second;

    CHECK(mutex != NULL && in_thread(finds_it_taken, &mutex));
    second = CreateMutex(NULL, TRUE, TEXT("initial"));
    CHECK(second != NULL && GetLastError() == ERROR_ALREADY_EXISTS);
    /* It was not taken a second time. Both handles are of one mutex, and one thread owns that. */
    CHECK(ReleaseMutex(second));
    CHECK(in_thread(finds_it_free, &mutex));
    CHECK(TAKES(mutex) && TAKES(second) && ReleaseMutex(mutex) && in_thread(finds_it_taken, &second));
    CHECK(ReleaseMutex(mutex) && in_thread(finds_it_free, &second));
    CHECK(CloseHandle(mutex));
    mutex = OpenMutex(MUTEX_ALL_ACCESS, FALSE, TEXT("Global\\initial"));
    CHECK(mutex != NULL);
    CHECK(CloseHandle(mutex) && CloseHandle(second));
    CHECK_FAILS(OpenMutex(MUTEX_ALL_ACCESS, FALSE, TEXT("initial")), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(CreateMutexEx(NULL, NULL, 2, MUTEX_ALL_ACCESS), ERROR_INVALID_PARAMETER);
    mutex = CreateMutexEx(NULL, NULL, CREATE_MUTEX_INITIAL_OWNER, MUTEX_ALL_ACCESS);
    CHECK(in_thread(finds_it_taken, &mutex));
    CHECK(CloseHandle(mutex));
}

#define WORKERS 4
#define TURNS 20000

static HANDLE guard;
static int counter;

static int count(void *unused)
{
    int i;

    (void)unused;
    for (i = 0; i < TURNS; i++) {
        if (WaitForSingleObject(guard, PATIENCE) != WAIT_OBJECT_0)
            return 0;
        counter++;
        if (!ReleaseMutex(guard))
            return 0;
    }
    return 1;
}

static void one_thread_at_a_time(void)
{
    thrd_t threads[WORKERS];
    int i;

    guard = CreateMutex(NULL, FALSE, NULL);
    for (i = 0; i < WORKERS; i++)
        CHECK(start(&threads[i], count, NULL));
    for (i = 0; i < WORKERS; i++)
        CHECK(result_of(threads[i]));
    CHECK(counter == WORKERS * TURNS);
    CHECK(CloseHandle(guard));
}

static int take_it(void *argument)
{
    return WaitForSingleObject(*(HANDLE *)argument, PATIENCE) == WAIT_OBJECT_0;
}

static int take_it_later(void *argument)
{
    int is_taken = take_it(argument);

    Sleep(50);
    return is_taken;
}

static void a_thread_that_ends_abandons_it(void)
{
    HANDLE mutex = CreateMutex(NULL, FALSE, NULL);
    HANDLE both[2];
    thrd_t thread;

    CHECK(in_thread(take_it, &mutex));
    CHECK(IS_ABANDONED(mutex, 0));
    CHECK(TAKES(mutex) && ReleaseMutex(mutex) && ReleaseMutex(mutex));
    CHECK(in_thread(finds_it_free, &mutex));
    /* Also for those who wait already. */
    CHECK(start(&thread, take_it_later, &mutex));
    while (TAKES(mutex)) {
        CHECK(ReleaseMutex(mutex));
        Sleep(1);
    }
    CHECK(IS_ABANDONED(mutex, PATIENCE));
    CHECK(result_of(thread) && ReleaseMutex(mutex));
    /* In a wait for several the index counts; what a wait for all could not take stays abandoned. */
    both[0] = CreateEvent(NULL, FALSE, FALSE, NULL);
    both[1] = mutex;
    CHECK(in_thread(take_it, &mutex));
    CHECK(WaitForMultipleObjects(2, both, TRUE, 0) == WAIT_TIMEOUT);
    CHECK(WaitForMultipleObjects(2, both, FALSE, 0) == WAIT_ABANDONED_0 + 1);
    CHECK(ReleaseMutex(mutex) && CloseHandle(both[0]) && CloseHandle(mutex));
}

static void signal_and_wait_releases_it(void)
{
    HANDLE mutex = CreateMutex(NULL, TRUE, NULL);
    HANDLE event = CreateEvent(NULL, FALSE, TRUE, NULL);

    CHECK(SignalObjectAndWait(mutex, event, PATIENCE, FALSE) == WAIT_OBJECT_0);
    CHECK(in_thread(finds_it_free, &mutex));
    SetLastError(0);
    CHECK(SignalObjectAndWait(mutex, event, 0, FALSE) == WAIT_FAILED && GetLastError() == ERROR_NOT_OWNER);
    CHECK(CloseHandle(mutex) && CloseHandle(event));
}

static const char *self;

static int finds_it_abandoned(void *argument)
{
    HANDLE mutex = *(HANDLE *)argument;
    ULONGLONG before = GetTickCount64();

    return IS_ABANDONED(mutex, PATIENCE) && GetTickCount64() - before < PATIENCE && ReleaseMutex(mutex);
}

/* Tells through an event that it owns the mutex, and waits to be killed. */
static int hold(HANDLE ready)
{
    HANDLE mutex = OpenMutex(MUTEX_ALL_ACCESS, FALSE, TEXT("killed"));

    if (mutex == NULL || WaitForSingleObject(mutex, PATIENCE) == WAIT_FAILED)
        return 0;
    SetEvent(ready);
    Sleep(2 * PATIENCE);
    return 1;
}

static int end_as_owner(HANDLE mutex)
{
    return WaitForSingleObject(mutex, PATIENCE) == WAIT_OBJECT_0;
}

static int release_unowned(HANDLE mutex)
{
    return WaitForSingleObject(mutex, 0) == WAIT_TIMEOUT && !ReleaseMutex(mutex) && GetLastError() == ERROR_NOT_OWNER;
}

static void a_process_that_ends_abandons_it(void)
{
    SECURITY_ATTRIBUTES attributes = {sizeof(attributes), NULL, TRUE};
    HANDLE ready = CreateEvent(&attributes, FALSE, FALSE, NULL);
    HANDLE mutex = CreateMutex(NULL, FALSE, TEXT("killed"));
    HANDLE inherited = CreateMutex(&attributes, FALSE, NULL);
    thrd_t thread;
    pid_t child;
    int round;

    for (round = 0; round < 3; round++) {
        child = start_program(self, "hold", ready);
        CHECK(WaitForSingleObject(ready, PATIENCE) == WAIT_OBJECT_0);
        CHECK(TIMES_OUT(mutex) && WaitForSingleObject(mutex, 250) == WAIT_TIMEOUT);
        /* One who waits already finds it, or one who comes later. */
        CHECK(round != 1 || start(&thread, finds_it_abandoned, &mutex));
        Sleep(20);
        kill_program(child);
        CHECK(round == 1 ? result_of(thread) : finds_it_abandoned(&mutex));
        CHECK(TAKES(mutex) && ReleaseMutex(mutex));
    }
    CHECK(has_succeeded(start_program(self, "end", inherited)));
    CHECK(IS_ABANDONED(inherited, 0));
    /* What this process owns, a child that it forks does not. */
    CHECK(in_child(release_unowned, inherited));
    CHECK(ReleaseMutex(inherited));
    CHECK(in_child(end_as_owner, inherited));
    CHECK(IS_ABANDONED(inherited, PATIENCE));
    CHECK(CloseHandle(ready) && CloseHandle(mutex) && CloseHandle(inherited));
}

/* A child of the owner that lives on keeps nothing of it. */
static int hold_with_child(HANDLE ready)
{
    HANDLE mutex = OpenMutex(MUTEX_ALL_ACCESS, FALSE, TEXT("forked"));

    if (mutex == NULL || WaitForSingleObject(mutex, PATIENCE) == WAIT_FAILED)
        return 0;
    if (fork() != 0)
        Sleep(2 * PATIENCE);
    SetEvent(ready);
    Sleep(2000);
    return 1;
}

static void a_forked_child_does_not_own_it_on(void)
{
    SECURITY_ATTRIBUTES attributes = {sizeof(attributes), NULL, TRUE};
    HANDLE ready = CreateEvent(&attributes, FALSE, FALSE, NULL);
    HANDLE mutex = CreateMutex(NULL, FALSE, TEXT("forked"));
    pid_t child = start_program(self, "fork", ready);

    CHECK(WaitForSingleObject(ready, PATIENCE) == WAIT_OBJECT_0);
    CHECK(TIMES_OUT(mutex));
    kill_program(child);
    CHECK(IS_ABANDONED(mutex, 1000));
    CHECK(ReleaseMutex(mutex) && CloseHandle(mutex) && CloseHandle(ready));
    /* The grandchild has a handle of it until it ends. */
    while ((mutex = OpenMutex(MUTEX_ALL_ACCESS, FALSE, TEXT("forked"))) != NULL) {
        CHECK(CloseHandle(mutex));
        Sleep(20);
    }
}

static int count_alone(HANDLE unused)
{
    HANDLE mutex = OpenMutex(MUTEX_ALL_ACCESS, FALSE, TEXT("counted"));
    HANDLE inside = OpenSemaphore(SEMAPHORE_ALL_ACCESS, FALSE, TEXT("inside"));
    int i, good = 1;

    (void)unused;
    for (i = 0; i < 2000 && good; i++) {
        good = WaitForSingleObject(mutex, PATIENCE) == WAIT_OBJECT_0;
        /* Only one process at a time finds the semaphore full. */
        good = good && WaitForSingleObject(inside, 0) == WAIT_OBJECT_0 && ReleaseSemaphore(inside, 1, NULL);
        good = good && ReleaseMutex(mutex);
    }
    return good;
}

static void one_process_at_a_time(void)
{
    HANDLE mutex = CreateMutex(NULL, FALSE, TEXT("counted"));
    HANDLE inside = CreateSemaphore(NULL, 1, 1, TEXT("inside"));
    pid_t children[WORKERS];
    int i;

    for (i = 0; i < WORKERS; i++)
        children[i] = start_program(self, "count", NULL);
    for (i = 0; i < WORKERS; i++)
        CHECK(has_succeeded(children[i]));
    CHECK(CloseHandle(mutex) && CloseHandle(inside));
}

/*
 * Names come and go in all processes at once; nobody ever meets a dead object: who owns the mutex of the name is alone. In the end
 * none is left.
 */
static int is_alone(void)
{
    int file = open("alone", O_CREAT | O_EXCL | O_RDWR, 0600);

    return file >= 0 && close(file) == 0 && unlink("alone") == 0;
}

static int create_and_close(HANDLE unused)
{
    int i;

    (void)unused;
    for (i = 0; i < 2000; i++) {
        HANDLE mutex = CreateMutex(NULL, i % 2, TEXT("fleeting"));
        BOOL is_mine = mutex != NULL && GetLastError() == 0 && i % 2;
        if (mutex == NULL || (!is_mine && WaitForSingleObject(mutex, PATIENCE) == WAIT_FAILED) || !is_alone() ||
            !ReleaseMutex(mutex) || !CloseHandle(mutex)) {
            printf("# round %d: %p, last error %u\n", i, mutex, GetLastError());
            return 0;
        }
    }
    return 1;
}

/* What a process has created, it can open, and it is the same. */
static int create_and_open(HANDLE unused)
{
    int i;

    (void)unused;
    for (i = 0; i < 5000; i++) {
        HANDLE event = CreateEvent(NULL, TRUE, FALSE, TEXT("brief"));
        HANDLE second = OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("brief"));
        if (event == NULL || second == NULL || !SetEvent(event) || !TAKES(second) || !CloseHandle(event) ||
            !CloseHandle(second)) {
            printf("# round %d: %p, %p, last error %u\n", i, event, second, GetLastError());
            return 0;
        }
    }
    return 1;
}

static void names_come_and_go(void)
{
    pid_t children[WORKERS];
    int i, round;

    for (round = 0; round < 2; round++) {
        for (i = 0; i < WORKERS; i++)
            children[i] = start_program(self, round ? "brief" : "fleeting", NULL);
        for (i = 0; i < WORKERS; i++)
            CHECK(has_succeeded(children[i]));
    }
    CHECK_FAILS(OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("brief")), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(OpenMutex(MUTEX_ALL_ACCESS, FALSE, TEXT("fleeting")), ERROR_FILE_NOT_FOUND);
}

static int child(const char *what, HANDLE handle)
{
    if (strcmp(what, "hold") == 0)
        return hold(handle);
    if (strcmp(what, "fork") == 0)
        return hold_with_child(handle);
    if (strcmp(what, "count") == 0)
        return count_alone(handle);
    if (strcmp(what, "fleeting") == 0)
        return create_and_close(handle);
    if (strcmp(what, "brief") == 0)
        return create_and_open(handle);
    return end_as_owner(handle);
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc == 3)
        return !child(argv[1], (HANDLE)(ULONG_PTR)strtoull(argv[2], NULL, 10));
    tap_run("a thread owns a mutex as often as it waited", a_thread_owns_it_as_often_as_it_waited);
    tap_run("the creator may own it", the_creator_may_own_it);
    tap_run("one thread at a time owns it", one_thread_at_a_time);
    tap_run("a thread that ends abandons it", a_thread_that_ends_abandons_it);
    tap_run("SignalObjectAndWait releases it", signal_and_wait_releases_it);
    tap_run("a process that ends abandons it", a_process_that_ends_abandons_it);
    tap_run("a forked child does not own it on", a_forked_child_does_not_own_it_on);
    tap_run("one process at a time owns it", one_process_at_a_time);
    tap_run("names come and go", names_come_and_go);
    return tap_end();
}
