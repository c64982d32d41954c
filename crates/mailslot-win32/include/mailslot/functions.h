/*
 * The functions of libmailslot_win32.
 *
 * What holds for all of them:
 *   - A failed call returns FALSE or INVALID_HANDLE_VALUE and sets the thread's last error. A successful one leaves the last error
 *     alone, except CreateFile, which sets it to 183 for OPEN_ALWAYS and to 0 otherwise.
 *   - ...A functions take UTF-8. A byte that is not UTF-8 stands for itself, so that programs that share an old code page share
 *     names. ...W functions take wchar_t text: UTF-32, or UTF-16 with -fshort-wchar.
 *   - A HANDLE is a file descriptor in disguise: (descriptor + 1) << 2. The low two bits are ignored.
 *   - Any function may be called from any thread at any time.
 */
#ifndef MAILSLOT_FUNCTIONS_H
#define MAILSLOT_FUNCTIONS_H

#include "types.h"

/*
 * The library exports ...W with UTF-16 for programs in other languages and for -fshort-wchar, and ...W32 with UTF-32.
 * The names in C are the same for both.
 */
#if __SIZEOF_WCHAR_T__ == 4
#define MAILSLOT_WIDE(function) __asm__(#function "32")
#else
#define MAILSLOT_WIDE(function)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Creates a mailslot and returns a handle for reading.
 *   lpName                \\.\mailslot\[path\]name; letter case does not count
 *   nMaxMessageSize       in bytes; 0 for any size
 *   lReadTimeout          how long ReadFile waits, in ms; 0 not at all; MAILSLOT_WAIT_FOREVER
 *   lpSecurityAttributes  NULL, or inheritance and permissions: no DACL admits the owner and root, a NULL DACL everybody, an
 *                         empty DACL nobody, any other whom its entries say (mailslot/security.h). Processes of other users
 *                         than the slot's are not served yet, whatever it says
 * INVALID_HANDLE_VALUE: 3 name NULL or empty, 5 access denied, 123 no local mailslot name, 183 the name is taken,
 * 1307 the descriptor's owner is not the caller, 1336, 1337, 1338 malformed access list, SID, security descriptor.
 */
HANDLE WINAPI CreateMailslotA(LPCSTR lpName, DWORD nMaxMessageSize, DWORD lReadTimeout,
                              LPSECURITY_ATTRIBUTES lpSecurityAttributes);
HANDLE WINAPI CreateMailslotW(LPCWSTR lpName, DWORD nMaxMessageSize, DWORD lReadTimeout,
                              LPSECURITY_ATTRIBUTES lpSecurityAttributes) MAILSLOT_WIDE(CreateMailslotW);

/*
 * Opens a mailslot for writing.
 *   dwDesiredAccess       GENERIC_WRITE, FILE_WRITE_DATA or FILE_APPEND_DATA to write; others, and 0, to ask with GetMailslotInfo.
 *                         The slot's DACL has to give all of it; MAXIMUM_ALLOWED asks for what it gives
 *   dwShareMode           ignored
 *   dwCreationDisposition one of the five; each opens an existing slot, none creates one. TRUNCATE_EXISTING needs write access
 *   dwFlagsAndAttributes  ignored
 *   hTemplateFile         ignored
 * INVALID_HANDLE_VALUE: 2 no such slot, 3 name NULL or empty, 5 access denied, 87 bad disposition, 123 malformed name, 3025
 * a slot of another machine.
 *
 * \\.\mailslot is the device, and \\.\mailslot\ its root: their handles are for nothing but asking.
 *
 * Any other path is a file's (files.h). Both slashes separate; C:\x is /x, there is no other drive, and letter case counts. CON, CONIN$ and
 * CONOUT$ are the terminal, NUL is nothing. There are no pipes and no other devices (2), and no shares (53).
 *   dwCreationDisposition as on Windows; the last error is 183 after CREATE_ALWAYS and OPEN_ALWAYS on what was there
 *   dwFlagsAndAttributes  FILE_FLAG_DELETE_ON_CLOSE (the file goes with the process's last handle), FILE_FLAG_WRITE_THROUGH,
 *                         FILE_FLAG_BACKUP_SEMANTICS to open folders, FILE_FLAG_OVERLAPPED (operations are done at once all the same),
 *                         FILE_ATTRIBUTE_READONLY; others are ignored
 * INVALID_HANDLE_VALUE: 2, 3 not there, 5 not allowed, or a folder, 80 CREATE_NEW on what exists, 87, 123 characters that no name on
 * Windows has (* ? < > | "), and what the system refuses with.
 */
HANDLE WINAPI CreateFileA(LPCSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                          LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                          DWORD dwFlagsAndAttributes, HANDLE hTemplateFile);
HANDLE WINAPI CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                          LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                          DWORD dwFlagsAndAttributes, HANDLE hTemplateFile) MAILSLOT_WIDE(CreateFileW);

/*
 * Reads the oldest message, whole. Waits for one as long as the slot's read timeout says.
 *   lpNumberOfBytesRead   NULL, or set to 0 first and to the message's size on success (0 is a size)
 *   lpOverlapped          NULL, or where the outcome is stored (overlapped.h): then a read that finds no message pends (997)
 * FALSE, and nothing is taken from the queue: 5 no read access, 6 no mailslot handle or no event, 87 a client handle, 121 nothing
 * arrived in time, 122 the message does not fit the buffer, 995 the handle was closed while waiting, 998 lpBuffer is NULL.
 */
BOOL WINAPI ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead, LPDWORD lpNumberOfBytesRead,
                     LPOVERLAPPED lpOverlapped);

/*
 * Appends one message; 0 bytes are a message too. Never waits for a reader.
 *   lpNumberOfBytesWritten  NULL, or set to 0 first and to the size on success
 *   lpOverlapped            NULL, or where the outcome is stored as well: writes never pend
 * FALSE, and nothing is queued: 5 no write access (or a server handle), 6 no mailslot handle, 38 the slot is gone, 87 larger
 * than the slot allows, 1450 out of memory, 1784 lpBuffer is NULL, 1816 the slot's quota is used up.
 */
BOOL WINAPI WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite, LPDWORD lpNumberOfBytesWritten,
                      LPOVERLAPPED lpOverlapped);

/*
 * Tells a slot's limits and what is queued, through a server or a client handle. Each output may be NULL.
 *   lpNextSize  size of the oldest message, or MAILSLOT_NO_MESSAGE
 * FALSE, outputs untouched: 6 no mailslot handle, 38 the slot of this client handle is gone.
 */
BOOL WINAPI GetMailslotInfo(HANDLE hMailslot, LPDWORD lpMaxMessageSize, LPDWORD lpNextSize, LPDWORD lpMessageCount,
                            LPDWORD lpReadTimeout);

/* Sets the slot's read timeout for later reads through any handle. FALSE: 6 no mailslot handle, 87 a client handle. */
BOOL WINAPI SetMailslotInfo(HANDLE hMailslot, DWORD lReadTimeout);

/*
 * Closes a handle and ends reads that wait on it (995). With the last server handle the slot and its messages are gone.
 * INVALID_HANDLE_VALUE is the process's pseudo handle: TRUE, without effect.
 * FALSE: 6 no mailslot handle, closed already, or protected from close.
 */
BOOL WINAPI CloseHandle(HANDLE hObject);

/* HANDLE_FLAG_INHERIT and HANDLE_FLAG_PROTECT_FROM_CLOSE. FALSE: 6 no mailslot handle, 998 lpdwFlags is NULL. */
BOOL WINAPI GetHandleInformation(HANDLE hObject, LPDWORD lpdwFlags);
BOOL WINAPI SetHandleInformation(HANDLE hObject, DWORD dwMask, DWORD dwFlags);

/*
 * Makes a second handle of the same object: a mailslot (same queue, same timeout), an event, a process ... Closed on its own. Both the
 * source and the new handle may be of other processes of this user that use this library.
 *   hSourceProcessHandle  the process that has the handle: GetCurrentProcess(), or a process handle
 *   hSourceHandle         the handle to duplicate; GetCurrentProcess() gives a real handle of this process
 *   hTargetProcessHandle  the process that is to have the new handle; or NULL with DUPLICATE_CLOSE_SOURCE, which then only closes
 *   lpTargetHandle        receives the new handle, NULL if there is none; or is NULL, and no duplicate is kept
 *   dwDesiredAccess       what the new handle may do, at most what the source may; MAXIMUM_ALLOWED for the same
 *   bInheritHandle        whether children inherit the new handle; the source's flags do not count
 *   dwOptions             DUPLICATE_SAME_ACCESS: dwDesiredAccess is ignored. DUPLICATE_CLOSE_SOURCE: the source is closed,
 *                         even if the call fails, and within one process the new handle has the source's value. A source that
 *                         is protected from close stays open as it is, and the new handle is another one, unprotected
 * Into another process: the handle is on its way, and keeps its mailslot alive, until that process first uses it, or ends. A program
 * that was just started is waited for, for five seconds at most.
 * From another process: with the rights that a child inherits, of which dwDesiredAccess may ask for less. The kernel must allow this
 * process to debug that one; where kernel.yama.ptrace_scope is 1, a parent takes from its children and not the other way round.
 * A source there is closed when that process next opens or closes a handle or meets an unknown one.
 * FALSE: 4 no descriptor left, here or there, 5 more access than the source's, or the other process has ended or may not be touched,
 * 6 no such handle, or no process handle, 50 the object means nothing in another process (a thread, a completion port), or that
 * process does not use this library, 1450 too much is on its way there.
 */
BOOL WINAPI DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle, HANDLE hTargetProcessHandle,
                            LPHANDLE lpTargetHandle, DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwOptions);

/*
 * Tells when the slot was created, last read from and last written to: the same through every handle. Each output may be NULL.
 * FALSE, outputs untouched: 5 no right to read attributes (only duplicates can lack it), 6 no mailslot handle, 38 the slot of
 * this client handle is gone.
 */
BOOL WINAPI GetFileTime(HANDLE hFile, LPFILETIME lpCreationTime, LPFILETIME lpLastAccessTime,
                        LPFILETIME lpLastWriteTime);

/*
 * Sets the slot's times, to 100 ns. NULL and the value 0 leave a time as it is. So does 0xFFFFFFFFFFFFFFFF, and from then on
 * reads through this server handle leave the time of last access alone, writes through this client handle that of last write;
 * 0xFFFFFFFFFFFFFFFE takes that back. Duplicates in the same process go with it.
 * FALSE, and nothing is set: 5 no right to write attributes (GENERIC_WRITE and server handles have it), 6 no mailslot handle,
 * 38 the slot of this client handle is gone, 87 any other value above 0x7FFFFFFFFFFFFFFF.
 */
BOOL WINAPI SetFileTime(HANDLE hFile, const FILETIME *lpCreationTime, const FILETIME *lpLastAccessTime,
                        const FILETIME *lpLastWriteTime);

/* The calling thread's last error. */
DWORD WINAPI GetLastError(void);
void WINAPI SetLastError(DWORD dwErrCode);

/* Suspends the calling thread for at least that many ms; INFINITE never returns. */
void WINAPI Sleep(DWORD dwMilliseconds);

#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define CreateMailslot CreateMailslotW
#define CreateFile CreateFileW
#else
#define CreateMailslot CreateMailslotA
#define CreateFile CreateFileA
#endif

#endif
