/*
 * The console: the terminal that the process has, if it has one. Inline, except for SetConsoleCtrlHandler, which is
 * in libmailslot_win32. Looks (title, colours, cursor) are sent as the terminal's own control
 * sequences, to standard output, and only if that is a terminal: a pipe or a file gets text alone.
 */
#ifndef MAILSLOT_CONSOLE_H
#define MAILSLOT_CONSOLE_H

#include "codepage.h"
#include "console_io.h"
#include "constants.h"
#include "results.h"

#define STD_INPUT_HANDLE ((DWORD)-10)
#define STD_OUTPUT_HANDLE ((DWORD)-11)
#define STD_ERROR_HANDLE ((DWORD)-12)

#define CTRL_C_EVENT 0
#define CTRL_BREAK_EVENT 1
#define CTRL_CLOSE_EVENT 2
#define CTRL_LOGOFF_EVENT 5
#define CTRL_SHUTDOWN_EVENT 6

#define FOREGROUND_BLUE 0x0001
#define FOREGROUND_GREEN 0x0002
#define FOREGROUND_RED 0x0004
#define FOREGROUND_INTENSITY 0x0008
#define BACKGROUND_BLUE 0x0010
#define BACKGROUND_GREEN 0x0020
#define BACKGROUND_RED 0x0040
#define BACKGROUND_INTENSITY 0x0080

typedef struct _COORD {
    SHORT X;
    SHORT Y;
} COORD, *PCOORD;

typedef BOOL(WINAPI *PHANDLER_ROUTINE)(DWORD dwCtrlType);

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Adds (or with FALSE removes) a routine that is called, on a thread of its own, when the process gets a signal: SIGINT is
 * CTRL_C_EVENT, SIGQUIT CTRL_BREAK_EVENT, SIGHUP CTRL_CLOSE_EVENT, SIGTERM CTRL_SHUTDOWN_EVENT. The last one added is asked first; if none
 * returns TRUE, the signal ends the process. Without a routine (NULL), TRUE makes the process and its children ignore SIGINT.
 * FALSE: 87 the routine was not there to be removed, 8 there is no thread or descriptor for it.
 */
BOOL WINAPI SetConsoleCtrlHandler(PHANDLER_ROUTINE HandlerRoutine, BOOL Add);

#ifdef __cplusplus
}
#endif

/* What a program has set, one of each in a program: the numbers are told back, texts are UTF-8 in any case. */
__attribute__((__weak__)) UINT mailslot_console_input_page = CP_UTF8;
__attribute__((__weak__)) UINT mailslot_console_output_page = CP_UTF8;
__attribute__((__weak__)) HANDLE mailslot_standard_handles[3];
__attribute__((__weak__)) char mailslot_console_title[1024];

static inline int mailslot_standard_number(DWORD nStdHandle)
{
    return nStdHandle >= STD_ERROR_HANDLE && nStdHandle <= STD_INPUT_HANDLE ? (int)(STD_INPUT_HANDLE - nStdHandle) : -1;
}

/* Standard input, output or error: descriptor 0, 1 or 2, unless SetStdHandle said otherwise. INVALID_HANDLE_VALUE: 6 none of these. */
static inline HANDLE GetStdHandle(DWORD nStdHandle)
{
    int number = mailslot_standard_number(nStdHandle);

    if (number < 0) {
        SetLastError(ERROR_INVALID_HANDLE);
        return INVALID_HANDLE_VALUE;
    }
    return mailslot_standard_handles[number] ? mailslot_standard_handles[number] : (HANDLE)(((ULONG_PTR)number + 1) << 2);
}

/* What GetStdHandle returns from now on. The C library's streams stay where they are. FALSE: 6 none of these. */
static inline BOOL SetStdHandle(DWORD nStdHandle, HANDLE hHandle)
{
    int number = mailslot_standard_number(nStdHandle);

    if (number < 0)
        return (BOOL)mailslot_fail(ERROR_INVALID_HANDLE);
    mailslot_standard_handles[number] = hHandle;
    return TRUE;
}

static inline int mailslot_console_descriptor(HANDLE handle)
{
    return (int)((ULONG_PTR)handle >> 2) - 1;
}

/* Code pages: any that there is is accepted and told back. FALSE: 87 there is no such page. */

static inline UINT GetConsoleCP(void)
{
    return mailslot_console_input_page;
}

static inline UINT GetConsoleOutputCP(void)
{
    return mailslot_console_output_page;
}

static inline BOOL SetConsoleCP(UINT wCodePageID)
{
    if (!IsValidCodePage(wCodePageID))
        return (BOOL)mailslot_fail(ERROR_INVALID_PARAMETER);
    mailslot_console_input_page = wCodePageID;
    return TRUE;
}

static inline BOOL SetConsoleOutputCP(UINT wCodePageID)
{
    if (!IsValidCodePage(wCodePageID))
        return (BOOL)mailslot_fail(ERROR_INVALID_PARAMETER);
    mailslot_console_output_page = wCodePageID;
    return TRUE;
}

/* Everything, however often the system takes a part of it. */
static inline BOOL mailslot_write_all(int descriptor, const char *text, size_t length)
{
    while (length > 0) {
        long count = mailslot_libc_write(descriptor, text, length);

        if (count < 0 && errno != EINTR)
            return FALSE;
        text += count > 0 ? count : 0;
        length -= count > 0 ? (size_t)count : 0;
    }
    return TRUE;
}

/* A control sequence, to a terminal only. */
static inline void mailslot_control(int descriptor, const char *sequence)
{
    if (mailslot_libc_isatty(descriptor))
        mailslot_write_all(descriptor, sequence, strlen(sequence));
}

/* The terminal's title. */
static inline BOOL SetConsoleTitleA(LPCSTR lpConsoleTitle)
{
    char sequence[sizeof(mailslot_console_title) + 8];

    if (lpConsoleTitle == NULL)
        return (BOOL)mailslot_fail(ERROR_INVALID_PARAMETER);
    strncpy_s(mailslot_console_title, sizeof(mailslot_console_title), lpConsoleTitle, _TRUNCATE);
    mailslot_libc_snprintf(sequence, sizeof(sequence), "\033]0;%s\a", mailslot_console_title);
    mailslot_control(1, sequence);
    return TRUE;
}

static inline BOOL SetConsoleTitleW(LPCWSTR lpConsoleTitle)
{
    char *title = lpConsoleTitle ? mailslot_narrow(lpConsoleTitle) : NULL;
    BOOL result = SetConsoleTitleA(title);

    mailslot_libc_free(title);
    return result;
}

/* The title that the program set, of at most 1023 bytes; none (0) before that. Returns its length. */
static inline DWORD GetConsoleTitleA(LPSTR lpConsoleTitle, DWORD nSize)
{
    if (nSize > 0)
        strncpy_s(lpConsoleTitle, nSize, mailslot_console_title, _TRUNCATE);
    return (DWORD)strlen(mailslot_console_title);
}

static inline DWORD GetConsoleTitleW(LPWSTR lpConsoleTitle, DWORD nSize)
{
    wchar_t *title = mailslot_widen(mailslot_console_title);
    DWORD length = title ? (DWORD)wcsnlen_s(title, (size_t)-1) : mailslot_fail(ERROR_NOT_ENOUGH_MEMORY);

    if (title && nSize > 0)
        wcsncpy_s(lpConsoleTitle, nSize, title, _TRUNCATE);
    mailslot_libc_free(title);
    return length;
}

/* The colours of what is printed from now on. */
static inline BOOL SetConsoleTextAttribute(HANDLE hConsoleOutput, WORD wAttributes)
{
    /* Windows counts blue, green, red; terminals red, green, blue. */
    static const char colours[8] = {0, 4, 2, 6, 1, 5, 3, 7};
    int descriptor = mailslot_console_descriptor(hConsoleOutput);
    char sequence[32];

    if (!mailslot_libc_isatty(descriptor))
        return (BOOL)mailslot_fail(ERROR_INVALID_HANDLE);
    mailslot_libc_snprintf(sequence, sizeof(sequence), "\033[0;%d;%dm",
                           (wAttributes & FOREGROUND_INTENSITY ? 90 : 30) + colours[wAttributes & 7],
                           (wAttributes & BACKGROUND_INTENSITY ? 100 : 40) + colours[wAttributes >> 4 & 7]);
    /* Grey on black is what terminals look like on Windows when nobody said anything. */
    mailslot_control(descriptor, wAttributes == 7 ? "\033[0m" : sequence);
    return TRUE;
}

/* Where the next character is printed, from (0, 0). */
static inline BOOL SetConsoleCursorPosition(HANDLE hConsoleOutput, COORD dwCursorPosition)
{
    int descriptor = mailslot_console_descriptor(hConsoleOutput);
    char sequence[32];

    if (!mailslot_libc_isatty(descriptor))
        return (BOOL)mailslot_fail(ERROR_INVALID_HANDLE);
    mailslot_libc_snprintf(sequence, sizeof(sequence), "\033[%d;%dH", dwCursorPosition.Y + 1, dwCursorPosition.X + 1);
    mailslot_control(descriptor, sequence);
    return TRUE;
}

/* Forgets what was typed and not yet read. FALSE: 6 no terminal. */
static inline BOOL FlushConsoleInputBuffer(HANDLE hConsoleInput)
{
    return mailslot_libc_tcflush(mailslot_console_descriptor(hConsoleInput), 0) == 0 || mailslot_fail(ERROR_INVALID_HANDLE);
}

/* A process has the terminal that it was started in, for good. FALSE: 5 there is one already, as on Windows. */
static inline BOOL AllocConsole(void)
{
    return (BOOL)mailslot_fail(ERROR_ACCESS_DENIED);
}

/* Changes nothing: printing goes on to work. */
static inline BOOL FreeConsole(void)
{
    return TRUE;
}

/* A terminal on Linux has no window that a program could know. */
static inline HWND GetConsoleWindow(void)
{
    return NULL;
}

/* Rings the terminal's bell; frequency and duration are the terminal's own. */
static inline BOOL Beep(DWORD dwFreq, DWORD dwDuration)
{
    (void)dwFreq;
    (void)dwDuration;
    mailslot_control(1, "\a");
    return TRUE;
}

static inline BOOL MessageBeep(UINT uType)
{
    (void)uType;
    return Beep(0, 0);
}

/* Where a debugger would read: standard error, if the variable MAILSLOT_DEBUG_OUTPUT is set and not empty; else nowhere. */
static inline void OutputDebugStringA(LPCSTR lpOutputString)
{
    const char *wanted = mailslot_libc_getenv("MAILSLOT_DEBUG_OUTPUT");

    if (lpOutputString && wanted && *wanted)
        mailslot_write_all(2, lpOutputString, strlen(lpOutputString));
}

static inline void OutputDebugStringW(LPCWSTR lpOutputString)
{
    char *text = lpOutputString ? mailslot_narrow(lpOutputString) : NULL;

    OutputDebugStringA(text);
    mailslot_libc_free(text);
}

static inline BOOL IsDebuggerPresent(void)
{
    return FALSE;
}

#ifdef UNICODE
#define SetConsoleTitle SetConsoleTitleW
#define GetConsoleTitle GetConsoleTitleW
#define OutputDebugString OutputDebugStringW
#else
#define SetConsoleTitle SetConsoleTitleA
#define GetConsoleTitle GetConsoleTitleA
#define OutputDebugString OutputDebugStringA
#endif

#endif
