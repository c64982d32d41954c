/*
 * Events, mutexes, semaphores and timers: objects for the wait functions, in one process and between several.
 *
 * A name leads to the same object in all processes of one user that use the same slot directory. Upper and lower case are
 * different. `Local\` and `Global\` before a name mean nothing here. All kinds of objects share their names. An object is gone with its
 * last handle, however the process ended that had it. Handles are inherited and duplicated like those of mailslots.
 */
#ifndef MAILSLOT_SYNC_H
#define MAILSLOT_SYNC_H

#include "compat.h"
#include "constants.h"
#include "errors.h"
#include "functions.h"
#include "utf8.h"

/* dwDesiredAccess; every handle may do everything. */
#define EVENT_MODIFY_STATE 0x0002
#define EVENT_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3)
#define MUTEX_MODIFY_STATE 0x0001
#define MUTEX_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | MUTEX_MODIFY_STATE)
#define SEMAPHORE_MODIFY_STATE 0x0002
#define SEMAPHORE_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3)
#define TIMER_QUERY_STATE 0x0001
#define TIMER_MODIFY_STATE 0x0002
#define TIMER_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | TIMER_QUERY_STATE | TIMER_MODIFY_STATE)

/* CreateEventEx, CreateMutexEx, CreateWaitableTimerEx */
#define CREATE_EVENT_MANUAL_RESET 0x00000001
#define CREATE_EVENT_INITIAL_SET 0x00000002
#define CREATE_MUTEX_INITIAL_OWNER 0x00000001
#define CREATE_WAITABLE_TIMER_MANUAL_RESET 0x00000001
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x00000002

typedef void(CALLBACK *PTIMERAPCROUTINE)(LPVOID lpArgToCompletionRoutine, DWORD dwTimerLowValue, DWORD dwTimerHighValue);

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Creates an event, or opens the one that has the name already: then the last error is 183, else 0.
 *   bManualReset   TRUE: signalled until ResetEvent; FALSE: one satisfied wait resets it
 *   bInitialState  whether it begins signalled; without effect on an event that was there
 *   lpName         NULL for an event without a name
 * NULL: 3 a backslash in the name, 4 no descriptor left, 6 another kind of object has the name, 206 more than MAX_PATH units,
 * 1450 no memory; or the slot directory cannot be used (5, 3).
 */
HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCSTR lpName);

/* Opens an event by name. NULL: 2 no such object, 87 lpName is NULL or empty, and as CreateEvent. */
HANDLE WINAPI OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);

/* PulseEvent releases those that wait at that moment; some may miss it, as on Windows. FALSE: 6 no event. */
BOOL WINAPI SetEvent(HANDLE hEvent);
BOOL WINAPI ResetEvent(HANDLE hEvent);
BOOL WINAPI PulseEvent(HANDLE hEvent);

/*
 * Creates a mutex, or opens the one that has the name already: then the last error is 183, else 0. A thread owns it from the wait that
 * it satisfies to ReleaseMutex, as often as it has waited. When the owner ends without that, or its process is killed, the
 * next wait returns WAIT_ABANDONED. NULL: as CreateEvent.
 *   bInitialOwner  whether the calling thread owns it from the start; without effect on a mutex that was there
 */
HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCSTR lpName);
HANDLE WINAPI OpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);

/* FALSE: 6 no mutex, 288 the calling thread does not own it. */
BOOL WINAPI ReleaseMutex(HANDLE hMutex);

/*
 * Creates a semaphore, or opens the one that has the name already: then the last error is 183, else 0. It is signalled while its
 * count is above 0; each satisfied wait counts down by one. NULL: 87 lInitialCount < 0 or > lMaximumCount, lMaximumCount <= 0;
 * and as CreateEvent.
 */
HANDLE WINAPI CreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount, LONG lMaximumCount,
                               LPCSTR lpName);
HANDLE WINAPI OpenSemaphoreA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);

/*
 * Counts up. lpPreviousCount is NULL, or receives what the count was.
 * FALSE, and nothing is changed: 6 no semaphore, 87 lReleaseCount <= 0, 298 the count would be above the maximum.
 */
BOOL WINAPI ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount);

/*
 * Creates a timer, or opens the one that has the name already: then the last error is 183, else 0. NULL: as CreateEvent.
 *   bManualReset  TRUE: signalled until it is set again; FALSE: one satisfied wait resets it
 */
HANDLE WINAPI CreateWaitableTimerA(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset, LPCSTR lpTimerName);
HANDLE WINAPI OpenWaitableTimerA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpTimerName);

/*
 * Arms a timer; until it is due it is not signalled.
 *   lpDueTime             in 100 ns: negative from now on, else a moment as a FILETIME
 *   lPeriod               in ms; 0 for once
 *   pfnCompletionRoutine  must be NULL: calls at the due time are not supported (50)
 *   fResume               TRUE sets the last error to 50, and has no other effect
 * FALSE: 6 no timer, 50 a completion routine, 87 lpDueTime is NULL, or lPeriod < 0. CancelWaitableTimer leaves a timer signalled that is.
 */
BOOL WINAPI SetWaitableTimer(HANDLE hTimer, const LARGE_INTEGER *lpDueTime, LONG lPeriod,
                             PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine, BOOL fResume);
BOOL WINAPI CancelWaitableTimer(HANDLE hTimer);

#ifdef __cplusplus
}
#endif

/* A wide name as UTF-8 in new memory, to be freed. 0 with last error 8 when there is none to be had. */
static inline int mailslot_narrow_name(LPCWSTR name, char **narrow)
{
    *narrow = NULL;
    if (name == NULL)
        return 1;
    *narrow = mailslot_narrow(name);
    if (*narrow == NULL)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return *narrow != NULL;
}

static inline HANDLE CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
                                  LPCWSTR lpName)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpName, &name))
        handle = CreateEventA(lpEventAttributes, bManualReset, bInitialState, name);
    mailslot_libc_free(name);
    return handle;
}

static inline HANDLE OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpName, &name))
        handle = OpenEventA(dwDesiredAccess, bInheritHandle, name);
    mailslot_libc_free(name);
    return handle;
}

static inline HANDLE CreateEventExA(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCSTR lpName, DWORD dwFlags,
                                    DWORD dwDesiredAccess)
{
    (void)dwDesiredAccess;
    if (dwFlags & ~(DWORD)(CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return CreateEventA(lpEventAttributes, (dwFlags & CREATE_EVENT_MANUAL_RESET) != 0,
                        (dwFlags & CREATE_EVENT_INITIAL_SET) != 0, lpName);
}

static inline HANDLE CreateEventExW(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCWSTR lpName, DWORD dwFlags,
                                    DWORD dwDesiredAccess)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpName, &name))
        handle = CreateEventExA(lpEventAttributes, name, dwFlags, dwDesiredAccess);
    mailslot_libc_free(name);
    return handle;
}

static inline HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCWSTR lpName)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpName, &name))
        handle = CreateMutexA(lpMutexAttributes, bInitialOwner, name);
    mailslot_libc_free(name);
    return handle;
}

static inline HANDLE OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpName, &name))
        handle = OpenMutexA(dwDesiredAccess, bInheritHandle, name);
    mailslot_libc_free(name);
    return handle;
}

static inline HANDLE CreateMutexExA(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCSTR lpName, DWORD dwFlags,
                                    DWORD dwDesiredAccess)
{
    (void)dwDesiredAccess;
    if (dwFlags & ~(DWORD)CREATE_MUTEX_INITIAL_OWNER) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return CreateMutexA(lpMutexAttributes, (dwFlags & CREATE_MUTEX_INITIAL_OWNER) != 0, lpName);
}

static inline HANDLE CreateMutexExW(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCWSTR lpName, DWORD dwFlags,
                                    DWORD dwDesiredAccess)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpName, &name))
        handle = CreateMutexExA(lpMutexAttributes, name, dwFlags, dwDesiredAccess);
    mailslot_libc_free(name);
    return handle;
}

static inline HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount, LONG lMaximumCount,
                                      LPCWSTR lpName)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpName, &name))
        handle = CreateSemaphoreA(lpSemaphoreAttributes, lInitialCount, lMaximumCount, name);
    mailslot_libc_free(name);
    return handle;
}

static inline HANDLE OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpName, &name))
        handle = OpenSemaphoreA(dwDesiredAccess, bInheritHandle, name);
    mailslot_libc_free(name);
    return handle;
}

/* dwFlags is reserved and must be 0. */
static inline HANDLE CreateSemaphoreExA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount, LONG lMaximumCount,
                                        LPCSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)
{
    (void)dwDesiredAccess;
    if (dwFlags != 0) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return CreateSemaphoreA(lpSemaphoreAttributes, lInitialCount, lMaximumCount, lpName);
}

static inline HANDLE CreateSemaphoreExW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount, LONG lMaximumCount,
                                        LPCWSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpName, &name))
        handle = CreateSemaphoreExA(lpSemaphoreAttributes, lInitialCount, lMaximumCount, name, dwFlags, dwDesiredAccess);
    mailslot_libc_free(name);
    return handle;
}

static inline HANDLE CreateWaitableTimerW(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset, LPCWSTR lpTimerName)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpTimerName, &name))
        handle = CreateWaitableTimerA(lpTimerAttributes, bManualReset, name);
    mailslot_libc_free(name);
    return handle;
}

static inline HANDLE OpenWaitableTimerW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpTimerName)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpTimerName, &name))
        handle = OpenWaitableTimerA(dwDesiredAccess, bInheritHandle, name);
    mailslot_libc_free(name);
    return handle;
}

static inline HANDLE CreateWaitableTimerExA(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCSTR lpTimerName, DWORD dwFlags,
                                            DWORD dwDesiredAccess)
{
    (void)dwDesiredAccess;
    if (dwFlags & ~(DWORD)(CREATE_WAITABLE_TIMER_MANUAL_RESET | CREATE_WAITABLE_TIMER_HIGH_RESOLUTION)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return CreateWaitableTimerA(lpTimerAttributes, (dwFlags & CREATE_WAITABLE_TIMER_MANUAL_RESET) != 0, lpTimerName);
}

static inline HANDLE CreateWaitableTimerExW(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCWSTR lpTimerName, DWORD dwFlags,
                                            DWORD dwDesiredAccess)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpTimerName, &name))
        handle = CreateWaitableTimerExA(lpTimerAttributes, name, dwFlags, dwDesiredAccess);
    mailslot_libc_free(name);
    return handle;
}

#ifdef UNICODE
#define CreateEvent CreateEventW
#define CreateEventEx CreateEventExW
#define OpenEvent OpenEventW
#define CreateMutex CreateMutexW
#define CreateMutexEx CreateMutexExW
#define OpenMutex OpenMutexW
#define CreateWaitableTimer CreateWaitableTimerW
#define CreateWaitableTimerEx CreateWaitableTimerExW
#define OpenWaitableTimer OpenWaitableTimerW
#define CreateSemaphore CreateSemaphoreW
#define CreateSemaphoreEx CreateSemaphoreExW
#define OpenSemaphore OpenSemaphoreW
#else
#define CreateEvent CreateEventA
#define CreateEventEx CreateEventExA
#define OpenEvent OpenEventA
#define CreateMutex CreateMutexA
#define CreateMutexEx CreateMutexExA
#define OpenMutex OpenMutexA
#define CreateWaitableTimer CreateWaitableTimerA
#define CreateWaitableTimerEx CreateWaitableTimerExA
#define OpenWaitableTimer OpenWaitableTimerA
#define CreateSemaphore CreateSemaphoreA
#define CreateSemaphoreEx CreateSemaphoreExA
#define OpenSemaphore OpenSemaphoreA
#endif

#endif
