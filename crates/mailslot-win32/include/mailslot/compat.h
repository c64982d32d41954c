/* Small kernel32 calls that documentation-style programs use, over the C library. All inline: nothing here is in
   libmailslot_win32, and none of it is about mailslots. */
#ifndef MAILSLOT_COMPAT_H
#define MAILSLOT_COMPAT_H

#include <wctype.h>

#include "constants.h"
#include "errors.h"
#include "functions.h"
#include "libc_names.h"

#define ZeroMemory(destination, length) memset((destination), 0, (length))
#define FillMemory(destination, length, fill) memset((destination), (fill), (length))
#define CopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define MoveMemory(destination, source, length) memmove((destination), (source), (length))
#define RtlZeroMemory ZeroMemory
#define RtlFillMemory FillMemory
#define RtlCopyMemory CopyMemory
#define RtlMoveMemory MoveMemory

#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define MAKEWORD(low, high) ((WORD)(((BYTE)(low)) | ((WORD)((BYTE)(high))) << 8))
#define MAKELONG(low, high) ((LONG)(((WORD)(low)) | ((DWORD)((WORD)(high))) << 16))
#define LOWORD(value) ((WORD)((value) & 0xFFFF))
#define HIWORD(value) ((WORD)(((value) >> 16) & 0xFFFF))
#define LOBYTE(value) ((BYTE)((value) & 0xFF))
#define HIBYTE(value) ((BYTE)(((value) >> 8) & 0xFF))
#ifndef _countof
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif
/* In C++ these would break the standard library's headers. */
#if !defined(NOMINMAX) && !defined(__cplusplus)
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#endif

/* Memory */

static inline HGLOBAL GlobalAlloc(UINT uFlags, SIZE_T dwBytes)
{
    /* Always cleared: programs that forget GMEM_ZEROINIT are no worse off. */
    HGLOBAL memory = mailslot_libc_calloc(1, dwBytes ? dwBytes : 1);

    (void)uFlags;
    if (memory == NULL)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return memory;
}

static inline HGLOBAL GlobalFree(HGLOBAL hMem)
{
    mailslot_libc_free(hMem);
    return NULL;
}

static inline LPVOID GlobalLock(HGLOBAL hMem)
{
    return hMem;
}

static inline BOOL GlobalUnlock(HGLOBAL hMem)
{
    (void)hMem;
    return FALSE;
}

static inline HLOCAL LocalAlloc(UINT uFlags, SIZE_T uBytes)
{
    return GlobalAlloc(uFlags, uBytes);
}

static inline HLOCAL LocalFree(HLOCAL hMem)
{
    return GlobalFree(hMem);
}

/* Process and time */

__attribute__((__noreturn__)) static inline void ExitProcess(UINT uExitCode)
{
    mailslot_libc_exit((int)uExitCode);
}

/* The pseudo handle that stands for the calling process. It need not be closed. */
static inline HANDLE GetCurrentProcess(void)
{
    return (HANDLE)(LONG_PTR)-1;
}

static inline DWORD GetCurrentProcessId(void)
{
    return (DWORD)mailslot_libc_getpid();
}

static inline DWORD GetCurrentThreadId(void)
{
    return (DWORD)mailslot_libc_gettid();
}

/* Milliseconds since the machine started, sleep included. */
static inline ULONGLONG GetTickCount64(void)
{
    enum { mailslot_clock_boottime = 7 };
    struct mailslot_timespec now = {0, 0};

    mailslot_libc_clock_gettime(mailslot_clock_boottime, &now);
    return (ULONGLONG)now.seconds * 1000U + (ULONGLONG)now.nanoseconds / 1000000U;
}

static inline DWORD GetTickCount(void)
{
    return (DWORD)GetTickCount64();
}

/* Text. NULL counts as the empty text, as on Windows. Comparison is by character code: no language's order. */

static inline int lstrlenA(LPCSTR lpString)
{
    return lpString ? (int)strlen(lpString) : 0;
}

static inline int lstrlenW(LPCWSTR lpString)
{
    int length = 0;

    while (lpString && lpString[length])
        length++;
    return length;
}

static inline LPSTR lstrcpyA(LPSTR lpString1, LPCSTR lpString2)
{
    return strcpy(lpString1, lpString2 ? lpString2 : "");
}

static inline LPWSTR lstrcpyW(LPWSTR lpString1, LPCWSTR lpString2)
{
    int length = lstrlenW(lpString2);

    if (length)
        memmove(lpString1, lpString2, (size_t)length * sizeof(WCHAR));
    lpString1[length] = 0;
    return lpString1;
}

static inline LPSTR lstrcatA(LPSTR lpString1, LPCSTR lpString2)
{
    return strcat(lpString1, lpString2 ? lpString2 : "");
}

static inline LPWSTR lstrcatW(LPWSTR lpString1, LPCWSTR lpString2)
{
    lstrcpyW(lpString1 + lstrlenW(lpString1), lpString2);
    return lpString1;
}

/* iMaxLength counts the final NUL. */
static inline LPSTR lstrcpynA(LPSTR lpString1, LPCSTR lpString2, int iMaxLength)
{
    int length = 0;

    if (iMaxLength <= 0)
        return lpString1;
    for (; lpString2 && length < iMaxLength - 1 && lpString2[length]; length++)
        lpString1[length] = lpString2[length];
    lpString1[length] = 0;
    return lpString1;
}

static inline LPWSTR lstrcpynW(LPWSTR lpString1, LPCWSTR lpString2, int iMaxLength)
{
    int length = 0;

    if (iMaxLength <= 0)
        return lpString1;
    for (; lpString2 && length < iMaxLength - 1 && lpString2[length]; length++)
        lpString1[length] = lpString2[length];
    lpString1[length] = 0;
    return lpString1;
}

static inline int lstrcmpA(LPCSTR lpString1, LPCSTR lpString2)
{
    return strcmp(lpString1 ? lpString1 : "", lpString2 ? lpString2 : "");
}

static inline int lstrcmpW(LPCWSTR lpString1, LPCWSTR lpString2)
{
    static const WCHAR nothing[1] = {0};
    LPCWSTR a = lpString1 ? lpString1 : nothing;
    LPCWSTR b = lpString2 ? lpString2 : nothing;

    for (; *a && *a == *b; a++)
        b++;
    return *a == *b ? 0 : *a < *b ? -1 : 1;
}

static inline int lstrcmpiA(LPCSTR lpString1, LPCSTR lpString2)
{
    const unsigned char *a = (const unsigned char *)(lpString1 ? lpString1 : "");
    const unsigned char *b = (const unsigned char *)(lpString2 ? lpString2 : "");

    for (; *a && tolower(*a) == tolower(*b); a++)
        b++;
    return tolower(*a) - tolower(*b);
}

static inline int lstrcmpiW(LPCWSTR lpString1, LPCWSTR lpString2)
{
    static const WCHAR nothing[1] = {0};
    LPCWSTR a = lpString1 ? lpString1 : nothing;
    LPCWSTR b = lpString2 ? lpString2 : nothing;

    for (; *a && towlower((wint_t)*a) == towlower((wint_t)*b); a++)
        b++;
    return (int)towlower((wint_t)*a) - (int)towlower((wint_t)*b);
}

#ifdef UNICODE
#define lstrlen lstrlenW
#define lstrcpy lstrcpyW
#define lstrcat lstrcatW
#define lstrcpyn lstrcpynW
#define lstrcmp lstrcmpW
#define lstrcmpi lstrcmpiW
#else
#define lstrlen lstrlenA
#define lstrcpy lstrcpyA
#define lstrcat lstrcatA
#define lstrcpyn lstrcpynA
#define lstrcmp lstrcmpA
#define lstrcmpi lstrcmpiA
#endif

#endif
