/*
 * Terminals as consoles: their mode, and text to and from them. What is no terminal fails with 6, mailslots too; ReadFile and WriteFile
 * work on everything.
 */
#ifndef MAILSLOT_CONSOLE_IO_H
#define MAILSLOT_CONSOLE_IO_H

#include "files.h"

#define ENABLE_PROCESSED_INPUT 0x0001
#define ENABLE_LINE_INPUT 0x0002
#define ENABLE_ECHO_INPUT 0x0004
#define ENABLE_WINDOW_INPUT 0x0008
#define ENABLE_MOUSE_INPUT 0x0010
#define ENABLE_INSERT_MODE 0x0020
#define ENABLE_QUICK_EDIT_MODE 0x0040
#define ENABLE_EXTENDED_FLAGS 0x0080
#define ENABLE_VIRTUAL_TERMINAL_INPUT 0x0200
#define ENABLE_PROCESSED_OUTPUT 0x0001
#define ENABLE_WRAP_AT_EOL_OUTPUT 0x0002
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004
#define DISABLE_NEWLINE_AUTO_RETURN 0x0008

#ifdef __cplusplus
extern "C" {
#endif

/* Input: processed (signals), line, echo, as the terminal is set and will be. Output: processed, wrapping, with escape sequences. */
BOOL WINAPI GetConsoleMode(HANDLE hConsoleHandle, LPDWORD lpMode);
BOOL WINAPI SetConsoleMode(HANDLE hConsoleHandle, DWORD dwMode);

/* The counts are of characters: bytes in the ...A functions. A line that is read ends in \n alone. */
BOOL WINAPI WriteConsoleA(HANDLE hConsoleOutput, const void *lpBuffer, DWORD nNumberOfCharsToWrite,
                          LPDWORD lpNumberOfCharsWritten, LPVOID lpReserved);
BOOL WINAPI ReadConsoleA(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead, LPDWORD lpNumberOfCharsRead,
                         LPVOID pInputControl);

#ifdef __cplusplus
}
#endif

static inline BOOL WriteConsoleW(HANDLE hConsoleOutput, const void *lpBuffer, DWORD nNumberOfCharsToWrite,
                                 LPDWORD lpNumberOfCharsWritten, LPVOID lpReserved)
{
    LPWSTR wide = (LPWSTR)mailslot_libc_calloc(nNumberOfCharsToWrite + (size_t)1, sizeof(WCHAR));
    char *text = NULL;
    BOOL result = FALSE;

    if (wide != NULL && lpBuffer != NULL)
        memcpy(wide, lpBuffer, nNumberOfCharsToWrite * sizeof(WCHAR));
    if (wide != NULL)
        text = mailslot_narrow(wide);
    if (text == NULL)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    else
        result = WriteConsoleA(hConsoleOutput, text, (DWORD)strlen(text), NULL, lpReserved);
    if (result && lpNumberOfCharsWritten != NULL)
        *lpNumberOfCharsWritten = nNumberOfCharsToWrite;
    mailslot_libc_free(text);
    mailslot_libc_free(wide);
    return result;
}

static inline BOOL ReadConsoleW(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead, LPDWORD lpNumberOfCharsRead,
                                LPVOID pInputControl)
{
    char *text = (char *)mailslot_libc_calloc(nNumberOfCharsToRead + (size_t)1, 1);
    WCHAR *place = (WCHAR *)lpBuffer;
    DWORD length = 0;
    size_t at = 0, used = 0, units;
    BOOL result = FALSE;

    if (text == NULL)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    else
        result = ReadConsoleA(hConsoleInput, text, nNumberOfCharsToRead, &length, pInputControl);
    /* A character has at least as many bytes as units. */
    while (result && place != NULL && at < length) {
        WCHAR out[2];

        at += mailslot_decode(text + at, length - at, out, &units);
        memcpy(place + used, out, units * sizeof(WCHAR));
        used += units;
    }
    if (result && lpNumberOfCharsRead != NULL)
        *lpNumberOfCharsRead = (DWORD)used;
    mailslot_libc_free(text);
    return result;
}

#ifdef UNICODE
#define WriteConsole WriteConsoleW
#define ReadConsole ReadConsoleW
#else
#define WriteConsole WriteConsoleA
#define ReadConsole ReadConsoleA
#endif

#endif
