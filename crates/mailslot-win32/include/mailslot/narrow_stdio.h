/* Printing by the formats of narrow.h. Inline. */
#ifndef MAILSLOT_NARROW_STDIO_H
#define MAILSLOT_NARROW_STDIO_H

#include "libc_stdio.h"
#include "narrow.h"

static inline int mailslot_vfprintf(FILE *stream, const char *format, va_list arguments)
{
    char *translated = mailslot_narrow_format(format);
    int length = vfprintf(stream, translated ? translated : format, arguments);

    mailslot_libc_free(translated);
    return length;
}

static inline int mailslot_vprintf(const char *format, va_list arguments)
{
    return mailslot_vfprintf(stdout, format, arguments);
}

static inline int mailslot_fprintf(FILE *stream, const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vfprintf(stream, format, arguments);
    va_end(arguments);
    return result;
}

static inline int mailslot_printf(const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vfprintf(stdout, format, arguments);
    va_end(arguments);
    return result;
}

#endif
