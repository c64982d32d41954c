/* Functions behind tchar.h's names that the C library does not have under any name, or not in every mode. Inline. */
#ifndef MAILSLOT_TCHAR_TEXT_H
#define MAILSLOT_TCHAR_TEXT_H

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "wide.h"

static inline size_t mailslot_strnlen(const char *text, size_t limit)
{
    const char *end = (const char *)memchr(text, 0, limit);

    return end ? (size_t)(end - text) : limit;
}

static inline size_t mailslot_wcsnlen(const wchar_t *text, size_t limit)
{
    size_t length = 0;

    while (length < limit && text[length])
        length++;
    return length;
}

static inline int mailslot_strnicmp(const char *a, const char *b, size_t count)
{
    for (; count > 0; a++, b++, count--) {
        int difference = tolower((unsigned char)*a) - tolower((unsigned char)*b);
        if (difference != 0 || *a == 0)
            return difference;
    }
    return 0;
}

static inline int mailslot_stricmp(const char *a, const char *b)
{
    return mailslot_strnicmp(a, b, (size_t)-1);
}

static inline int mailslot_wcsnicmp(const wchar_t *a, const wchar_t *b, size_t count)
{
    for (; count > 0; a++, b++, count--) {
        int difference = (int)towlower((wint_t)*a) - (int)towlower((wint_t)*b);
        if (difference != 0 || *a == 0)
            return difference;
    }
    return 0;
}

static inline int mailslot_wcsicmp(const wchar_t *a, const wchar_t *b)
{
    return mailslot_wcsnicmp(a, b, (size_t)-1);
}

static inline char *mailslot_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = (char *)malloc(size);

    return copy ? (char *)memcpy(copy, text, size) : NULL;
}

static inline wchar_t *mailslot_wcsdup(const wchar_t *text)
{
    size_t size = (mailslot_wcsnlen(text, (size_t)-1) + 1) * sizeof(wchar_t);
    wchar_t *copy = (wchar_t *)malloc(size);

    return copy ? (wchar_t *)memcpy(copy, text, size) : NULL;
}

static inline char *mailslot_strtok_s(char *text, const char *delimiters, char **rest)
{
    char *token = text ? text : *rest;

    if (token == NULL)
        return NULL;
    token += strspn(token, delimiters);
    *rest = token + strcspn(token, delimiters);
    if (**rest)
        *(*rest)++ = 0;
    return *token ? token : NULL;
}

/* Microsoft's _snprintf family returns -1 when the text does not fit. Unlike it, these always end with a NUL. */
static inline int mailslot_vsnprintf(char *buffer, size_t size, const char *format, va_list arguments)
{
    int length = vsnprintf(buffer, size, format, arguments);

    return length >= 0 && (size_t)length < size ? length : -1;
}

static inline int mailslot_snprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return result;
}

#if __SIZEOF_WCHAR_T__ == 4

static inline int mailslot_swprintf(wchar_t *buffer, const wchar_t *format, ...)
{
    va_list arguments;
    wchar_t *text;
    int length = -1;

    va_start(arguments, format);
    text = mailslot_vaswprintf(format, arguments);
    va_end(arguments);
    if (text != NULL) {
        wcscpy(buffer, text);
        length = (int)wcslen(text);
        free(text);
    }
    return length;
}

static inline int mailslot_swscanf(const wchar_t *text, const wchar_t *format, ...)
{
    wchar_t *translated = mailslot_c_format(format);
    va_list arguments;
    int result = EOF;

    va_start(arguments, format);
    if (translated != NULL)
        result = vswscanf(text, translated, arguments);
    va_end(arguments);
    free(translated);
    return result;
}

static inline wint_t mailslot_fputwc(wchar_t character, FILE *stream)
{
    wchar_t text[2];

    text[0] = character;
    text[1] = 0;
    return mailslot_fputws(text, stream) < 0 ? WEOF : (wint_t)character;
}

static inline wint_t mailslot_putwchar(wchar_t character)
{
    return mailslot_fputwc(character, stdout);
}

static inline int mailslot_putws(const wchar_t *text)
{
    return mailslot_fputws(text, stdout) < 0 || mailslot_fputwc(L'\n', stdout) == WEOF ? -1 : 0;
}

static inline wint_t mailslot_getwchar(void)
{
    return mailslot_fgetwc(stdin);
}

static inline void mailslot_wperror(const wchar_t *text)
{
    char *narrow = mailslot_narrow(text);

    perror(narrow ? narrow : "");
    free(narrow);
}

static inline int mailslot_wsystem(const wchar_t *command)
{
    char *narrow = mailslot_narrow(command);
    int result = narrow ? system(narrow) : -1;

    free(narrow);
    return result;
}

static inline long mailslot_wtol(const wchar_t *text)
{
    return wcstol(text, NULL, 10);
}

static inline int mailslot_wtoi(const wchar_t *text)
{
    return (int)mailslot_wtol(text);
}

#endif

#endif
