/* Threads: CreateThread and the C run-time's, how they end, waits for them, queued calls, local storage. */
#include <errno.h>
#include <process.h>
#include <stdint.h>

#include "objects.h"

static BOOL ends_with(HANDLE thread, DWORD expected)
{
    DWORD code = 0;

    return WaitForSingleObject(thread, PATIENCE) == WAIT_OBJECT_0 && GetExitCodeThread(thread, &code) && code == expected;
}

static HANDLE go;

static DWORD WINAPI wait_and_return(LPVOID argument)
{
    if (WaitForSingleObject(go, PATIENCE) != WAIT_OBJECT_0)
        return 1;
    return *(DWORD *)argument;
}

static void a_thread_runs_and_its_handle_is_signalled_at_its_end(void)
{
    DWORD result = 4711, id = 0, code = 0;
    HANDLE thread;

    go = CreateEvent(NULL, TRUE, FALSE, NULL);
    SetLastError(0xBEEF);
    thread = CreateThread(NULL, 0, wait_and_return, &result, 0, &id);
    CHECK(thread != NULL && GetLastError() == 0xBEEF);
    CHECK(id != 0 && id != GetCurrentThreadId() && GetThreadId(thread) == id);
    CHECK(TIMES_OUT(thread));
    CHECK(GetExitCodeThread(thread, &code) && code == STILL_ACTIVE);
    CHECK(SetEvent(go) && ends_with(thread, 4711) && TAKES(thread));
    CHECK(CloseHandle(thread));
    CHECK_FAILS(GetExitCodeThread(thread, &code), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CreateThread(NULL, 0, NULL, NULL, 0, NULL), ERROR_INVALID_PARAMETER);
    CHECK(CloseHandle(go));
}

static DWORD WINAPI recurse(LPVOID argument)
{
    volatile char room[16384];
    int depth = *(int *)argument;

    room[0] = room[sizeof(room) - 1] = (char)depth;
    if (depth == 0)
        return (DWORD)room[0];
    depth--;
    return recurse(&depth) + (DWORD)(room[0] - (char)(depth + 1));
}

static void the_stack_has_the_size_that_was_asked_for(void)
{
    int deep = 2000, flat = 1;
    HANDLE thread = CreateThread(NULL, 64 << 20, recurse, &deep, 0, NULL);

    CHECK(ends_with(thread, 0));
    CHECK(CloseHandle(thread));
    thread = CreateThread(NULL, 100000, recurse, &flat, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    CHECK(ends_with(thread, 0));
    CHECK(CloseHandle(thread));
    CHECK_FAILS(CreateThread(NULL, (SIZE_T)-1, recurse, &flat, 0, NULL), ERROR_NOT_ENOUGH_MEMORY);
}

static HANDLE left;

static void leave(DWORD code)
{
    SetEvent(left);
    ExitThread(code);
}

static DWORD WINAPI leave_early(LPVOID argument)
{
    HANDLE *mutex = (HANDLE *)argument;

    WaitForSingleObject(*mutex, PATIENCE);
    leave(17);
    return 1;
}

static void exit_thread_ends_it_with_that_code(void)
{
    HANDLE mutex = CreateMutex(NULL, FALSE, NULL), thread;

    left = CreateEvent(NULL, FALSE, FALSE, NULL);
    thread = CreateThread(NULL, 0, leave_early, &mutex, 0, NULL);
    CHECK(ends_with(thread, 17) && TAKES(left));
    CHECK(WaitForSingleObject(mutex, 0) == WAIT_ABANDONED);
    CHECK(CloseHandle(thread) && CloseHandle(left) && CloseHandle(mutex));
}

#ifdef __cplusplus
static int destroyed;

struct Local {
    ~Local()
    {
        destroyed++;
    }
};

static thread_local Local per_thread;

static DWORD WINAPI leave_with_objects(LPVOID argument)
{
    Local local;

    (void)&per_thread;
    ExitThread((DWORD)(ULONG_PTR)argument);
}

static void exit_thread_destroys_objects(void)
{
    HANDLE thread = CreateThread(NULL, 0, leave_with_objects, (LPVOID)3, 0, NULL);

    CHECK(ends_with(thread, 3));
    CHECK(destroyed >= 1);
    CHECK(CloseHandle(thread));
}
#endif

static int has_begun;

static DWORD WINAPI begin(LPVOID unused)
{
    (void)unused;
    return (DWORD)__atomic_add_fetch(&has_begun, 1, __ATOMIC_SEQ_CST);
}

static void add(ULONG_PTR amount)
{
    __atomic_add_fetch(&has_begun, (int)amount, __ATOMIC_SEQ_CST);
}

static void a_suspended_thread_begins_when_resumed(void)
{
    HANDLE thread;

    has_begun = 0;
    thread = CreateThread(NULL, 0, begin, NULL, CREATE_SUSPENDED, NULL);
    CHECK(thread != NULL);
    CHECK(SuspendThread(thread) == 1);
    /* Calls that were queued to it come first. */
    CHECK(QueueUserAPC(add, thread, 10) && QueueUserAPC(add, thread, 100));
    Sleep(50);
    CHECK(TIMES_OUT(thread) && has_begun == 0);
    CHECK(ResumeThread(thread) == 2);
    Sleep(20);
    CHECK(TIMES_OUT(thread) && has_begun == 0);
    CHECK(ResumeThread(thread) == 1);
    CHECK(ends_with(thread, 111));
    CHECK(ResumeThread(thread) == 0);
    SetLastError(0);
    CHECK(SuspendThread(thread) == (DWORD)-1 && GetLastError() == ERROR_NOT_SUPPORTED);
    CHECK_FAILS(QueueUserAPC(add, thread, 1), ERROR_GEN_FAILURE);
    CHECK(CloseHandle(thread));
}

static DWORD WINAPI wait_alertably(LPVOID argument)
{
    DWORD sum = 0;

    SetEvent((HANDLE)argument);
    while (SleepEx(PATIENCE, TRUE) == WAIT_IO_COMPLETION)
        if (__atomic_load_n(&has_begun, __ATOMIC_SEQ_CST) >= 6)
            return sum + 1;
    return 0;
}

static void leave_in_call(ULONG_PTR code)
{
    ExitThread((DWORD)code);
}

static void calls_are_made_in_alertable_waits(void)
{
    HANDLE ready = CreateEvent(NULL, FALSE, FALSE, NULL);
    HANDLE thread;

    has_begun = 0;
    thread = CreateThread(NULL, 0, wait_alertably, ready, 0, NULL);
    CHECK(WaitForSingleObject(ready, PATIENCE) == WAIT_OBJECT_0);
    CHECK(QueueUserAPC(add, thread, 1) && QueueUserAPC(add, thread, 2) && QueueUserAPC(add, thread, 3));
    CHECK(ends_with(thread, 1) && has_begun == 6);
    CHECK(CloseHandle(thread));
    /* The own thread: only when it waits alertably. */
    CHECK(QueueUserAPC(add, GetCurrentThread(), 10));
    CHECK(WaitForSingleObject(ready, 0) == WAIT_TIMEOUT && has_begun == 6);
    CHECK(SleepEx(0, TRUE) == WAIT_IO_COMPLETION && has_begun == 16);
    CHECK(SleepEx(0, TRUE) == 0);
    CHECK_FAILS(QueueUserAPC(NULL, GetCurrentThread(), 0), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(QueueUserAPC(add, ready, 0), ERROR_INVALID_HANDLE);
    /* A call may end its thread. */
    thread = CreateThread(NULL, 0, wait_alertably, ready, 0, NULL);
    CHECK(QueueUserAPC(leave_in_call, thread, 23));
    CHECK(ends_with(thread, 23));
    CHECK(CloseHandle(thread) && CloseHandle(ready));
}

#define MANY 8

static void waits_for_threads_among_others(void)
{
    HANDLE objects[MANY];
    DWORD results[MANY], i, code;

    go = CreateEvent(NULL, FALSE, FALSE, NULL);
    for (i = 1; i < MANY; i++) {
        results[i] = i;
        objects[i] = CreateThread(NULL, 0, wait_and_return, &results[i], 0, NULL);
    }
    objects[0] = CreateEvent(NULL, TRUE, FALSE, NULL);
    CHECK(WaitForMultipleObjects(MANY, objects, FALSE, 0) == WAIT_TIMEOUT);
    CHECK(SetEvent(go));
    i = WaitForMultipleObjects(MANY, objects, FALSE, PATIENCE);
    CHECK(i >= WAIT_OBJECT_0 + 1 && i < WAIT_OBJECT_0 + MANY);
    CHECK(GetExitCodeThread(objects[i - WAIT_OBJECT_0], &code) && code == i - WAIT_OBJECT_0);
    for (i = 2; i < MANY; i++) {
        CHECK(SetEvent(go));
        while (WaitForSingleObject(go, 0) == WAIT_OBJECT_0)
            SetEvent(go);
    }
    CHECK(WaitForMultipleObjects(MANY - 1, objects + 1, TRUE, PATIENCE) == WAIT_OBJECT_0);
    CHECK(WaitForMultipleObjects(MANY, objects, TRUE, 0) == WAIT_TIMEOUT);
    CHECK(SetEvent(objects[0]) && WaitForMultipleObjects(MANY, objects, TRUE, 0) == WAIT_OBJECT_0);
    for (i = 0; i < MANY; i++)
        CHECK(CloseHandle(objects[i]));
    CHECK(CloseHandle(go));
}

static DWORD WINAPI duplicate_itself(LPVOID argument)
{
    return DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), (LPHANDLE)argument, 0, FALSE,
                           DUPLICATE_SAME_ACCESS)
               ? 5
               : 1;
}

static void handles_of_one_thread(void)
{
    HANDLE own = NULL, second = NULL, thread;
    DWORD code;

    CHECK(GetThreadId(GetCurrentThread()) == GetCurrentThreadId());
    CHECK(GetExitCodeThread(GetCurrentThread(), &code) && code == STILL_ACTIVE);
    CHECK_SUCCEEDS(CloseHandle(GetCurrentThread()));
    CHECK(WaitForSingleObject(GetCurrentThread(), 10) == WAIT_TIMEOUT);
    thread = CreateThread(NULL, 0, duplicate_itself, &own, 0, NULL);
    CHECK(ends_with(thread, 5));
    CHECK(own != NULL && own != thread && GetThreadId(own) == GetThreadId(thread) && ends_with(own, 5));
    CHECK(DuplicateHandle(GetCurrentProcess(), thread, GetCurrentProcess(), &second, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(CloseHandle(thread));
    CHECK(ends_with(second, 5));
    CHECK(CloseHandle(second) && CloseHandle(own));
    CHECK_FAILS(GetThreadId(NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(TerminateThread(GetCurrentThread(), 0), ERROR_NOT_SUPPORTED);
}

static void priorities_are_kept(void)
{
    CHECK(GetThreadPriority(GetCurrentThread()) == THREAD_PRIORITY_NORMAL);
    CHECK_SUCCEEDS(SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_HIGHEST));
    CHECK(GetThreadPriority(GetCurrentThread()) == THREAD_PRIORITY_HIGHEST);
    CHECK_FAILS(SetThreadPriority(GetCurrentThread(), 3), ERROR_INVALID_PARAMETER);
    SetLastError(0);
    CHECK(GetThreadPriority(NULL) == THREAD_PRIORITY_ERROR_RETURN && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(SwitchToThread());
}

static DWORD tls;

static DWORD WINAPI use_storage(LPVOID argument)
{
    if (TlsGetValue(tls) != NULL || !TlsSetValue(tls, argument))
        return 1;
    Sleep(5);
    return TlsGetValue(tls) == argument ? 0 : 2;
}

static void every_thread_has_its_storage(void)
{
    HANDLE threads[MANY];
    DWORD i;

    tls = TlsAlloc();
    CHECK(tls != TLS_OUT_OF_INDEXES);
    SetLastError(0xBEEF);
    CHECK(TlsGetValue(tls) == NULL && GetLastError() == 0);
    CHECK_SUCCEEDS(TlsSetValue(tls, &tls));
    for (i = 0; i < MANY; i++)
        threads[i] = CreateThread(NULL, 0, use_storage, &threads[i], 0, NULL);
    for (i = 0; i < MANY; i++) {
        CHECK(ends_with(threads[i], 0));
        CHECK(CloseHandle(threads[i]));
    }
    CHECK(TlsGetValue(tls) == &tls);
    CHECK_SUCCEEDS(TlsFree(tls));
    CHECK_FAILS(TlsFree(tls), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(TlsSetValue(tls, &tls), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(TlsGetValue(tls) != NULL, ERROR_INVALID_PARAMETER);
    CHECK_FAILS(TlsFree(TLS_OUT_OF_INDEXES), ERROR_INVALID_PARAMETER);
    tls = TlsAlloc();
    CHECK(TlsGetValue(tls) == NULL && TlsFree(tls));
}

static unsigned crt_return(void *argument)
{
    return *(unsigned *)argument;
}

static unsigned crt_leave(void *argument)
{
    _endthreadex(*(unsigned *)argument);
    return 1;
}

static void crt_signal(void *argument)
{
    WaitForSingleObject(go, PATIENCE);
    SetEvent((HANDLE)argument);
}

static void crt_signal_and_leave(void *argument)
{
    crt_signal(argument);
    _endthread();
}

static void threads_of_the_c_run_time(void)
{
    unsigned result = 99, id = 0;
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, crt_return, &result, 0, &id);
    HANDLE done = CreateEvent(NULL, FALSE, FALSE, NULL);
    void (*routines[2])(void *) = {crt_signal, crt_signal_and_leave};
    uintptr_t handle;
    int i;

    CHECK(thread != NULL && id != 0 && id == GetThreadId(thread) && ends_with(thread, 99));
    CHECK(CloseHandle(thread));
    thread = (HANDLE)_beginthreadex(NULL, 0, crt_leave, &result, CREATE_SUSPENDED, NULL);
    CHECK(ResumeThread(thread) == 1 && ends_with(thread, 99));
    CHECK(CloseHandle(thread));
    errno = 0;
    CHECK(_beginthreadex(NULL, 0, NULL, NULL, 0, NULL) == 0 && errno == EINVAL);
    errno = 0;
    CHECK(_beginthread(NULL, 0, NULL) == (uintptr_t)-1 && errno == EINVAL);
    go = CreateEvent(NULL, FALSE, FALSE, NULL);
    for (i = 0; i < 2; i++) {
        handle = _beginthread(routines[i], 0, done);
        CHECK(handle != (uintptr_t)-1 && GetThreadId((HANDLE)handle) != 0);
        CHECK(SetEvent(go));
        CHECK(WaitForSingleObject(done, PATIENCE) == WAIT_OBJECT_0);
        /* It closes its handle itself. */
        while (GetThreadId((HANDLE)handle) != 0)
            Sleep(1);
    }
    CHECK(CloseHandle(done) && CloseHandle(go));
}

static DWORD WINAPI do_nothing(LPVOID unused)
{
    (void)unused;
    return 0;
}

static DWORD WINAPI make_threads(LPVOID unused)
{
    int i;

    (void)unused;
    for (i = 0; i < 200; i++) {
        HANDLE thread = CreateThread(NULL, 0, do_nothing, NULL, i % 2 ? CREATE_SUSPENDED : 0, NULL);
        if (thread == NULL || (i % 2 && ResumeThread(thread) != 1) || !ends_with(thread, 0) || !CloseHandle(thread))
            return 1;
    }
    return 0;
}

static void many_threads_come_and_go(void)
{
    HANDLE threads[4];
    int i;

    for (i = 0; i < 4; i++)
        threads[i] = CreateThread(NULL, 0, make_threads, NULL, 0, NULL);
    for (i = 0; i < 4; i++) {
        CHECK(ends_with(threads[i], 0));
        CHECK(CloseHandle(threads[i]));
    }
}

static DWORD WINAPI finish_process(LPVOID argument)
{
    _exit(WaitForSingleObject((HANDLE)argument, PATIENCE) == WAIT_OBJECT_0 ? 7 : 1);
}

static int leave_main_thread(HANDLE unused)
{
    HANDLE main_thread = NULL;

    (void)unused;
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &main_thread, 0, FALSE,
                    DUPLICATE_SAME_ACCESS);
    CreateThread(NULL, 0, finish_process, main_thread, 0, NULL);
    ExitThread(0);
}

static void the_first_thread_may_leave(const char *self)
{
    int status = -1;
    pid_t child = start_program(self, "leave", NULL);

    CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

static const char *self;

static void the_process_outlives_its_first_thread(void)
{
    the_first_thread_may_leave(self);
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc == 3)
        return leave_main_thread(NULL);
    tap_run("a thread's handle is signalled at its end", a_thread_runs_and_its_handle_is_signalled_at_its_end);
    tap_run("the stack has the size that was asked for", the_stack_has_the_size_that_was_asked_for);
    tap_run("ExitThread ends a thread with that code", exit_thread_ends_it_with_that_code);
#ifdef __cplusplus
    tap_run("ExitThread destroys objects", exit_thread_destroys_objects);
#endif
    tap_run("a suspended thread begins when resumed", a_suspended_thread_begins_when_resumed);
    tap_run("calls are made in alertable waits", calls_are_made_in_alertable_waits);
    tap_run("waits for threads among others", waits_for_threads_among_others);
    tap_run("handles of one thread", handles_of_one_thread);
    tap_run("priorities are kept", priorities_are_kept);
    tap_run("every thread has its storage", every_thread_has_its_storage);
    tap_run("threads of the C run-time", threads_of_the_c_run_time);
    tap_run("many threads come and go", many_threads_come_and_go);
    tap_run("the process outlives its first thread", the_process_outlives_its_first_thread);
    return tap_end();
}
