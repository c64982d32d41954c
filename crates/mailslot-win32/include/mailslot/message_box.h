/* MessageBox, for programs without a window: title and text go to standard error, and nobody is asked. Inline. */
#ifndef MAILSLOT_MESSAGE_BOX_H
#define MAILSLOT_MESSAGE_BOX_H

#include "console.h"

#define MB_OK 0x00000000
#define MB_OKCANCEL 0x00000001
#define MB_ABORTRETRYIGNORE 0x00000002
#define MB_YESNOCANCEL 0x00000003
#define MB_YESNO 0x00000004
#define MB_RETRYCANCEL 0x00000005
#define MB_CANCELTRYCONTINUE 0x00000006
#define MB_ICONERROR 0x00000010
#define MB_ICONHAND MB_ICONERROR
#define MB_ICONSTOP MB_ICONERROR
#define MB_ICONQUESTION 0x00000020
#define MB_ICONWARNING 0x00000030
#define MB_ICONEXCLAMATION MB_ICONWARNING
#define MB_ICONINFORMATION 0x00000040
#define MB_ICONASTERISK MB_ICONINFORMATION
#define MB_DEFBUTTON1 0x00000000
#define MB_DEFBUTTON2 0x00000100
#define MB_DEFBUTTON3 0x00000200
#define MB_APPLMODAL 0x00000000
#define MB_SYSTEMMODAL 0x00001000
#define MB_TASKMODAL 0x00002000
#define MB_HELP 0x00004000
#define MB_SETFOREGROUND 0x00010000
#define MB_DEFAULT_DESKTOP_ONLY 0x00020000
#define MB_TOPMOST 0x00040000
#define MB_SERVICE_NOTIFICATION 0x00200000
#define MB_TYPEMASK 0x0000000F

#define IDOK 1
#define IDCANCEL 2
#define IDABORT 3
#define IDRETRY 4
#define IDIGNORE 5
#define IDYES 6
#define IDNO 7
#define IDTRYAGAIN 10
#define IDCONTINUE 11

/*
 * Prints "title: text" as a line. Without a title (NULL) the title is "Error", as on Windows.
 * Returns what lets the program go on or end, never what makes it try for ever: IDOK, IDYES for a question, IDABORT or IDCANCEL where it is
 * asked whether to try again.
 */
static inline int MessageBoxA(HWND hWnd, LPCSTR lpText, LPCSTR lpCaption, UINT uType)
{
    const char *title = lpCaption ? lpCaption : "Error";
    const char *text = lpText ? lpText : "";
    size_t size = strlen(title) + strlen(text) + 4;
    char *line = (char *)mailslot_libc_malloc(size);

    (void)hWnd;
    if (line == NULL)
        return (int)mailslot_fail(ERROR_NOT_ENOUGH_MEMORY);
    mailslot_libc_snprintf(line, size, *title ? "%s: %s\n" : "%s%s\n", title, text);
    mailslot_write_all(2, line, strlen(line));
    mailslot_libc_free(line);
    switch (uType & MB_TYPEMASK) {
    case MB_YESNO:
    case MB_YESNOCANCEL:
        return IDYES;
    case MB_ABORTRETRYIGNORE:
        return IDABORT;
    case MB_RETRYCANCEL:
    case MB_CANCELTRYCONTINUE:
        return IDCANCEL;
    default:
        return IDOK;
    }
}

static inline int MessageBoxW(HWND hWnd, LPCWSTR lpText, LPCWSTR lpCaption, UINT uType)
{
    char *text = lpText ? mailslot_narrow(lpText) : NULL;
    char *title = lpCaption ? mailslot_narrow(lpCaption) : NULL;
    int result = MessageBoxA(hWnd, text, title, uType);

    mailslot_libc_free(text);
    mailslot_libc_free(title);
    return result;
}

static inline int MessageBoxExA(HWND hWnd, LPCSTR lpText, LPCSTR lpCaption, UINT uType, WORD wLanguageId)
{
    (void)wLanguageId;
    return MessageBoxA(hWnd, lpText, lpCaption, uType);
}

static inline int MessageBoxExW(HWND hWnd, LPCWSTR lpText, LPCWSTR lpCaption, UINT uType, WORD wLanguageId)
{
    (void)wLanguageId;
    return MessageBoxW(hWnd, lpText, lpCaption, uType);
}

#ifdef UNICODE
#define MessageBox MessageBoxW
#define MessageBoxEx MessageBoxExW
#else
#define MessageBox MessageBoxA
#define MessageBoxEx MessageBoxExA
#endif

#endif
