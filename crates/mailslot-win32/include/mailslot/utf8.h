/*
 * UTF-8 and wide text. Bytes that are not UTF-8 become unpaired surrogates (U+DC80 to U+DCFF), and these become the same
 * bytes again: nothing is lost. Inline.
 */
#ifndef MAILSLOT_UTF8_H
#define MAILSLOT_UTF8_H

#include "libc_plain.h"

/* One character's worth of UTF-8 into wide units; returns how many bytes it was. `out` takes up to two units. */
static inline size_t mailslot_decode(const char *text, size_t length, wchar_t out[2], size_t *units)
{
    const unsigned char *byte = (const unsigned char *)text;
    size_t size = byte[0] < 0x80 ? 1 : (byte[0] >> 5) == 0x06 ? 2 : (byte[0] >> 4) == 0x0E ? 3 : (byte[0] >> 3) == 0x1E ? 4 : 0;
    unsigned int value = size == 1 ? byte[0] : size == 0 ? 0 : byte[0] & (0xFFu >> (size + 1));
    static const unsigned int smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t i;

    *units = 1;
    for (i = 1; i < size; i++) {
        if (i >= length || (byte[i] & 0xC0) != 0x80)
            size = 0;
        else
            value = value << 6 | (byte[i] & 0x3Fu);
    }
    if (size == 0 || value < smallest[size] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) {
        out[0] = (wchar_t)(0xDC00 | byte[0]);
        return 1;
    }
    if (sizeof(wchar_t) == 2 && value > 0xFFFF) {
        out[0] = (wchar_t)(0xD800 + ((value - 0x10000) >> 10));
        out[1] = (wchar_t)(0xDC00 + ((value - 0x10000) & 0x3FF));
        *units = 2;
    } else {
        out[0] = (wchar_t)value;
    }
    return size;
}

/* One character of wide text into up to four bytes; returns how many units it was. */
static inline size_t mailslot_encode(const wchar_t *text, char out[4], size_t *bytes)
{
    unsigned int value = (unsigned int)text[0] & (sizeof(wchar_t) == 2 ? 0xFFFFu : 0xFFFFFFFFu);
    size_t units = 1;

    if (value >= 0xD800 && value < 0xDC00 && sizeof(wchar_t) == 2 && ((unsigned int)text[1] & 0xFC00) == 0xDC00) {
        value = 0x10000 + ((value - 0xD800) << 10) + ((unsigned int)text[1] & 0x3FF);
        units = 2;
    }
    if (value < 0x80 || (value >= 0xDC80 && value <= 0xDCFF)) {
        out[0] = (char)value;
        *bytes = 1;
    } else if (value < 0x800) {
        out[0] = (char)(0xC0 | value >> 6);
        out[1] = (char)(0x80 | (value & 0x3F));
        *bytes = 2;
    } else if (value < 0x10000) {
        out[0] = (char)(0xE0 | value >> 12);
        out[1] = (char)(0x80 | (value >> 6 & 0x3F));
        out[2] = (char)(0x80 | (value & 0x3F));
        *bytes = 3;
    } else {
        out[0] = (char)(0xF0 | (value >> 18 & 7));
        out[1] = (char)(0x80 | (value >> 12 & 0x3F));
        out[2] = (char)(0x80 | (value >> 6 & 0x3F));
        out[3] = (char)(0x80 | (value & 0x3F));
        *bytes = 4;
    }
    return units;
}

/* The text as wide text in new memory, to be freed; NULL when there is no memory. */
static inline wchar_t *mailslot_widen(const char *text)
{
    size_t length = strlen(text);
    wchar_t *wide = (wchar_t *)mailslot_libc_malloc((length + 1) * sizeof(wchar_t));
    size_t at = 0, used = 0, units;

    if (wide == NULL)
        return NULL;
    while (at < length) {
        wchar_t out[2];
        at += mailslot_decode(text + at, length - at, out, &units);
        memcpy(wide + used, out, units * sizeof(wchar_t));
        used += units;
    }
    wide[used] = 0;
    return wide;
}

/* The wide text as UTF-8 in new memory, to be freed; NULL when there is no memory. */
static inline char *mailslot_narrow(const wchar_t *wide)
{
    size_t length = 0, used = 0, bytes;
    char *text;

    while (wide[length])
        length++;
    text = (char *)mailslot_libc_malloc(length * 4 + 1);
    if (text == NULL)
        return NULL;
    while (*wide) {
        wide += mailslot_encode(wide, text + used, &bytes);
        used += bytes;
    }
    text[used] = 0;
    return text;
}

#endif
