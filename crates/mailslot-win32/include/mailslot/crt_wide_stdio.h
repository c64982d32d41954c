/*
 * Wide input and output of Microsoft's stdio.h and wchar.h, over wide.h. Inline.
 *
 * The C library's own wprintf, fputws, fgetws and so on are replaced as well, since programs for Windows count on Microsoft's rules:
 * in a wide format %s is wide text, and one stream takes narrow and wide text in turn.
 */
#ifndef MAILSLOT_CRT_WIDE_STDIO_H
#define MAILSLOT_CRT_WIDE_STDIO_H

#ifdef __cplusplus
/* The C++ library takes the C functions' names into std, before they mean something else. */
#include <cwchar>
#endif

#include "crt_string.h"
#include "scan.h"
#include "wide.h"

#define _vsnwprintf mailslot_vsnwprintf
#define _snwprintf mailslot_snwprintf
#define wprintf_s mailslot_wprintf
#define fwprintf_s mailslot_fwprintf
#define vwprintf_s mailslot_vwprintf
#define vfwprintf_s mailslot_vfwprintf

/* Formatting */

static inline int vswprintf_s(wchar_t *buffer, size_t size, const wchar_t *format, va_list arguments)
{
    int length = buffer != NULL && size > 0 ? mailslot_vsnwprintf(buffer, size, format, arguments) : -1;

    if (length < 0 && buffer != NULL && size > 0)
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

/* At most `count` characters, or with _TRUNCATE as many as fit: -1 when that is not all of the text. */
static inline int _vsnwprintf_s(wchar_t *buffer, size_t size, size_t count, const wchar_t *format, va_list arguments)
{
    int length;

    if (buffer == NULL || size == 0)
        return -1;
    length = mailslot_vsnwprintf(buffer, count < size ? count + 1 : size, format, arguments);
    if (length < 0 && count != _TRUNCATE && count >= size)
        buffer[0] = 0;
    return length;
}

static inline int _snwprintf_s(wchar_t *buffer, size_t size, size_t count, const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = _vsnwprintf_s(buffer, size, count, format, arguments);
    va_end(arguments);
    return result;
}

static inline int _vscwprintf(const wchar_t *format, va_list arguments)
{
    wchar_t *text = mailslot_vaswprintf(format, arguments);
    int length = text ? (int)wcsnlen_s(text, (size_t)-1) : -1;

    mailslot_libc_free(text);
    return length;
}

static inline int _scwprintf(const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = _vscwprintf(format, arguments);
    va_end(arguments);
    return result;
}

static inline int mailslot_swprintf(wchar_t *buffer, const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vsnwprintf(buffer, (size_t)0x7FFFFFFF, format, arguments);
    va_end(arguments);
    return result;
}

/* Output */

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

static inline int _putws(const wchar_t *text)
{
    return mailslot_fputws(text, stdout) < 0 || mailslot_fputwc('\n', stdout) == WEOF ? -1 : 0;
}

static inline void _wperror(const wchar_t *text)
{
    int error = errno;
    char *narrow = text ? mailslot_narrow(text) : NULL;

    errno = error;
    perror(narrow);
    mailslot_libc_free(narrow);
}

/* Files, by names in wide text */

static inline FILE *_wfopen(const wchar_t *name, const wchar_t *mode)
{
    char *narrow_name = mailslot_narrow(name);
    char *narrow_mode = mailslot_narrow(mode);
    FILE *stream = NULL;

    if (narrow_name && narrow_mode) {
        /* Microsoft's ", ccs=...": the text of files is UTF-8 here. */
        narrow_mode[strcspn(narrow_mode, ",")] = 0;
        stream = fopen(narrow_name, narrow_mode);
    }
    mailslot_libc_free(narrow_name);
    mailslot_libc_free(narrow_mode);
    return stream;
}

static inline errno_t _wfopen_s(FILE **stream, const wchar_t *name, const wchar_t *mode)
{
    if (stream == NULL)
        return EINVAL;
    *stream = name && mode ? _wfopen(name, mode) : NULL;
    return *stream ? 0 : name && mode ? errno : EINVAL;
}

static inline FILE *_wfsopen(const wchar_t *name, const wchar_t *mode, int share)
{
    (void)share;
    return _wfopen(name, mode);
}

static inline int _wremove(const wchar_t *name)
{
    char *narrow = mailslot_narrow(name);
    int result = narrow ? remove(narrow) : -1;

    mailslot_libc_free(narrow);
    return result;
}

static inline int _wrename(const wchar_t *from, const wchar_t *to)
{
    char *narrow_from = mailslot_narrow(from);
    char *narrow_to = mailslot_narrow(to);
    int result = narrow_from && narrow_to ? rename(narrow_from, narrow_to) : -1;

    mailslot_libc_free(narrow_from);
    mailslot_libc_free(narrow_to);
    return result;
}

/* The C library reads wide text with 32-bit wchar_t only. */
#if __SIZEOF_WCHAR_T__ == 4

static inline wint_t mailslot_getwchar(void)
{
    return mailslot_fgetwc(stdin);
}

/* One line without its end; NULL at the end of the input, or when the line is longer than the buffer. */
static inline wchar_t *_getws_s(wchar_t *buffer, size_t size)
{
    size_t length = 0;
    wint_t character;

    if (buffer == NULL || size == 0)
        return NULL;
    buffer[0] = 0;
    character = mailslot_fgetwc(stdin);
    if (character == WEOF)
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

static inline wchar_t *_getws(wchar_t *buffer)
{
    return _getws_s(buffer, (size_t)0x7FFFFFFF);
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
    mailslot_libc_free(translated);
    return result;
}

static inline int mailslot_vwscan_s(FILE *stream, const wchar_t *text, const wchar_t *format, va_list arguments)
{
    char *narrow_text = text ? mailslot_narrow(text) : NULL;
    char *narrow_format = mailslot_narrow(format);
    int result = EOF;

    if (narrow_format && (text == NULL || narrow_text))
        result = mailslot_vscan_s(stream, narrow_text, narrow_format, 1, arguments);
    mailslot_libc_free(narrow_text);
    mailslot_libc_free(narrow_format);
    return result;
}

static inline int fwscanf_s(FILE *stream, const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vwscan_s(stream, NULL, format, arguments);
    va_end(arguments);
    return result;
}

static inline int wscanf_s(const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vwscan_s(stdin, NULL, format, arguments);
    va_end(arguments);
    return result;
}

static inline int swscanf_s(const wchar_t *text, const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vwscan_s(NULL, text, format, arguments);
    va_end(arguments);
    return result;
}

#endif

#ifdef __cplusplus
/* In C++ the size of an array need not be told. */
extern "C++" {
template <size_t size> inline int swprintf_s(wchar_t (&buffer)[size], const wchar_t *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = vswprintf_s(buffer, size, format, arguments);
    va_end(arguments);
    return result;
}
/* Microsoft's swprintf of old, without a size. */
inline int mailslot_snwprintf(wchar_t *buffer, const wchar_t *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = mailslot_vsnwprintf(buffer, static_cast<size_t>(0x7FFFFFFF), format, arguments);
    va_end(arguments);
    return result;
}
template <size_t size> inline int _snwprintf_s(wchar_t (&buffer)[size], size_t count, const wchar_t *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = _vsnwprintf_s(buffer, size, count, format, arguments);
    va_end(arguments);
    return result;
}
#if __SIZEOF_WCHAR_T__ == 4
template <size_t size> inline wchar_t *_getws_s(wchar_t (&buffer)[size])
{
    return _getws_s(buffer, size);
}
#endif
}
/* For programs that call std::wprintf and so on, which the names of wide_names.h lead here. */
namespace std
{
using ::mailslot_fputws;
using ::mailslot_fwprintf;
using ::mailslot_putwchar;
using ::mailslot_snwprintf;
using ::mailslot_wprintf;
#if __SIZEOF_WCHAR_T__ == 4
using ::mailslot_fgetws;
using ::mailslot_fwscanf;
using ::mailslot_getwchar;
using ::mailslot_swscanf;
using ::mailslot_wscanf;
#endif
}
#endif

#endif
