/* user32's functions for letters and for formatting. Inline. */
#ifndef MAILSLOT_CHARACTERS_H
#define MAILSLOT_CHARACTERS_H

#include <wctype.h>

#include "results.h"

/* Language numbers beside those of messages.h. */
#define LANG_INVARIANT 0x7F
#define LANG_USER_DEFAULT MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT)
#define LANG_SYSTEM_DEFAULT MAKELANGID(LANG_NEUTRAL, SUBLANG_SYS_DEFAULT)

/* The text in capitals or small letters, changed in place: ASCII of narrow text, everything of wide text that keeps its size. */

static inline DWORD CharUpperBuffA(LPSTR lpsz, DWORD cchLength)
{
    DWORD i;

    for (i = 0; i < cchLength; i++)
        if (lpsz[i] >= 'a' && lpsz[i] <= 'z')
            lpsz[i] = (char)(lpsz[i] - 'a' + 'A');
    return cchLength;
}

static inline DWORD CharLowerBuffA(LPSTR lpsz, DWORD cchLength)
{
    DWORD i;

    for (i = 0; i < cchLength; i++)
        if (lpsz[i] >= 'A' && lpsz[i] <= 'Z')
            lpsz[i] = (char)(lpsz[i] - 'A' + 'a');
    return cchLength;
}

static inline DWORD CharUpperBuffW(LPWSTR lpsz, DWORD cchLength)
{
    DWORD i;

    for (i = 0; i < cchLength; i++)
        lpsz[i] = (WCHAR)towupper((wint_t)lpsz[i]);
    return cchLength;
}

static inline DWORD CharLowerBuffW(LPWSTR lpsz, DWORD cchLength)
{
    DWORD i;

    for (i = 0; i < cchLength; i++)
        lpsz[i] = (WCHAR)towlower((wint_t)lpsz[i]);
    return cchLength;
}

/* A pointer below 0x10000 is one character, and so is the result. */
#define MAILSLOT_CHARACTERS(name, TEXT_TYPE, CHARACTER, length_of)                                                     \
    static inline TEXT_TYPE name(TEXT_TYPE lpsz)                                                                       \
    {                                                                                                                  \
        CHARACTER one = (CHARACTER)(ULONG_PTR)lpsz;                                                                    \
                                                                                                                       \
        if ((ULONG_PTR)lpsz > 0xFFFF) {                                                                                \
            MAILSLOT_BUFFER_OF_##name(lpsz, (DWORD)length_of(lpsz, (size_t)-1));                                       \
            return lpsz;                                                                                               \
        }                                                                                                              \
        MAILSLOT_BUFFER_OF_##name(&one, 1);                                                                            \
        return (TEXT_TYPE)((ULONG_PTR)one & (sizeof(CHARACTER) == 1 ? 0xFF : 0xFFFF));                                                                              \
    }
#define MAILSLOT_BUFFER_OF_CharUpperA CharUpperBuffA
#define MAILSLOT_BUFFER_OF_CharUpperW CharUpperBuffW
#define MAILSLOT_BUFFER_OF_CharLowerA CharLowerBuffA
#define MAILSLOT_BUFFER_OF_CharLowerW CharLowerBuffW
MAILSLOT_CHARACTERS(CharUpperA, LPSTR, CHAR, strnlen_s)
MAILSLOT_CHARACTERS(CharUpperW, LPWSTR, WCHAR, wcsnlen_s)
MAILSLOT_CHARACTERS(CharLowerA, LPSTR, CHAR, strnlen_s)
MAILSLOT_CHARACTERS(CharLowerW, LPWSTR, WCHAR, wcsnlen_s)

/* The next and the previous character, for UTF-8 and for pairs of UTF-16. */

static inline LPSTR CharNextA(LPCSTR lpsz)
{
    const char *at = lpsz;

    if (*at)
        at++;
    while (((unsigned char)*at & 0xC0) == 0x80)
        at++;
    return (LPSTR)(ULONG_PTR)at;
}

static inline LPSTR CharPrevA(LPCSTR lpszStart, LPCSTR lpszCurrent)
{
    const char *at = lpszCurrent;

    if (at > lpszStart)
        at--;
    while (at > lpszStart && ((unsigned char)*at & 0xC0) == 0x80)
        at--;
    return (LPSTR)(ULONG_PTR)at;
}

static inline LPWSTR CharNextW(LPCWSTR lpsz)
{
    return (LPWSTR)(ULONG_PTR)(*lpsz ? lpsz + 1 : lpsz);
}

static inline LPWSTR CharPrevW(LPCWSTR lpszStart, LPCWSTR lpszCurrent)
{
    return (LPWSTR)(ULONG_PTR)(lpszCurrent > lpszStart ? lpszCurrent - 1 : lpszCurrent);
}

static inline BOOL IsCharAlphaW(WCHAR ch)
{
    return iswalpha((wint_t)ch) != 0;
}

static inline BOOL IsCharAlphaNumericW(WCHAR ch)
{
    return iswalnum((wint_t)ch) != 0;
}

static inline BOOL IsCharUpperW(WCHAR ch)
{
    return iswupper((wint_t)ch) != 0;
}

static inline BOOL IsCharLowerW(WCHAR ch)
{
    return iswlower((wint_t)ch) != 0;
}

/* Formats a text of at most 1024 characters, NUL included, by Microsoft's rules, and returns its length. */

#include "narrow.h"
#include "wide_format.h"

enum { mailslot_wsprintf_size = 1024 };

static inline int wvsprintfA(LPSTR lpOut, LPCSTR lpFmt, va_list arglist)
{
    int length = mailslot_vformat(lpOut, mailslot_wsprintf_size, lpFmt, arglist);

    return length < mailslot_wsprintf_size ? length : mailslot_wsprintf_size - 1;
}

static inline int wvsprintfW(LPWSTR lpOut, LPCWSTR lpFmt, va_list arglist)
{
    wchar_t *text = mailslot_vaswprintf(lpFmt, arglist);

    if (text == NULL)
        return (int)mailslot_fail(ERROR_NOT_ENOUGH_MEMORY);
    wcsncpy_s(lpOut, mailslot_wsprintf_size, text, _TRUNCATE);
    mailslot_libc_free(text);
    return (int)wcsnlen_s(lpOut, mailslot_wsprintf_size);
}

static inline int WINAPIV wsprintfA(LPSTR lpOut, LPCSTR lpFmt, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, lpFmt);
    result = wvsprintfA(lpOut, lpFmt, arguments);
    va_end(arguments);
    return result;
}

static inline int WINAPIV wsprintfW(LPWSTR lpOut, LPCWSTR lpFmt, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, lpFmt);
    result = wvsprintfW(lpOut, lpFmt, arguments);
    va_end(arguments);
    return result;
}

#ifdef UNICODE
#define CharUpper CharUpperW
#define CharLower CharLowerW
#define CharUpperBuff CharUpperBuffW
#define CharLowerBuff CharLowerBuffW
#define CharNext CharNextW
#define CharPrev CharPrevW
#define wsprintf wsprintfW
#define wvsprintf wvsprintfW
#else
#define CharUpper CharUpperA
#define CharLower CharLowerA
#define CharUpperBuff CharUpperBuffA
#define CharLowerBuff CharLowerBuffA
#define CharNext CharNextA
#define CharPrev CharPrevA
#define wsprintf wsprintfA
#define wvsprintf wvsprintfA
#endif

#endif
