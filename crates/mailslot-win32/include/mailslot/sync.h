/*
 * Events: objects for the wait functions, in one process and between several.
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

/* CreateEventEx */
#define CREATE_EVENT_MANUAL_RESET 0x00000001
#define CREATE_EVENT_INITIAL_SET 0x00000002

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

#ifdef UNICODE
#define CreateEvent CreateEventW
#define CreateEventEx CreateEventExW
#define OpenEvent OpenEventW
#else
#define CreateEvent CreateEventA
#define CreateEventEx CreateEventExA
#define OpenEvent OpenEventA
#endif

#endif
