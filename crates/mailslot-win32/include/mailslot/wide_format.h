/*
 * Wide text formatted by Microsoft's rules, for both widths of wchar_t. Inline. Numbers are formatted by the C library; text is put
 * in place here, because in a wide format Microsoft's %s and %c take wide text and %S and %C narrow text, where C's are the other
 * way round, and because the C library needs a locale to convert. l before an integer conversion means 32 bits, as LONG has.
 */
#ifndef MAILSLOT_WIDE_FORMAT_H
#define MAILSLOT_WIDE_FORMAT_H

#include "crt_string.h"
#include "utf8.h"

/* Text that grows. */
struct mailslot_wide_text {
    wchar_t *text;
    size_t length;
    size_t capacity;
    int failed;
};

/* One conversion of a format. */
struct mailslot_conversion {
    int left;
    int width;
    /* -1 when there is none. */
    int precision;
    /* The size in one character: 'H' hh, 'h', 'l', 'w', 'q' 64 bits, 'L', or 0. */
    char size;
    char flags[8];
};

static inline void mailslot_append(struct mailslot_wide_text *out, const wchar_t *text, size_t length)
{
    enum { mailslot_smallest_capacity = 256 };

    if (length >= out->capacity - out->length && !out->failed) {
        size_t capacity = (out->capacity + length) * 2 + mailslot_smallest_capacity;
        wchar_t *larger = (wchar_t *)mailslot_libc_realloc(out->text, capacity * sizeof(wchar_t));

        out->failed = larger == NULL;
        if (larger) {
            out->text = larger;
            out->capacity = capacity;
        }
    }
    if (!out->failed) {
        memcpy(out->text + out->length, text, length * sizeof(wchar_t));
        out->length += length;
    }
}

static inline void mailslot_append_padded(struct mailslot_wide_text *out, const struct mailslot_conversion *conversion,
                                          const wchar_t *text, size_t length)
{
    static const wchar_t space[1] = {' '};
    int missing = conversion->width > 0 && (size_t)conversion->width > length ? conversion->width - (int)length : 0;
    int i;

    for (i = 0; i < missing && !conversion->left; i++)
        mailslot_append(out, space, 1);
    mailslot_append(out, text, length);
    for (i = 0; i < missing && conversion->left; i++)
        mailslot_append(out, space, 1);
}

static inline void mailslot_append_wide(struct mailslot_wide_text *out, const struct mailslot_conversion *conversion,
                                        const wchar_t *text)
{
    static const wchar_t null[7] = {'(', 'n', 'u', 'l', 'l', ')', 0};
    const wchar_t *shown = text ? text : null;

    mailslot_append_padded(out, conversion, shown,
                           wcsnlen_s(shown, conversion->precision < 0 ? (size_t)-1 : (size_t)conversion->precision));
}

static inline void mailslot_append_narrow(struct mailslot_wide_text *out, const struct mailslot_conversion *conversion,
                                          const char *text)
{
    size_t length = strnlen_s(text, conversion->precision < 0 ? (size_t)-1 : (size_t)conversion->precision);
    char *copy = text ? (char *)mailslot_libc_malloc(length + 1) : NULL;
    wchar_t *wide = NULL;

    if (copy) {
        memcpy(copy, text, length);
        copy[length] = 0;
        wide = mailslot_widen(copy);
    }
    out->failed |= text != NULL && wide == NULL;
    mailslot_append_wide(out, conversion, wide);
    mailslot_libc_free(wide);
    mailslot_libc_free(copy);
}

/* A number, as the C library writes it. */
static inline void mailslot_append_number(struct mailslot_wide_text *out, const char *format, ...)
{
    va_list arguments, copy;
    int length, i;
    char *text;

    va_start(arguments, format);
    va_copy(copy, arguments);
    length = mailslot_libc_vsnprintf(NULL, 0, format, copy);
    va_end(copy);
    text = length < 0 ? NULL : (char *)mailslot_libc_malloc((size_t)length + 1);
    if (text)
        mailslot_libc_vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    out->failed |= text == NULL;
    for (i = 0; text && i < length; i++) {
        wchar_t character = (wchar_t)(unsigned char)text[i];
        mailslot_append(out, &character, 1);
    }
    mailslot_libc_free(text);
}

/* What follows a % up to the conversion's letter. Widths that are arguments are taken by the caller: `*` is read as -2. */
static inline const wchar_t *mailslot_read_conversion(const wchar_t *format, struct mailslot_conversion *conversion)
{
    size_t flags = 0;
    int *number;

    memset(conversion, 0, sizeof(*conversion));
    conversion->precision = -1;
    while (*format == '-' || *format == '+' || *format == ' ' || *format == '#' || *format == '0') {
        if (*format == '-')
            conversion->left = 1;
        else if (flags < sizeof(conversion->flags) - 1)
            conversion->flags[flags++] = (char)*format;
        format++;
    }
    for (number = &conversion->width;; number = &conversion->precision) {
        if (*format == '*') {
            *number = -2;
            format++;
        }
        while (*format >= '0' && *format <= '9' && *number < 1000000)
            *number = *number * 10 + (int)(*format++ - '0');
        if (number == &conversion->precision || *format != '.')
            break;
        format++;
        conversion->precision = 0;
    }
    for (;; format++) {
        if (*format == 'h')
            conversion->size = conversion->size == 'h' ? 'H' : 'h';
        else if (*format == 'l')
            conversion->size = conversion->size == 'l' ? 'q' : 'l';
        else if (*format == 'w' || *format == 'L')
            conversion->size = (char)*format;
        else if (*format == 'j' || *format == 'z' || *format == 't' || *format == 'q')
            conversion->size = 'q';
        else if (*format == 'I' && format[1] == '3' && format[2] == '2')
            format += 2;
        else if (*format == 'I') {
            conversion->size = 'q';
            format += format[1] == '6' && format[2] == '4' ? 2 : 0;
        } else {
            return format;
        }
    }
}

/* The conversion as one of C's: flags, width and precision as arguments, the size that is said, the letter. */
static inline const char *mailslot_number_format(const struct mailslot_conversion *conversion, const char *size, wchar_t letter,
                                                 char format[32])
{
    mailslot_libc_snprintf(format, 32, "%%%s%s*.*%s%c", conversion->flags, conversion->left ? "-" : "", size, (char)letter);
    return format;
}

/* Formats into new memory, to be freed; NULL when there is no memory. */
static inline wchar_t *mailslot_vaswprintf(const wchar_t *format, va_list arguments)
{
    static const wchar_t end[1] = {0};
    struct mailslot_wide_text out = {NULL, 0, 0, 0};
    struct mailslot_conversion at;
    char text[32];

    while (*format) {
        const wchar_t *start = format;

        while (*format && *format != '%')
            format++;
        mailslot_append(&out, start, (size_t)(format - start));
        if (*format == 0)
            break;
        start = format;
        format = mailslot_read_conversion(format + 1, &at);
        if (at.width == -2)
            at.width = va_arg(arguments, int);
        if (at.precision == -2)
            at.precision = va_arg(arguments, int);
        if (at.width < 0) {
            at.width = -at.width;
            at.left = 1;
        }
        switch (*format) {
        case 'd':
        case 'i':
        case 'o':
        case 'u':
        case 'x':
        case 'X':
            if (at.size == 'q')
                mailslot_append_number(&out, mailslot_number_format(&at, "ll", *format, text), at.width, at.precision,
                                       va_arg(arguments, long long));
            else
                mailslot_append_number(
                    &out, mailslot_number_format(&at, at.size == 'h' ? "h" : at.size == 'H' ? "hh" : "", *format, text),
                    at.width, at.precision, va_arg(arguments, int));
            break;
        case 'a':
        case 'A':
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
            if (at.size == 'L')
                mailslot_append_number(&out, mailslot_number_format(&at, "L", *format, text), at.width, at.precision,
                                       va_arg(arguments, long double));
            else
                mailslot_append_number(&out, mailslot_number_format(&at, "", *format, text), at.width, at.precision,
                                       va_arg(arguments, double));
            break;
        case 'p':
            at.precision = 16;
            mailslot_append_number(&out, mailslot_number_format(&at, "ll", 'X', text), at.width, at.precision,
                                   (long long)(size_t)va_arg(arguments, void *));
            break;
        case 's':
        case 'S':
            if (at.size == 'h' || (*format == 'S' && at.size != 'l' && at.size != 'w'))
                mailslot_append_narrow(&out, &at, va_arg(arguments, const char *));
            else
                mailslot_append_wide(&out, &at, va_arg(arguments, const wchar_t *));
            break;
        case 'c':
        case 'C': {
            int value = va_arg(arguments, int);
            wchar_t character = (wchar_t)value;

            if (at.size == 'h' || (*format == 'C' && at.size != 'l' && at.size != 'w'))
                character = (wchar_t)(unsigned char)value;
            mailslot_append_padded(&out, &at, &character, 1);
            break;
        }
        case 'n':
            /* As on Windows, nothing is written through pointers. */
            (void)va_arg(arguments, void *);
            break;
        case '%':
            mailslot_append(&out, format, 1);
            break;
        default:
            mailslot_append(&out, start, (size_t)(format - start) + (*format != 0));
            break;
        }
        format += *format != 0;
    }
    mailslot_append(&out, end, 1);
    if (!out.failed)
        return out.text;
    mailslot_libc_free(out.text);
    return NULL;
}

/* Formats into `size` characters, NUL included; -1 when that is too few, with what fits in the buffer. */
static inline int mailslot_vsnwprintf(wchar_t *buffer, size_t size, const wchar_t *format, va_list arguments)
{
    wchar_t *text = mailslot_vaswprintf(format, arguments);
    size_t length, kept;

    if (size == 0 || text == NULL) {
        mailslot_libc_free(text);
        if (size)
            buffer[0] = 0;
        return -1;
    }
    length = wcsnlen_s(text, (size_t)-1);
    kept = length < size ? length : size - 1;
    memcpy(buffer, text, kept * sizeof(wchar_t));
    buffer[kept] = 0;
    mailslot_libc_free(text);
    return kept == length ? (int)length : -1;
}

static inline int mailslot_snwprintf(wchar_t *buffer, size_t size, const wchar_t *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vsnwprintf(buffer, size, format, arguments);
    va_end(arguments);
    return result;
}

#endif
