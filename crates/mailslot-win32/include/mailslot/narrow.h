/*
 * Narrow formats by Microsoft's rules. Inline, over the C library. Two things differ:
 *   - l before an integer conversion means 32 bits there, as LONG and DWORD have here, and 64 bits in Linux's own printf;
 *   - I64, I32 and I (pointer size) are sizes, which C writes ll, nothing and z; w before s and c means wide text, C's l.
 * The functions of stdio.h itself (printf, sprintf, ...) are the C library's and keep its rules.
 */
#ifndef MAILSLOT_NARROW_H
#define MAILSLOT_NARROW_H

#include "libc_plain.h"

/* Copies a conversion's size by C's rules, moves both pointers on, and tells whether that changed anything. */
static inline int mailslot_c_size(const char **format, char **out)
{
    const char *in = *format;

    if (in[0] == 'I' && in[1] == '6' && in[2] == '4') {
        *format += 3;
        *(*out)++ = 'l';
        *(*out)++ = 'l';
        return 1;
    }
    if (in[0] == 'I' && in[1] == '3' && in[2] == '2') {
        *format += 3;
        return 1;
    }
    if (in[0] == 'I' && in[1] && strchr("dioxXu", in[1])) {
        *format += 1;
        *(*out)++ = 'z';
        return 1;
    }
    if (in[0] == 'l' && in[1] && strchr("dioxXu", in[1])) {
        *format += 1;
        return 1;
    }
    if (in[0] == 'w' && in[1] && strchr("sc", in[1])) {
        *format += 1;
        *(*out)++ = 'l';
        return 1;
    }
    return 0;
}

/* The format by C's rules in new memory, to be freed; NULL when it is the same, or when there is no memory. */
static inline char *mailslot_narrow_format(const char *format)
{
    char *result = (char *)mailslot_libc_malloc(strlen(format) + 1);
    char *out = result;
    int changed = 0;

    if (result == NULL)
        return NULL;
    while (*format) {
        if ((*out++ = *format++) != '%')
            continue;
        while (*format && strchr("-+ #0123456789.*", *format))
            *out++ = *format++;
        changed |= mailslot_c_size(&format, &out);
        if (*format)
            *out++ = *format++;
    }
    *out = 0;
    if (changed)
        return result;
    mailslot_libc_free(result);
    return NULL;
}

/* C's vsnprintf with Microsoft's formats: returns how long the whole text is, and -1 when it cannot be formatted. */
static inline int mailslot_vformat(char *buffer, size_t size, const char *format, va_list arguments)
{
    char *translated = mailslot_narrow_format(format);
    int length = mailslot_libc_vsnprintf(buffer, size, translated ? translated : format, arguments);

    mailslot_libc_free(translated);
    return length;
}

static inline int mailslot_sprintf(char *buffer, const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vformat(buffer, (size_t)0x7FFFFFFF, format, arguments);
    va_end(arguments);
    return result;
}

/* Microsoft's _snprintf family returns -1 when the text does not fit. Unlike it, these always end with a NUL. */
static inline int mailslot_vsnprintf(char *buffer, size_t size, const char *format, va_list arguments)
{
    int length = mailslot_vformat(buffer, size, format, arguments);

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

#endif
