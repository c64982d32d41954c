/*
 * Wide text for UNICODE builds: formatting by Microsoft's rules, and input and output. Inline, over the C library.
 *
 * Three things differ between the C libraries and are bridged here:
 *   - in a wide format, Microsoft's %s and %c take wide text and %S and %C take narrow text; C's are the other way round;
 *   - on Linux a stream is either for bytes or for wide characters: after printf, wprintf prints nothing. Programs for Windows mix
 *     them, so wide text goes out as UTF-8 bytes unless the program itself has made the stream wide;
 *   - wchar_t text of Linux needs a locale to be printed; UTF-8 is written without one.
 */
#ifndef MAILSLOT_WIDE_H
#define MAILSLOT_WIDE_H

#include "libc_stdio.h"
#include "crt_string.h"
#include "utf8.h"
#include "wide_format.h"

#ifdef __cplusplus
extern "C" {
#endif
int mailslot_libc_fileno(FILE *stream) __asm__("fileno");
#ifdef __cplusplus
}
#endif

static inline int mailslot_fputws(const wchar_t *wide, FILE *stream)
{
    int orientation = fwide(stream, 0);
    int result = 0;
    char *text;
    size_t length, written = 0;

    if (orientation > 0)
        return fputws(wide, stream);
    text = mailslot_narrow(wide);
    if (text == NULL)
        return -1;
    length = strlen(text);
    if (orientation < 0 || mailslot_libc_fileno(stream) < 0) {
        result = length == 0 || fwrite(text, 1, length, stream) == length ? 0 : -1;
    } else {
        /* Nobody has used the stream yet, so nothing is buffered: leave it to the program which kind it becomes. */
        while (written < length && result == 0) {
            long count = mailslot_libc_write(mailslot_libc_fileno(stream), text + written, length - written);
            if (count < 0)
                result = -1;
            else
                written += (size_t)count;
        }
    }
    mailslot_libc_free(text);
    return result;
}

static inline int mailslot_vfwprintf(FILE *stream, const wchar_t *format, va_list arguments)
{
    wchar_t *text = mailslot_vaswprintf(format, arguments);
    int result = -1;

    if (text != NULL) {
        int length = (int)wcsnlen_s(text, (size_t)-1);
        result = mailslot_fputws(text, stream) < 0 ? -1 : length;
        mailslot_libc_free(text);
    }
    return result;
}

static inline int mailslot_fwprintf(FILE *stream, const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vfwprintf(stream, format, arguments);
    va_end(arguments);
    return result;
}

static inline int mailslot_vwprintf(const wchar_t *format, va_list arguments)
{
    return mailslot_vfwprintf(stdout, format, arguments);
}

static inline int mailslot_wprintf(const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vfwprintf(stdout, format, arguments);
    va_end(arguments);
    return result;
}

/* The C library reads wide text with 32-bit wchar_t only. */
#if __SIZEOF_WCHAR_T__ == 4

/* A format of Microsoft's rules for reading as one of C's, in new memory, to be freed. l before a number means C's long. */
static inline wchar_t *mailslot_c_format(const wchar_t *format)
{
    /* Each conversion has at least two characters and grows by at most one. */
    wchar_t *result = (wchar_t *)mailslot_libc_malloc((wcslen(format) * 2 + 1) * sizeof(wchar_t));
    wchar_t *out = result;

    if (result == NULL)
        return NULL;
    while (*format) {
        if ((*out++ = *format++) != L'%')
            continue;
        while (*format && wcschr(L"-+ #0123456789.*", *format))
            *out++ = *format++;
        if (format[0] == L'I' && format[1] == L'6' && format[2] == L'4') {
            format += 3;
            *out++ = L'l';
            *out++ = L'l';
        } else if (format[0] == L'I' && format[1] == L'3' && format[2] == L'2') {
            format += 3;
        } else if ((format[0] == L'h' || format[0] == L'l' || format[0] == L'w') && format[1] && wcschr(L"sScC", format[1])) {
            int is_wide = format[0] != L'h';
            format++;
            if (is_wide)
                *out++ = L'l';
            *out++ = *format == L's' || *format == L'S' ? L's' : L'c';
            format++;
        } else if (*format == L's' || *format == L'c') {
            *out++ = L'l';
            *out++ = *format++;
        } else if (*format == L'S' || *format == L'C') {
            *out++ = *format++ == L'S' ? L's' : L'c';
        } else if (*format) {
            *out++ = *format++;
        }
    }
    *out = 0;
    return result;
}

/* The next character, or WEOF. A stream that the program has not made wide is read as UTF-8. */
static inline wint_t mailslot_fgetwc(FILE *stream)
{
    char text[4];
    wchar_t out[2];
    size_t length = 1, size, units;
    int byte;

    if (fwide(stream, 0) > 0)
        return fgetwc(stream);
    byte = getc(stream);
    if (byte == EOF)
        return WEOF;
    text[0] = (char)byte;
    size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    while (length < size) {
        byte = getc(stream);
        if (byte == EOF)
            break;
        if ((byte & 0xC0) != 0x80) {
            ungetc(byte, stream);
            break;
        }
        text[length++] = (char)byte;
    }
    mailslot_decode(text, length, out, &units);
    return (wint_t)out[0];
}

static inline wchar_t *mailslot_fgetws(wchar_t *buffer, int size, FILE *stream)
{
    int length = 0;
    wint_t character = 0;

    while (length < size - 1 && character != L'\n') {
        character = mailslot_fgetwc(stream);
        if (character == WEOF)
            break;
        buffer[length++] = (wchar_t)character;
    }
    if (length == 0 && size != 1)
        return NULL;
    buffer[length] = 0;
    return buffer;
}

static inline int mailslot_vfwscanf(FILE *stream, const wchar_t *format, va_list arguments)
{
    wchar_t *translated = mailslot_c_format(format);
    char *narrow = NULL;
    int result = EOF;

    if (translated != NULL && fwide(stream, 0) > 0) {
        result = vfwscanf(stream, translated, arguments);
    } else if (translated != NULL && (narrow = mailslot_narrow(translated)) != NULL) {
        result = vfscanf(stream, narrow, arguments);
    }
    mailslot_libc_free(narrow);
    mailslot_libc_free(translated);
    return result;
}

static inline int mailslot_fwscanf(FILE *stream, const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vfwscanf(stream, format, arguments);
    va_end(arguments);
    return result;
}

static inline int mailslot_wscanf(const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vfwscanf(stdin, format, arguments);
    va_end(arguments);
    return result;
}

#endif

#endif
