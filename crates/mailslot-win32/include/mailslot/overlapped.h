/*
 * Asynchronous operations: ReadFile and WriteFile with OVERLAPPED are in functions.h.
 *
 * A read that finds no message pends: ReadFile fails with 997 ERROR_IO_PENDING, and the OVERLAPPED, its event and the buffer belong to
 * the library until the read has ended. One background thread, started by the first read that pends, ends all of them. Reads
 * that pend take turns: the one that has waited longest gets the next message, and ends with 122 if its buffer is too small for it. (A
 * thread that was blocked in ReadFile before the first of them pended is no part of that order.)
 * A read ends with 121 after the timeout that the slot had when it was issued; with 995 by CancelIo, CancelIoEx, the end of the thread that
 * issued it, and the close of the process's last handle of the slot.
 */
#ifndef MAILSLOT_OVERLAPPED_H
#define MAILSLOT_OVERLAPPED_H

#include "constants.h"
#include "functions.h"

#define STATUS_WAIT_0 ((DWORD)0x00000000)
#define STATUS_PENDING ((DWORD)0x00000103)

typedef void(WINAPI *LPOVERLAPPED_COMPLETION_ROUTINE)(DWORD dwErrorCode, DWORD dwNumberOfBytesTransfered,
                                                      LPOVERLAPPED lpOverlapped);

typedef struct _OVERLAPPED_ENTRY {
    ULONG_PTR lpCompletionKey;
    LPOVERLAPPED lpOverlapped;
    ULONG_PTR Internal;
    DWORD dwNumberOfBytesTransferred;
} OVERLAPPED_ENTRY, *LPOVERLAPPED_ENTRY;

/* Whether the operation has ended. The library stores the status last. */
#define HasOverlappedIoCompleted(lpOverlapped) (__atomic_load_n(&(lpOverlapped)->Internal, __ATOMIC_ACQUIRE) != STATUS_PENDING)

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ReadFile and WriteFile whose end is told by a call of lpCompletionRoutine, which the issuing thread makes in its next alertable
 * wait (SleepEx, WaitForSingleObjectEx, …), also if the operation is done at once. lpOverlapped->hEvent is the program's to use.
 * TRUE sets the last error to 0. FALSE, and nothing is called: 87 lpOverlapped is NULL or the handle is bound to a completion port, and
 * what ReadFile and WriteFile fail with (a buffer that is too small for a message that is there: 122).
 */
BOOL WINAPI ReadFileEx(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead, LPOVERLAPPED lpOverlapped,
                       LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine);
BOOL WINAPI WriteFileEx(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite, LPOVERLAPPED lpOverlapped,
                        LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine);

/*
 * Tells how an operation ended. FALSE: 996 it pends (without bWait, or with 0 ms), 258 it still pends after dwMilliseconds,
 * 192 asynchronous calls were made, 87 lpOverlapped is NULL, or what the operation ended with.
 */
BOOL WINAPI GetOverlappedResult(HANDLE hFile, LPOVERLAPPED lpOverlapped, LPDWORD lpNumberOfBytesTransferred, BOOL bWait);
BOOL WINAPI GetOverlappedResultEx(HANDLE hFile, LPOVERLAPPED lpOverlapped, LPDWORD lpNumberOfBytesTransferred,
                                  DWORD dwMilliseconds, BOOL bAlertable);

/* Ends the reads that pend on the handle and were issued by the calling thread; TRUE also if there are none. FALSE: 6. */
BOOL WINAPI CancelIo(HANDLE hFile);
/* Ends reads of any thread that pend on the handle: that of lpOverlapped, or all if it is NULL, blocked ReadFile calls too.
   FALSE: 6, 1168 there are none. */
BOOL WINAPI CancelIoEx(HANDLE hFile, LPOVERLAPPED lpOverlapped);

/*
 * Makes a completion port (FileHandle INVALID_HANDLE_VALUE), binds a handle to one, or both. Server handles can be bound, and client
 * handles that were opened with FILE_FLAG_OVERLAPPED, once. An operation whose event has its low bit set gives no packet.
 * NULL: 6 no handle of that kind, 87 bound already, not overlapped, or INVALID_HANDLE_VALUE with a port.
 */
HANDLE WINAPI CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort, ULONG_PTR CompletionKey,
                                     DWORD NumberOfConcurrentThreads);
/*
 * Takes a packet. FALSE with *lpOverlapped set: an operation that failed, last error as it ended. FALSE with *lpOverlapped NULL:
 * 258 nothing in time, 735 the port was closed, 6 no port.
 */
BOOL WINAPI GetQueuedCompletionStatus(HANDLE CompletionPort, LPDWORD lpNumberOfBytesTransferred, PULONG_PTR lpCompletionKey,
                                      LPOVERLAPPED *lpOverlapped, DWORD dwMilliseconds);
BOOL WINAPI GetQueuedCompletionStatusEx(HANDLE CompletionPort, LPOVERLAPPED_ENTRY lpCompletionPortEntries, ULONG ulCount,
                                        PULONG ulNumEntriesRemoved, DWORD dwMilliseconds, BOOL fAlertable);
BOOL WINAPI PostQueuedCompletionStatus(HANDLE CompletionPort, DWORD dwNumberOfBytesTransferred, ULONG_PTR dwCompletionKey,
                                       LPOVERLAPPED lpOverlapped);

#ifdef __cplusplus
}
#endif

#endif
