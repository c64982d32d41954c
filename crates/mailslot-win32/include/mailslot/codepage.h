/*
 * Text between code pages and wide text, for both widths of wchar_t. Inline.
 *
 * The machine's code page (CP_ACP, CP_OEMCP) is UTF-8. Other numbers are converted by the C library's iconv.
 */
#ifndef MAILSLOT_CODEPAGE_H
#define MAILSLOT_CODEPAGE_H

#include "results.h"

#define CP_ACP 0
#define CP_OEMCP 1
#define CP_MACCP 2
#define CP_THREAD_ACP 3
#define CP_SYMBOL 42
#define CP_UTF7 65000
#define CP_UTF8 65001

#define MB_PRECOMPOSED 0x00000001
#define MB_COMPOSITE 0x00000002
#define MB_USEGLYPHCHARS 0x00000004
#define MB_ERR_INVALID_CHARS 0x00000008
#define WC_COMPOSITECHECK 0x00000200
#define WC_DISCARDNS 0x00000010
#define WC_SEPCHARS 0x00000020
#define WC_DEFAULTCHAR 0x00000040
#define WC_ERR_INVALID_CHARS 0x00000080
#define WC_NO_BEST_FIT_CHARS 0x00000400

static inline UINT GetACP(void)
{
    return CP_UTF8;
}

static inline UINT GetOEMCP(void)
{
    return CP_UTF8;
}

static inline BOOL mailslot_is_utf8_page(UINT CodePage)
{
    return CodePage == CP_ACP || CodePage == CP_OEMCP || CodePage == CP_THREAD_ACP || CodePage == CP_UTF8;
}

/* What iconv calls wide text and a code page. (iconv_t)-1: it does not know the page. */
static inline void *mailslot_open_page(UINT CodePage, BOOL to_wide)
{
    const char *wide = sizeof(wchar_t) == 2 ? "UTF-16LE" : "WCHAR_T";
    static const char *const forms[] = {"CP%u", "WINDOWS-%u", "IBM%u"};
    const char *known = CodePage == CP_UTF7 ? "UTF-7" : CodePage == 20866 ? "KOI8-R" : CodePage == 21866 ? "KOI8-U"
                        : CodePage == 20127 ? "US-ASCII" : CodePage == 51949 ? "EUC-KR" : CodePage == 51932 ? "EUC-JP"
                        : CodePage == 54936 ? "GB18030" : NULL;
    void *state = (void *)-1;
    char name[24];
    size_t i;

    if (CodePage >= 28591 && CodePage <= 28605) {
        char *end = name + 9;

        memcpy(name, "ISO-8859-", 9);
        if (CodePage - 28590 >= 10)
            *end++ = '1';
        *end++ = (char)('0' + (CodePage - 28590) % 10);
        *end = 0;
        known = name;
    }
    if (known)
        return mailslot_libc_iconv_open(to_wide ? wide : known, to_wide ? known : wide);
    for (i = 0; i < sizeof(forms) / sizeof(forms[0]) && state == (void *)-1; i++) {
        const char *form = forms[i];
        char *out = name;
        char digits[11];
        size_t count = 0;
        UINT number = CodePage;

        while (*form != '%')
            *out++ = *form++;
        do {
            digits[count++] = (char)('0' + number % 10);
            number /= 10;
        } while (number != 0);
        while (count > 0)
            *out++ = digits[--count];
        *out = 0;
        state = mailslot_libc_iconv_open(to_wide ? wide : name, to_wide ? name : wide);
    }
    return state;
}

/* A single-byte or other page that is no UTF-8, and a page that there is. */
static inline BOOL IsValidCodePage(UINT CodePage)
{
    void *state;

    if (mailslot_is_utf8_page(CodePage))
        return CodePage == CP_UTF8;
    state = mailslot_open_page(CodePage, TRUE);
    if (state == (void *)-1)
        return FALSE;
    mailslot_libc_iconv_close(state);
    return TRUE;
}

/*
 * How many bytes at the start of the text are one character or one mistake in UTF-8: as many as could have become a character, at
 * least one. The character, or U+FFFD.
 */
static inline size_t mailslot_utf8_step(const unsigned char *byte, size_t length, unsigned int *value, BOOL *is_bad)
{
    size_t size = byte[0] < 0x80 ? 1 : byte[0] < 0xC2 ? 0 : byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : byte[0] < 0xF5 ? 4 : 0;
    unsigned int lowest = byte[0] == 0xE0 ? 0xA0 : byte[0] == 0xF0 ? 0x90 : 0x80;
    unsigned int highest = byte[0] == 0xED ? 0x9F : byte[0] == 0xF4 ? 0x8F : 0xBF;
    size_t i;

    *is_bad = size == 0;
    *value = size == 0 ? 0xFFFD : size == 1 ? byte[0] : byte[0] & (0xFFU >> (size + 1));
    for (i = 1; i < size; i++) {
        if (i >= length || byte[i] < lowest || byte[i] > highest) {
            *is_bad = TRUE;
            *value = 0xFFFD;
            return i;
        }
        *value = *value << 6 | (byte[i] & 0x3FU);
        lowest = 0x80;
        highest = 0xBF;
    }
    return size ? size : 1;
}

static inline int mailslot_from_utf8(BOOL strict, const char *text, size_t length, LPWSTR wide, size_t room)
{
    size_t at = 0, used = 0;

    while (at < length) {
        unsigned int value;
        BOOL is_bad;
        size_t units;

        at += mailslot_utf8_step((const unsigned char *)text + at, length - at, &value, &is_bad);
        if (is_bad && strict)
            return (int)mailslot_fail(ERROR_NO_UNICODE_TRANSLATION);
        units = sizeof(wchar_t) == 2 && value > 0xFFFF ? 2 : 1;
        if (room > 0) {
            if (used + units > room)
                return (int)mailslot_fail(ERROR_INSUFFICIENT_BUFFER);
            if (units == 2) {
                wide[used] = (wchar_t)(0xD800 + ((value - 0x10000) >> 10));
                wide[used + 1] = (wchar_t)(0xDC00 + ((value - 0x10000) & 0x3FF));
            } else {
                wide[used] = (wchar_t)value;
            }
        }
        used += units;
    }
    return (int)used;
}

static inline int mailslot_to_utf8(BOOL strict, LPCWSTR wide, size_t length, LPSTR text, size_t room)
{
    size_t at = 0, used = 0;

    while (at < length) {
        unsigned int value = (unsigned int)wide[at++] & (sizeof(wchar_t) == 2 ? 0xFFFFU : 0xFFFFFFFFU);
        size_t size, i;

        if (value >= 0xD800 && value < 0xDC00 && sizeof(wchar_t) == 2 && at < length &&
            ((unsigned int)wide[at] & 0xFC00) == 0xDC00)
            value = 0x10000 + ((value - 0xD800) << 10) + ((unsigned int)wide[at++] & 0x3FF);
        if ((value >= 0xD800 && value < 0xE000) || value > 0x10FFFF) {
            if (strict)
                return (int)mailslot_fail(ERROR_NO_UNICODE_TRANSLATION);
            value = 0xFFFD;
        }
        size = value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
        if (room > 0) {
            if (used + size > room)
                return (int)mailslot_fail(ERROR_INSUFFICIENT_BUFFER);
            if (size == 1)
                text[used] = (char)value;
            for (i = size; size > 1 && i-- > 1; value >>= 6)
                text[used + i] = (char)(0x80 | (value & 0x3F));
            if (size > 1)
                text[used] = (char)((0xF00U >> size & 0xFF) | value);
        }
        used += size;
    }
    return (int)used;
}

/*
 * Another page, by iconv. What cannot be converted becomes the substitute, or fails with 1113 if that is NULL. `out_unit` is the
 * size of an output character; `in_unit` of one to leave out.
 */
static inline int mailslot_by_iconv(void *state, char *in, size_t in_left, size_t in_unit, char *out, size_t room,
                                    size_t out_unit, const char *substitute, size_t substitute_size, BOOL *used_substitute)
{
    char scratch[256];
    size_t used = 0;
    int result = -1;

    while (result < 0) {
        BOOL counting = room == 0;
        char *next = counting ? scratch : out + used;
        size_t left = counting ? sizeof(scratch) : room * out_unit - used;
        size_t before = left;
        BOOL flushing = in_left == 0;
        size_t outcome = mailslot_libc_iconv(state, flushing ? NULL : &in, flushing ? NULL : &in_left, &next, &left);
        int error = outcome == (size_t)-1 ? errno : 0;

        used += before - left;
        if (error == 0 && flushing) {
            result = (int)(used / out_unit);
        } else if (error == E2BIG && (!counting || before == left)) {
            result = (int)mailslot_fail(ERROR_INSUFFICIENT_BUFFER);
        } else if (error == EILSEQ || error == EINVAL) {
            if (substitute == NULL) {
                result = (int)mailslot_fail(ERROR_NO_UNICODE_TRANSLATION);
            } else if (!counting && used + substitute_size > room * out_unit) {
                result = (int)mailslot_fail(ERROR_INSUFFICIENT_BUFFER);
            } else {
                if (!counting)
                    memcpy(out + used, substitute, substitute_size);
                used += substitute_size;
                if (used_substitute)
                    *used_substitute = TRUE;
                in_left = in_left > in_unit ? in_left - in_unit : 0;
                in += in_unit;
            }
        }
    }
    mailslot_libc_iconv_close(state);
    return result;
}

/*
 * Converts text of a code page to wide text, and returns how many characters that is.
 *   dwFlags      MB_ERR_INVALID_CHARS: what is no text of the page fails; else it becomes U+FFFD
 *   cbMultiByte  in bytes, or -1: up to the NUL, which is then converted, too
 *   cchWideChar  in characters; 0: only count
 * 0: 87 no such page, no text, no size or the same buffer; 122 the buffer is too small, its contents are undefined; 1004 flags that the
 * page does not have; 1113 no text of the page.
 */
static inline int MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCSTR lpMultiByteStr, int cbMultiByte, LPWSTR lpWideCharStr,
                                      int cchWideChar)
{
    static const wchar_t replacement[1] = {0xFFFD};
    DWORD known = CodePage == CP_UTF8 ? MB_ERR_INVALID_CHARS
                                      : MB_PRECOMPOSED | MB_COMPOSITE | MB_USEGLYPHCHARS | MB_ERR_INVALID_CHARS;
    BOOL strict = (dwFlags & MB_ERR_INVALID_CHARS) != 0;
    size_t length;
    void *state;

    if (lpMultiByteStr == NULL || cbMultiByte == 0 || cbMultiByte < -1 || cchWideChar < 0 ||
        (cchWideChar > 0 && (lpWideCharStr == NULL || (const void *)lpWideCharStr == (const void *)lpMultiByteStr)))
        return (int)mailslot_fail(ERROR_INVALID_PARAMETER);
    if (dwFlags & ~known)
        return (int)mailslot_fail(ERROR_INVALID_FLAGS);
    length = cbMultiByte == -1 ? strlen(lpMultiByteStr) + 1 : (size_t)cbMultiByte;
    if (mailslot_is_utf8_page(CodePage))
        return mailslot_from_utf8(strict, lpMultiByteStr, length, lpWideCharStr, (size_t)cchWideChar);
    state = mailslot_open_page(CodePage, TRUE);
    if (state == (void *)-1)
        return (int)mailslot_fail(ERROR_INVALID_PARAMETER);
    return mailslot_by_iconv(state, (char *)(ULONG_PTR)lpMultiByteStr, length, 1, (char *)lpWideCharStr, (size_t)cchWideChar,
                             sizeof(wchar_t), strict ? NULL : (const char *)replacement, sizeof(wchar_t), NULL);
}

/*
 * Converts wide text to text of a code page, and returns how many bytes that is.
 *   dwFlags            WC_ERR_INVALID_CHARS: half of a pair fails; else it becomes U+FFFD (of UTF-8) or the default character
 *   cchWideChar        in characters, or -1: up to the NUL, which is then converted, too
 *   cbMultiByte        in bytes; 0: only count
 *   lpDefaultChar      for characters that the page does not have; NULL: a question mark. Not for CP_UTF8
 *   lpUsedDefaultChar  NULL, or receives whether there were any. Not for CP_UTF8
 * 0: 87, 122, 1004, 1113 as for MultiByteToWideChar.
 */
static inline int WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWSTR lpWideCharStr, int cchWideChar, LPSTR lpMultiByteStr,
                                      int cbMultiByte, LPCSTR lpDefaultChar, LPBOOL lpUsedDefaultChar)
{
    DWORD known = CodePage == CP_UTF8 ? WC_ERR_INVALID_CHARS
                                      : WC_COMPOSITECHECK | WC_DISCARDNS | WC_SEPCHARS | WC_DEFAULTCHAR |
                                            WC_NO_BEST_FIT_CHARS | WC_ERR_INVALID_CHARS;
    BOOL strict = (dwFlags & WC_ERR_INVALID_CHARS) != 0;
    size_t length;
    void *state;

    if (lpWideCharStr == NULL || cchWideChar == 0 || cchWideChar < -1 || cbMultiByte < 0 ||
        (cbMultiByte > 0 && (lpMultiByteStr == NULL || (const void *)lpWideCharStr == (const void *)lpMultiByteStr)) ||
        ((CodePage == CP_UTF8 || CodePage == CP_UTF7) && (lpDefaultChar || lpUsedDefaultChar)))
        return (int)mailslot_fail(ERROR_INVALID_PARAMETER);
    if (dwFlags & ~known)
        return (int)mailslot_fail(ERROR_INVALID_FLAGS);
    length = cchWideChar == -1 ? wcsnlen_s(lpWideCharStr, (size_t)-1) + 1 : (size_t)cchWideChar;
    if (lpUsedDefaultChar)
        *lpUsedDefaultChar = FALSE;
    if (mailslot_is_utf8_page(CodePage))
        return mailslot_to_utf8(strict, lpWideCharStr, length, lpMultiByteStr, (size_t)cbMultiByte);
    state = mailslot_open_page(CodePage, FALSE);
    if (state == (void *)-1)
        return (int)mailslot_fail(ERROR_INVALID_PARAMETER);
    return mailslot_by_iconv(state, (char *)(ULONG_PTR)lpWideCharStr, length * sizeof(wchar_t), sizeof(wchar_t), lpMultiByteStr,
                             (size_t)cbMultiByte, 1, strict ? NULL : lpDefaultChar ? lpDefaultChar : "?",
                             lpDefaultChar && lpDefaultChar[0] ? strlen(lpDefaultChar) : 1, lpUsedDefaultChar);
}

/* Whether the byte begins a character of two bytes, which UTF-8 does not have. */
static inline BOOL IsDBCSLeadByte(BYTE TestChar)
{
    (void)TestChar;
    return FALSE;
}

static inline BOOL IsDBCSLeadByteEx(UINT CodePage, BYTE TestChar)
{
    switch (CodePage) {
    case 932:
        return (TestChar >= 0x81 && TestChar <= 0x9F) || (TestChar >= 0xE0 && TestChar <= 0xFC);
    case 936:
    case 949:
    case 950:
        return TestChar >= 0x81 && TestChar <= 0xFE;
    default:
        return FALSE;
    }
}

#endif
