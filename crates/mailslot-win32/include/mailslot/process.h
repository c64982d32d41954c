/*
 * Processes: starting programs of Linux, waiting for them, and their handles.
 *
 * Exit codes of Linux have 8 bits: a program that exits with 300 has exited with 44. One that a signal ended has the exit code that
 * Windows has for the same: 0xC0000005 for SIGSEGV and SIGBUS, 0xC000001D for SIGILL, 0xC0000094 for SIGFPE, 0xC000013A for
 * SIGINT, 3 for SIGABRT; 128 and the signal's number for all others.
 */
#ifndef MAILSLOT_CREATE_PROCESS_H
#define MAILSLOT_CREATE_PROCESS_H

#include "compat.h"
#include "constants.h"
#include "errors.h"
#include "functions.h"
#include "utf8.h"

/* dwCreationFlags: these have an effect */
#define CREATE_SUSPENDED 0x00000004
#define DETACHED_PROCESS 0x00000008
#define CREATE_NEW_PROCESS_GROUP 0x00000200
#define CREATE_UNICODE_ENVIRONMENT 0x00000400
/* and these have none */
#define DEBUG_PROCESS 0x00000001
#define DEBUG_ONLY_THIS_PROCESS 0x00000002
#define CREATE_NEW_CONSOLE 0x00000010
#define NORMAL_PRIORITY_CLASS 0x00000020
#define IDLE_PRIORITY_CLASS 0x00000040
#define HIGH_PRIORITY_CLASS 0x00000080
#define REALTIME_PRIORITY_CLASS 0x00000100
#define BELOW_NORMAL_PRIORITY_CLASS 0x00004000
#define ABOVE_NORMAL_PRIORITY_CLASS 0x00008000
#define EXTENDED_STARTUPINFO_PRESENT 0x00080000
#define CREATE_BREAKAWAY_FROM_JOB 0x01000000
#define CREATE_DEFAULT_ERROR_MODE 0x04000000
#define CREATE_NO_WINDOW 0x08000000

/* STARTUPINFO.dwFlags; only STARTF_USESTDHANDLES has an effect */
#define STARTF_USESHOWWINDOW 0x00000001
#define STARTF_USESIZE 0x00000002
#define STARTF_USEPOSITION 0x00000004
#define STARTF_USECOUNTCHARS 0x00000008
#define STARTF_USEFILLATTRIBUTE 0x00000010
#define STARTF_RUNFULLSCREEN 0x00000020
#define STARTF_FORCEONFEEDBACK 0x00000040
#define STARTF_FORCEOFFFEEDBACK 0x00000080
#define STARTF_USESTDHANDLES 0x00000100

/* STARTUPINFO.wShowWindow */
#ifndef SW_HIDE
#define SW_HIDE 0
#define SW_SHOWNORMAL 1
#define SW_NORMAL 1
#define SW_SHOWMINIMIZED 2
#define SW_SHOWMAXIMIZED 3
#define SW_SHOWNOACTIVATE 4
#define SW_SHOW 5
#define SW_MINIMIZE 6
#define SW_SHOWMINNOACTIVE 7
#define SW_SHOWNA 8
#define SW_RESTORE 9
#define SW_SHOWDEFAULT 10
#endif

/* OpenProcess */
#define PROCESS_TERMINATE 0x0001
#define PROCESS_CREATE_THREAD 0x0002
#define PROCESS_VM_OPERATION 0x0008
#define PROCESS_VM_READ 0x0010
#define PROCESS_VM_WRITE 0x0020
#define PROCESS_DUP_HANDLE 0x0040
#define PROCESS_CREATE_PROCESS 0x0080
#define PROCESS_SET_INFORMATION 0x0200
#define PROCESS_QUERY_INFORMATION 0x0400
#define PROCESS_SUSPEND_RESUME 0x0800
#define PROCESS_QUERY_LIMITED_INFORMATION 0x1000
#define PROCESS_ALL_ACCESS 0x1FFFFF

#ifndef STILL_ACTIVE
#define STILL_ACTIVE 259
#endif

typedef struct _STARTUPINFOA {
    DWORD cb;
    LPSTR lpReserved;
    LPSTR lpDesktop;
    LPSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOA, *LPSTARTUPINFOA;

typedef struct _STARTUPINFOW {
    DWORD cb;
    LPWSTR lpReserved;
    LPWSTR lpDesktop;
    LPWSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOW, *LPSTARTUPINFOW;

typedef struct _PROCESS_INFORMATION {
    HANDLE hProcess;
    HANDLE hThread;
    DWORD dwProcessId;
    DWORD dwThreadId;
} PROCESS_INFORMATION, *PPROCESS_INFORMATION, *LPPROCESS_INFORMATION;

#ifdef __cplusplus
extern "C" {
#endif

/* The library's function. Its environment block is never of wchar_t here: CreateProcessA and CreateProcessW below see to that. */
BOOL mailslot_create_process(LPCSTR lpApplicationName, LPSTR lpCommandLine, LPSECURITY_ATTRIBUTES lpProcessAttributes,
                             LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles, DWORD dwCreationFlags,
                             LPVOID lpEnvironment, LPCSTR lpCurrentDirectory, LPSTARTUPINFOA lpStartupInfo,
                             LPPROCESS_INFORMATION lpProcessInformation) __asm__("CreateProcessA");

/* A handle of a running process of this user, or of one that ended and has handles here. Any access is granted. NULL: 5 another user's process, 87 no such process. */
HANDLE WINAPI OpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId);

/*
 * The exit code of a process, see above; STILL_ACTIVE while it runs.
 * FALSE: 6 no process handle, 50 the process is not of CreateProcess, its parent has collected its exit code already, and Linux is
 * older than 6.15.
 */
BOOL WINAPI GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode);

/* Ends a process at once. GetExitCodeProcess in this process tells uExitCode then. FALSE: 5 it has ended, 6 no process handle. */
BOOL WINAPI TerminateProcess(HANDLE hProcess, UINT uExitCode);

/* The number of a process. 0: 6 no process handle. */
DWORD WINAPI GetProcessId(HANDLE Process);

#ifdef __cplusplus
}
#endif

/* A block of wide texts, each with a zero and one more at the end, as one of UTF-8 in new memory; NULL without memory. */
static inline char *mailslot_narrow_block(const WCHAR *block)
{
    size_t length = 0, at, used = 0, bytes;
    char *narrow;

    while (block[length] || block[length + 1])
        length++;
    length += 2;
    narrow = (char *)mailslot_libc_calloc(length, 4);
    /* The zeros that the memory is full of are the end. */
    for (at = 0; narrow && at < length - 1 && (block[at] || used);) {
        at += mailslot_encode(block + at, narrow + used, &bytes);
        used += bytes;
    }
    return narrow;
}

/*
 * Starts a program of Linux.
 *   lpApplicationName   its path; or NULL, and the command line begins with it: a name without a folder is looked for in the folder
 *                       of the running program, the current directory, and PATH. \ may stand for /, and ".exe" may be missing
 *                       or too much, where there is no file of exactly that name
 *   lpCommandLine       split into arguments by the rules of Microsoft's C library; or NULL. It is never written to
 *   lp...Attributes     whether children inherit the handle
 *   bInheritHandles     whether the child has this process's inheritable handles, with the same values. It has standard input, output and
 *                       error in any case
 *   dwCreationFlags     CREATE_SUSPENDED: until ResumeThread(hThread). CREATE_NEW_PROCESS_GROUP: Ctrl-C does nothing to it.
 *                       DETACHED_PROCESS: it has no terminal. CREATE_UNICODE_ENVIRONMENT: a block of wchar_t
 *   lpEnvironment       NULL for a copy of this process's
 *   lpStartupInfo       with STARTF_USESTDHANDLES: its standard input, output and error; NULL is /dev/null
 * FALSE: 2 no such program, 3 no such folder, 5 no right to run it, 6 a standard handle that is none, 8 no memory or too many
 * processes, 87 no name, or NULL where none may be, 193 the file is no program, 206 the command line is too long, 267 no such
 * current directory.
 */
static inline BOOL mailslot_create_process_a(LPCSTR lpApplicationName, LPSTR lpCommandLine,
                                             LPSECURITY_ATTRIBUTES lpProcessAttributes,
                                             LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                                             DWORD dwCreationFlags, LPVOID lpEnvironment, LPCSTR lpCurrentDirectory,
                                             LPSTARTUPINFOA lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)
{
    DWORD flags = dwCreationFlags & ~(DWORD)CREATE_UNICODE_ENVIRONMENT;
    char *block = NULL;
    BOOL result;

    if (lpEnvironment && flags != dwCreationFlags) {
        block = mailslot_narrow_block((const WCHAR *)lpEnvironment);
        if (block == NULL) {
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
            return FALSE;
        }
    }
    result = mailslot_create_process(lpApplicationName, lpCommandLine, lpProcessAttributes, lpThreadAttributes, bInheritHandles,
                                     flags, block ? block : lpEnvironment, lpCurrentDirectory, lpStartupInfo,
                                     lpProcessInformation);
    mailslot_libc_free(block);
    return result;
}
/* A macro, because the library's symbol has this name. */
#define CreateProcessA mailslot_create_process_a

static inline BOOL WINAPI CreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                                         LPSECURITY_ATTRIBUTES lpProcessAttributes,
                                         LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                                         DWORD dwCreationFlags, LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory,
                                         LPSTARTUPINFOW lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)
{
    char *application = lpApplicationName ? mailslot_narrow(lpApplicationName) : NULL;
    char *command_line = lpCommandLine ? mailslot_narrow(lpCommandLine) : NULL;
    char *directory = lpCurrentDirectory ? mailslot_narrow(lpCurrentDirectory) : NULL;
    BOOL result = FALSE;

    if ((lpApplicationName && !application) || (lpCommandLine && !command_line) || (lpCurrentDirectory && !directory)) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    } else {
        /* The two structures differ in the width of texts that are not looked at. */
        result = mailslot_create_process_a(application, command_line, lpProcessAttributes, lpThreadAttributes,
                                           bInheritHandles, dwCreationFlags, lpEnvironment, directory,
                                           (LPSTARTUPINFOA)(void *)lpStartupInfo, lpProcessInformation);
    }
    mailslot_libc_free(application);
    mailslot_libc_free(command_line);
    mailslot_libc_free(directory);
    return result;
}

/* What this process was started with: standard handles, and nothing about windows. */
static inline VOID GetStartupInfoA(LPSTARTUPINFOA lpStartupInfo)
{
    memset(lpStartupInfo, 0, sizeof(*lpStartupInfo));
    lpStartupInfo->cb = sizeof(*lpStartupInfo);
    lpStartupInfo->hStdInput = (HANDLE)(ULONG_PTR)((0 + 1) << 2);
    lpStartupInfo->hStdOutput = (HANDLE)(ULONG_PTR)((1 + 1) << 2);
    lpStartupInfo->hStdError = (HANDLE)(ULONG_PTR)((2 + 1) << 2);
}

static inline VOID GetStartupInfoW(LPSTARTUPINFOW lpStartupInfo)
{
    GetStartupInfoA((LPSTARTUPINFOA)(void *)lpStartupInfo);
}

/* A program of Linux is ready for input when it was started. */
static inline DWORD WaitForInputIdle(HANDLE hProcess, DWORD dwMilliseconds)
{
    (void)hProcess;
    (void)dwMilliseconds;
    return 0;
}

#ifdef UNICODE
#define CreateProcess CreateProcessW
#define GetStartupInfo GetStartupInfoW
typedef STARTUPINFOW STARTUPINFO;
typedef LPSTARTUPINFOW LPSTARTUPINFO;
#else
#define CreateProcess CreateProcessA
#define GetStartupInfo GetStartupInfoA
typedef STARTUPINFOA STARTUPINFO;
typedef LPSTARTUPINFOA LPSTARTUPINFO;
#endif

#endif
