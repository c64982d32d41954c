/*
 * The "secure" functions of Microsoft's C library that programs with tchar.h use. Inline. They check the size of the
 * destination; where Microsoft's would end the program, these make the destination empty and return an error.
 */
#ifndef MAILSLOT_SECURE_H
#define MAILSLOT_SECURE_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wide.h"

typedef int errno_t;
#define _TRUNCATE ((size_t)-1)
#define STRUNCATE 80
#ifndef _countof
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif

#define MAILSLOT_SECURE(prefix, character)                                                                             \
    static inline errno_t prefix##ncpy_s(character *destination, size_t size, const character *source, size_t count)   \
    {                                                                                                                  \
        size_t length = 0;                                                                                             \
                                                                                                                       \
        if (destination == NULL || size == 0)                                                                          \
            return EINVAL;                                                                                             \
        if (source == NULL) {                                                                                          \
            destination[0] = 0;                                                                                        \
            return EINVAL;                                                                                             \
        }                                                                                                              \
        for (; length < count && source[length]; length++) {                                                           \
            if (length == size - 1) {                                                                                  \
                destination[count == _TRUNCATE ? length : 0] = 0;                                                      \
                return count == _TRUNCATE ? STRUNCATE : ERANGE;                                                        \
            }                                                                                                          \
            destination[length] = source[length];                                                                      \
        }                                                                                                              \
        destination[length] = 0;                                                                                       \
        return 0;                                                                                                      \
    }                                                                                                                  \
                                                                                                                       \
    static inline errno_t prefix##cpy_s(character *destination, size_t size, const character *source)                  \
    {                                                                                                                  \
        return prefix##ncpy_s(destination, size, source, _TRUNCATE - 1);                                               \
    }                                                                                                                  \
                                                                                                                       \
    static inline errno_t prefix##cat_s(character *destination, size_t size, const character *source)                  \
    {                                                                                                                  \
        size_t length = 0;                                                                                             \
        errno_t result = EINVAL;                                                                                       \
                                                                                                                       \
        while (destination != NULL && length < size && destination[length])                                            \
            length++;                                                                                                  \
        if (destination != NULL && length < size)                                                                      \
            result = prefix##cpy_s(destination + length, size - length, source);                                       \
        if (result != 0 && destination != NULL && size > 0)                                                            \
            destination[0] = 0;                                                                                        \
        return result;                                                                                                 \
    }

MAILSLOT_SECURE(str, char)
MAILSLOT_SECURE(wcs, wchar_t)

static inline int vsprintf_s(char *buffer, size_t size, const char *format, va_list arguments)
{
    int length = vsnprintf(buffer, size, format, arguments);

    if (length >= 0 && (size_t)length < size)
        return length;
    if (buffer != NULL && size > 0)
        buffer[0] = 0;
    return -1;
}

static inline int sprintf_s(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = vsprintf_s(buffer, size, format, arguments);
    va_end(arguments);
    return result;
}

static inline errno_t fopen_s(FILE **stream, const char *name, const char *mode)
{
    *stream = fopen(name, mode);
    return *stream ? 0 : errno;
}

/* One line without its end; NULL at the end of the input, or when the line is longer than the buffer. */
static inline char *gets_s(char *buffer, size_t size)
{
    size_t length = 0;
    int character = getchar();

    if (size == 0 || character == EOF)
        return NULL;
    for (; character != EOF && character != '\n'; character = getchar()) {
        if (length == size - 1) {
            buffer[0] = 0;
            return NULL;
        }
        buffer[length++] = (char)character;
    }
    buffer[length] = 0;
    return buffer;
}

#if __SIZEOF_WCHAR_T__ == 4

static inline int vswprintf_s(wchar_t *buffer, size_t size, const wchar_t *format, va_list arguments)
{
    int length = mailslot_vsnwprintf(buffer, size, format, arguments);

    if (length < 0 && size > 0)
        buffer[0] = 0;
    return length;
}

static inline int swprintf_s(wchar_t *buffer, size_t size, const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = vswprintf_s(buffer, size, format, arguments);
    va_end(arguments);
    return result;
}

/* `mode` may end in Microsoft's ", ccs=...": the text of files is UTF-8 here. */
static inline FILE *mailslot_wfopen(const wchar_t *name, const wchar_t *mode)
{
    char *narrow_name = mailslot_narrow(name);
    char *narrow_mode = mailslot_narrow(mode);
    FILE *stream = NULL;

    if (narrow_name && narrow_mode) {
        narrow_mode[strcspn(narrow_mode, ",")] = 0;
        stream = fopen(narrow_name, narrow_mode);
    }
    free(narrow_name);
    free(narrow_mode);
    return stream;
}

static inline errno_t _wfopen_s(FILE **stream, const wchar_t *name, const wchar_t *mode)
{
    *stream = mailslot_wfopen(name, mode);
    return *stream ? 0 : errno;
}

static inline wchar_t *_getws_s(wchar_t *buffer, size_t size)
{
    size_t length = 0;
    wint_t character = mailslot_fgetwc(stdin);

    if (size == 0 || character == WEOF)
        return NULL;
    for (; character != WEOF && character != L'\n'; character = mailslot_fgetwc(stdin)) {
        if (length == size - 1) {
            buffer[0] = 0;
            return NULL;
        }
        buffer[length++] = (wchar_t)character;
    }
    buffer[length] = 0;
    return buffer;
}

#endif

#ifdef __cplusplus
/* In C++ the size of an array need not be told. */
extern "C++" {
template <size_t size> inline errno_t strcpy_s(char (&destination)[size], const char *source)
{
    return strcpy_s(destination, size, source);
}
template <size_t size> inline errno_t wcscpy_s(wchar_t (&destination)[size], const wchar_t *source)
{
    return wcscpy_s(destination, size, source);
}
template <size_t size> inline errno_t strcat_s(char (&destination)[size], const char *source)
{
    return strcat_s(destination, size, source);
}
template <size_t size> inline errno_t wcscat_s(wchar_t (&destination)[size], const wchar_t *source)
{
    return wcscat_s(destination, size, source);
}
template <size_t size> inline int sprintf_s(char (&buffer)[size], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = vsprintf_s(buffer, size, format, arguments);
    va_end(arguments);
    return result;
}
#if __SIZEOF_WCHAR_T__ == 4
template <size_t size> inline int swprintf_s(wchar_t (&buffer)[size], const wchar_t *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = vswprintf_s(buffer, size, format, arguments);
    va_end(arguments);
    return result;
}
#endif
}
#endif

#endif
