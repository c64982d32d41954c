/* Waitable timers: due times, periods, names, waits in several threads and processes. */
#include <sys/resource.h>

#include "objects.h"

static BOOL set(HANDLE timer, LONGLONG milliseconds, LONG period)
{
    LARGE_INTEGER due;

    due.QuadPart = -milliseconds * 10000;
    return SetWaitableTimer(timer, &due, period, NULL, NULL, FALSE);
}

static void a_timer_is_signalled_when_it_is_due(void)
{
    HANDLE automatic, manual = CreateWaitableTimer(NULL, TRUE, NULL);
    ULONGLONG before;

    SetLastError(0xBEEF);
    automatic = CreateWaitableTimer(NULL, FALSE, NULL);
    CHECK(automatic != NULL && GetLastError() == 0);
    CHECK(TIMES_OUT(automatic) && WaitForSingleObject(automatic, 20) == WAIT_TIMEOUT);
    before = GetTickCount64();
    CHECK_SUCCEEDS(set(automatic, 50, 0));
    CHECK(set(manual, 50, 0));
    CHECK(TIMES_OUT(automatic));
    CHECK(WaitForSingleObject(automatic, PATIENCE) == WAIT_OBJECT_0);
    CHECK(GetTickCount64() - before >= 49);
    CHECK(TIMES_OUT(automatic));
    CHECK(WaitForSingleObject(manual, PATIENCE) == WAIT_OBJECT_0 && TAKES(manual));
    CHECK(set(manual, PATIENCE, 0) && TIMES_OUT(manual));
    CHECK_SUCCEEDS(CancelWaitableTimer(manual));
    CHECK(TIMES_OUT(manual));
    CHECK(set(manual, 0, 0) && CancelWaitableTimer(manual) && TAKES(manual));
    CHECK(CloseHandle(automatic) && CloseHandle(manual));
}

static void a_period_goes_on(void)
{
    HANDLE timer = CreateWaitableTimer(NULL, FALSE, NULL);
    ULONGLONG before = GetTickCount64();
    int i;

    CHECK(set(timer, 10, 20));
    for (i = 0; i < 4; i++)
        CHECK(WaitForSingleObject(timer, PATIENCE) == WAIT_OBJECT_0);
    CHECK(GetTickCount64() - before >= 69);
    /* What nobody waited for does not pile up. */
    Sleep(70);
    CHECK(TAKES(timer) && TIMES_OUT(timer));
    CHECK(CancelWaitableTimer(timer) && WaitForSingleObject(timer, 60) == WAIT_TIMEOUT);
    CHECK(CloseHandle(timer));
}

static void a_moment_may_be_due(void)
{
    HANDLE timer = CreateWaitableTimer(NULL, FALSE, NULL);
    ULONGLONG before = GetTickCount64();
    LARGE_INTEGER due;
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
    due.QuadPart = ((LONGLONG)now.dwHighDateTime << 32 | now.dwLowDateTime) + 50 * 10000;
    CHECK(SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE) && TIMES_OUT(timer));
    CHECK(WaitForSingleObject(timer, PATIENCE) == WAIT_OBJECT_0 && GetTickCount64() - before >= 40);
    due.QuadPart = 1;
    CHECK(SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE) && TAKES(timer));
    due.QuadPart = 0x7FFFFFFFFFFFFFFFLL;
    CHECK(SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE) && TIMES_OUT(timer));
    SetLastError(0);
    CHECK(SetWaitableTimer(timer, &due, 0, NULL, NULL, TRUE) && GetLastError() == ERROR_NOT_SUPPORTED);
    CHECK(CloseHandle(timer));
}

static void CALLBACK never(LPVOID argument, DWORD low, DWORD high)
{
    (void)argument;
    (void)low;
    (void)high;
}

static void wrong_arguments_are_refused(void)
{
    HANDLE timer = CreateWaitableTimer(NULL, FALSE, TEXT("wrong"));
    HANDLE event = CreateEvent(NULL, FALSE, FALSE, NULL);
    LARGE_INTEGER due;

    due.QuadPart = 0;
    CHECK_FAILS(SetWaitableTimer(timer, NULL, 0, NULL, NULL, FALSE), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(SetWaitableTimer(timer, &due, -1, NULL, NULL, FALSE), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(SetWaitableTimer(timer, &due, 0, never, NULL, FALSE), ERROR_NOT_SUPPORTED);
    CHECK_FAILS(SetWaitableTimer(event, &due, 0, NULL, NULL, FALSE), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CancelWaitableTimer(event), ERROR_INVALID_HANDLE);
    CHECK_FAILS(SetEvent(timer), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CreateWaitableTimerEx(NULL, NULL, 4, TIMER_ALL_ACCESS), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateEvent(NULL, FALSE, FALSE, TEXT("wrong")), ERROR_INVALID_HANDLE);
    CHECK_FAILS(OpenWaitableTimer(TIMER_ALL_ACCESS, FALSE, TEXT("wronger")), ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(timer) && CloseHandle(event));
}

static int take_it(void *argument)
{
    return WaitForSingleObject(*(HANDLE *)argument, PATIENCE) == WAIT_OBJECT_0;
}

static int arm_from_child(HANDLE unused)
{
    HANDLE timer = OpenWaitableTimer(TIMER_ALL_ACCESS, FALSE, TEXT("of two"));

    (void)unused;
    return timer != NULL && set(timer, 20, 0) && CloseHandle(timer);
}

static void who_waits_already_sees_it_set(void)
{
    HANDLE timer = CreateWaitableTimer(NULL, FALSE, TEXT("of two"));
    HANDLE both[2];
    struct rusage before, after;
    thrd_t thread;

    CHECK(start(&thread, take_it, &timer));
    Sleep(20);
    CHECK(set(timer, 2 * PATIENCE, 0));
    Sleep(20);
    CHECK(set(timer, 10, 0) && result_of(thread));
    CHECK(start(&thread, take_it, &timer));
    CHECK(in_child(arm_from_child, NULL) && result_of(thread));
    both[0] = CreateEvent(NULL, FALSE, FALSE, NULL);
    both[1] = timer;
    CHECK(set(timer, 10, 0) && WaitForMultipleObjects(2, both, FALSE, PATIENCE) == WAIT_OBJECT_0 + 1);
    CHECK(set(timer, 10, 0) && SetEvent(both[0]) && WaitForMultipleObjects(2, both, TRUE, PATIENCE) == WAIT_OBJECT_0);
    CHECK(TIMES_OUT(timer) && TIMES_OUT(both[0]));
    /* A timer that is due costs nothing while the other object is waited for. */
    CHECK(set(timer, 0, 0));
    getrusage(RUSAGE_SELF, &before);
    CHECK(WaitForMultipleObjects(2, both, TRUE, 200) == WAIT_TIMEOUT);
    getrusage(RUSAGE_SELF, &after);
    CHECK(after.ru_nvcsw - before.ru_nvcsw < 10 && after.ru_utime.tv_usec + after.ru_utime.tv_sec * 1000000 <
                                                        before.ru_utime.tv_usec + before.ru_utime.tv_sec * 1000000 + 100000);
    CHECK(TAKES(timer));
    CHECK(CloseHandle(timer) && CloseHandle(both[0]));
}

int main(void)
{
    tap_run("a timer is signalled when it is due", a_timer_is_signalled_when_it_is_due);
    tap_run("a period goes on", a_period_goes_on);
    tap_run("a moment may be due", a_moment_may_be_due);
    tap_run("wrong arguments are refused", wrong_arguments_are_refused);
    tap_run("who waits already sees it set", who_waits_already_sees_it_set);
    return tap_end();
}
