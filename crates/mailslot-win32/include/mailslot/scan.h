/*
 * scanf_s and its family: Microsoft's scanf, where %s, %c and %[ take the size of their buffer as a second argument. Inline.
 *
 * The format is run piece by piece, each up to one conversion, so that nothing is stored after the conversion that fails. Text goes
 * through memory of its own, as long as the program's buffer: what does not fit there makes the conversion fail and the buffer empty.
 */
#ifndef MAILSLOT_SCAN_H
#define MAILSLOT_SCAN_H

#include "libc_stdio.h"

/* A piece of a format, and what it is about. */
struct mailslot_scan_piece {
    /* By C's rules, with %n at its end. */
    char *format;
    /* The text of a %[...], from the bracket on. */
    char *set;
    /* 0 for the format's rest, which stores nothing. */
    char letter;
    int is_wide;
    /* 0 when the format does not say one. */
    size_t width;
};

/* Reads the next piece. For text, the format's last conversion is left to the caller, who knows the buffer's size. */
static inline const char *mailslot_next_piece(const char *format, struct mailslot_scan_piece *piece, int wide)
{
    char *out = piece->format;

    piece->letter = 0;
    piece->width = 0;
    piece->is_wide = 0;
    while (*format && piece->letter == 0) {
        const char *start = format;
        char *start_out = out;
        int is_stored = 1, is_narrow = 0;

        if ((*out++ = *format++) != '%')
            continue;
        piece->width = 0;
        piece->is_wide = 0;
        if (*format == '*') {
            is_stored = 0;
            *out++ = *format++;
        }
        for (; *format >= '0' && *format <= '9'; *out++ = *format++)
            piece->width = piece->width * 10 + (size_t)(*format - '0');
        for (; *format && strchr("hlLjztwI", *format); format++) {
            piece->is_wide |= *format == 'l' || *format == 'w';
            is_narrow |= *format == 'h';
            if (format[0] == 'I' && (format[1] == '6' || format[1] == '3')) {
                if (format[1] == '6') {
                    *out++ = 'l';
                    *out++ = 'l';
                }
                format += 2;
            } else {
                *out++ = *format == 'w' ? 'l' : *format;
            }
        }
        if (is_stored)
            piece->letter = *format;
        if (*format == '[') {
            *out++ = *format++;
            if (*format == '^')
                *out++ = *format++;
            if (*format == ']')
                *out++ = *format++;
            while (*format && *format != ']')
                *out++ = *format++;
        }
        if (*format)
            *out++ = *format++;
        if (piece->letter == '%') {
            piece->letter = 0;
        } else if (piece->letter && strchr("sScC[", piece->letter)) {
            piece->is_wide = piece->is_wide || (!is_narrow && wide != (piece->letter == 'S' || piece->letter == 'C'));
            out = start_out;
            if (piece->letter == '[') {
                while (*start != '[')
                    start++;
                memcpy(piece->set, start, (size_t)(format - start));
                piece->set[format - start] = 0;
            }
        } else if (piece->letter == 'n') {
            out = start_out;
        }
    }
    *out = 0;
    return format;
}

/* Reads from the stream, or from the text if there is one. */
static inline int mailslot_scan(FILE *stream, const char *text, const char *format, void *target, int *end)
{
    /* The conversion before the %n stores through the first pointer, if there is one. */
    if (target)
        return text ? sscanf(text, format, target, end) : fscanf(stream, format, target, end);
    return text ? sscanf(text, format, end) : fscanf(stream, format, end);
}

/* Runs a piece that ends in text; `size` is the buffer's, in characters. Returns 1 when it was stored, or what failed. */
static inline int mailslot_scan_text(FILE *stream, const char *text, struct mailslot_scan_piece *piece, void *buffer,
                                     size_t size, int *end)
{
    size_t character = piece->is_wide ? sizeof(wchar_t) : 1;
    size_t width = piece->width ? piece->width : piece->letter == 'c' || piece->letter == 'C' ? 1 : size;
    char *format = (char *)mailslot_libc_malloc(strlen(piece->format) + strlen(piece->set) + 64);
    char *memory;
    size_t length = 0;
    int result, is_characters = piece->letter == 'c' || piece->letter == 'C';

    if (width > size)
        width = size;
    memory = (char *)mailslot_libc_calloc(width + 1, character);
    if (format == NULL || memory == NULL || size == 0 || (is_characters && piece->width > size)) {
        mailslot_libc_free(format);
        mailslot_libc_free(memory);
        return 0;
    }
    sprintf(format, "%s%%%lu%s%s%%n", piece->format, (unsigned long)width, piece->is_wide ? "l" : "",
            is_characters ? "c" : piece->letter == '[' ? piece->set : "s");
    result = mailslot_scan(stream, text, format, memory, end);
    if (result == 1 && is_characters) {
        memcpy(buffer, memory, width * character);
    } else if (result == 1) {
        while (length <= width && memcmp(memory + length * character, "\0\0\0", character) != 0)
            length++;
        if (length >= size) {
            length = 0;
            result = 0;
            *end = -1;
        }
        memcpy(buffer, memory, length * character);
        memset((char *)buffer + length * character, 0, character);
    }
    mailslot_libc_free(format);
    mailslot_libc_free(memory);
    return result;
}

/* `wide` says that the format was one for wide text: %s and %[ then take wide buffers. */
static inline int mailslot_vscan_s(FILE *stream, const char *text, const char *format, int wide, va_list arguments)
{
    struct mailslot_scan_piece piece;
    int stored = 0, consumed = 0, result = 1, end = 0;

    /* Both have at most the whole format, a size in C's letters and "%n". */
    piece.format = (char *)mailslot_libc_malloc(strlen(format) + 8);
    piece.set = (char *)mailslot_libc_calloc(1, strlen(format) + 8);
    while (piece.format && piece.set && *format && end >= 0) {
        format = mailslot_next_piece(format, &piece, wide);
        end = -1;
        if (piece.letter && strchr("sScC[", piece.letter)) {
            void *buffer = va_arg(arguments, void *);
            unsigned int size = va_arg(arguments, unsigned int);

            result = mailslot_scan_text(stream, text, &piece, buffer, size, &end);
        } else {
            void *target = piece.letter ? va_arg(arguments, void *) : NULL;
            int is_count = piece.letter == 'n';

            strcat(piece.format, "%n");
            result = mailslot_scan(stream, text, piece.format, is_count ? NULL : target, &end);
            if (is_count && end >= 0)
                *(int *)target = consumed + end;
            if (is_count || piece.letter == 0)
                result = result == EOF ? EOF : 0;
        }
        stored += result == 1;
        if (end >= 0) {
            consumed += end;
            text = text ? text + end : NULL;
        }
    }
    mailslot_libc_free(piece.format);
    mailslot_libc_free(piece.set);
    return stored == 0 && result == EOF ? EOF : stored;
}

#endif
