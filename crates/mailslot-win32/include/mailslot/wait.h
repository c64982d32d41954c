/*
 * Waiting for objects: events, mutexes, semaphores, threads, processes, and mailslot handles with asynchronous operations.
 *
 * A mailslot handle becomes signalled when an operation on it ends, not when a message arrives.
 */
#ifndef MAILSLOT_WAIT_H
#define MAILSLOT_WAIT_H

#include "constants.h"
#include "functions.h"

#define WAIT_OBJECT_0 0x00000000U
#define WAIT_ABANDONED 0x00000080U
#define WAIT_ABANDONED_0 0x00000080U
#define WAIT_IO_COMPLETION 0x000000C0U
#define WAIT_TIMEOUT 258U
#define WAIT_FAILED 0xFFFFFFFFU
#define MAXIMUM_WAIT_OBJECTS 64

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Waits until the object is signalled, dwMilliseconds at most; INFINITE for ever. With bAlertable, asynchronous calls
 * (completion routines, QueueUserAPC) are made meanwhile, and end the wait with WAIT_IO_COMPLETION.
 * WAIT_FAILED: 6 no handle, or none that can be waited for.
 */
DWORD WINAPI WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds);
DWORD WINAPI WaitForSingleObjectEx(HANDLE hHandle, DWORD dwMilliseconds, BOOL bAlertable);

/*
 * Waits until one of up to 64 objects is signalled, or with bWaitAll all are. Returns the index of the first that was.
 * WAIT_FAILED: 6 a handle that cannot be waited for, 87 no objects, more than 64, or one twice in a wait for all.
 */
DWORD WINAPI WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll, DWORD dwMilliseconds);
DWORD WINAPI WaitForMultipleObjectsEx(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll, DWORD dwMilliseconds,
                                      BOOL bAlertable);

/* Sets an event, releases a mutex or counts a semaphore up by one, and waits for another object. */
DWORD WINAPI SignalObjectAndWait(HANDLE hObjectToSignal, HANDLE hObjectToWaitOn, DWORD dwMilliseconds, BOOL bAlertable);

/* Sleep, and with bAlertable until asynchronous calls were made: WAIT_IO_COMPLETION then, else 0. */
DWORD WINAPI SleepEx(DWORD dwMilliseconds, BOOL bAlertable);

#ifdef __cplusplus
}
#endif

#endif
