/*
 * What Microsoft's string.h has on top of C's. Inline. The _s functions check the size of the destination; where Microsoft's would
 * end the program, these make the destination empty and return an error.
 */
#ifndef MAILSLOT_CRT_STRING_H
#define MAILSLOT_CRT_STRING_H

#include "libc_plain.h"

#ifndef MAILSLOT_ERRNO_T
#define MAILSLOT_ERRNO_T
typedef int errno_t;
typedef size_t rsize_t;
#endif
#define _TRUNCATE ((size_t)-1)
#define STRUNCATE 80

/* What is the same for both kinds of text: copying with a check. */
#define MAILSLOT_SECURE(prefix, character)                                                                             \
    static inline size_t prefix##nlen_s(const character *text, size_t limit)                                           \
    {                                                                                                                  \
        size_t length = 0;                                                                                             \
                                                                                                                       \
        while (text != NULL && length < limit && text[length])                                                         \
            length++;                                                                                                  \
        return length;                                                                                                 \
    }                                                                                                                  \
                                                                                                                       \
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
    static inline errno_t prefix##ncat_s(character *destination, size_t size, const character *source, size_t count)   \
    {                                                                                                                  \
        size_t length = prefix##nlen_s(destination, size);                                                             \
        errno_t result = EINVAL;                                                                                       \
                                                                                                                       \
        if (destination != NULL && length < size)                                                                      \
            result = prefix##ncpy_s(destination + length, size - length, source, count);                               \
        if (result != 0 && result != STRUNCATE && destination != NULL && size > 0)                                     \
            destination[0] = 0;                                                                                        \
        return result;                                                                                                 \
    }                                                                                                                  \
                                                                                                                       \
    static inline errno_t prefix##cat_s(character *destination, size_t size, const character *source)                  \
    {                                                                                                                  \
        return prefix##ncat_s(destination, size, source, _TRUNCATE - 1);                                               \
    }                                                                                                                  \
                                                                                                                       \
    static inline character *prefix##tok_s(character *text, const character *delimiters, character **rest)             \
    {                                                                                                                  \
        character *token = text ? text : *rest;                                                                        \
        const character *at;                                                                                           \
                                                                                                                       \
        if (token == NULL)                                                                                             \
            return NULL;                                                                                               \
        for (; *token; token++) {                                                                                      \
            for (at = delimiters; *at && *at != *token; at++)                                                          \
                ;                                                                                                      \
            if (*at == 0)                                                                                              \
                break;                                                                                                 \
        }                                                                                                              \
        for (*rest = token; **rest; (*rest)++) {                                                                       \
            for (at = delimiters; *at && *at != **rest; at++)                                                          \
                ;                                                                                                      \
            if (*at)                                                                                                   \
                break;                                                                                                 \
        }                                                                                                              \
        if (**rest)                                                                                                    \
            *(*rest)++ = 0;                                                                                            \
        return *token ? token : NULL;                                                                                  \
    }

/* What is the same for both kinds of text: letter case and copies. */
#define MAILSLOT_CASES(name, prefix, character, unit, lower, upper)                                                    \
    static inline int _##name##nicmp(const character *a, const character *b, size_t count)                             \
    {                                                                                                                  \
        for (; count > 0; a++, b++, count--) {                                                                         \
            int difference = (int)lower((unit)*a) - (int)lower((unit)*b);                                              \
            if (difference != 0 || *a == 0)                                                                            \
                return difference;                                                                                     \
        }                                                                                                              \
        return 0;                                                                                                      \
    }                                                                                                                  \
                                                                                                                       \
    static inline int _##name##icmp(const character *a, const character *b)                                            \
    {                                                                                                                  \
        return _##name##nicmp(a, b, (size_t)-1);                                                                       \
    }                                                                                                                  \
                                                                                                                       \
    static inline character *_##name##lwr(character *text)                                                             \
    {                                                                                                                  \
        character *at;                                                                                                 \
                                                                                                                       \
        for (at = text; *at; at++)                                                                                     \
            *at = (character)lower((unit)*at);                                                                         \
        return text;                                                                                                   \
    }                                                                                                                  \
                                                                                                                       \
    static inline character *_##name##upr(character *text)                                                             \
    {                                                                                                                  \
        character *at;                                                                                                 \
                                                                                                                       \
        for (at = text; *at; at++)                                                                                     \
            *at = (character)upper((unit)*at);                                                                         \
        return text;                                                                                                   \
    }                                                                                                                  \
                                                                                                                       \
    static inline errno_t _##name##lwr_s(character *text, size_t size)                                                 \
    {                                                                                                                  \
        if (text == NULL || prefix##nlen_s(text, size) == size)                                                        \
            return EINVAL;                                                                                             \
        _##name##lwr(text);                                                                                            \
        return 0;                                                                                                      \
    }                                                                                                                  \
                                                                                                                       \
    static inline errno_t _##name##upr_s(character *text, size_t size)                                                 \
    {                                                                                                                  \
        if (text == NULL || prefix##nlen_s(text, size) == size)                                                        \
            return EINVAL;                                                                                             \
        _##name##upr(text);                                                                                            \
        return 0;                                                                                                      \
    }                                                                                                                  \
                                                                                                                       \
    static inline character *_##name##rev(character *text)                                                             \
    {                                                                                                                  \
        size_t first = 0, last = prefix##nlen_s(text, (size_t)-1);                                                     \
                                                                                                                       \
        while (first + 1 < last) {                                                                                     \
            character swapped = text[first];                                                                           \
            text[first++] = text[--last];                                                                              \
            text[last] = swapped;                                                                                      \
        }                                                                                                              \
        return text;                                                                                                   \
    }                                                                                                                  \
                                                                                                                       \
    static inline character *_##name##dup(const character *text)                                                       \
    {                                                                                                                  \
        size_t size = (prefix##nlen_s(text, (size_t)-1) + 1) * sizeof(character);                                      \
        character *copy = text ? (character *)mailslot_libc_malloc(size) : NULL;                                       \
                                                                                                                       \
        return copy ? (character *)memcpy(copy, text, size) : NULL;                                                    \
    }

MAILSLOT_SECURE(str, char)
MAILSLOT_SECURE(wcs, wchar_t)
MAILSLOT_CASES(str, str, char, unsigned char, tolower, toupper)
MAILSLOT_CASES(wcs, wcs, wchar_t, wint_t, towlower, towupper)

#define _strcmpi _stricmp
#ifndef stricmp
#define stricmp _stricmp
#endif
#ifndef strnicmp
#define strnicmp _strnicmp
#endif
#ifndef strcmpi
#define strcmpi _stricmp
#endif
#ifndef strlwr
#define strlwr _strlwr
#endif
#ifndef strupr
#define strupr _strupr
#endif
#ifndef strrev
#define strrev _strrev
#endif
#ifndef wcsicmp
#define wcsicmp _wcsicmp
#endif

/* Microsoft's wcstok of old remembers the text itself. One thread at a time may use it. */
static inline wchar_t *mailslot_wcstok(wchar_t *text, const wchar_t *delimiters)
{
    static wchar_t *rest;

    return wcstok_s(text, delimiters, &rest);
}

static inline int _memicmp(const void *a, const void *b, size_t count)
{
    const unsigned char *left = (const unsigned char *)a;
    const unsigned char *right = (const unsigned char *)b;

    for (; count > 0; left++, right++, count--)
        if (tolower(*left) != tolower(*right))
            return tolower(*left) - tolower(*right);
    return 0;
}

static inline errno_t memcpy_s(void *destination, size_t size, const void *source, size_t count)
{
    if (count == 0)
        return 0;
    if (destination == NULL)
        return EINVAL;
    if (source == NULL || count > size) {
        memset(destination, 0, size);
        return source == NULL ? EINVAL : ERANGE;
    }
    memcpy(destination, source, count);
    return 0;
}

static inline errno_t memmove_s(void *destination, size_t size, const void *source, size_t count)
{
    if (count == 0)
        return 0;
    if (destination == NULL || source == NULL)
        return EINVAL;
    if (count > size)
        return ERANGE;
    memmove(destination, source, count);
    return 0;
}

/* The text of an errno value; cut off where the buffer ends. */
static inline errno_t strerror_s(char *buffer, size_t size, int error)
{
    return strncpy_s(buffer, size, strerror(error), _TRUNCATE) == EINVAL ? EINVAL : 0;
}

#ifdef __cplusplus
/* In C++ the size of an array need not be told. */
extern "C++" {
#define MAILSLOT_SIZED(prefix, character)                                                                              \
    template <size_t size> inline errno_t prefix##cpy_s(character(&destination)[size], const character *source)        \
    {                                                                                                                  \
        return prefix##cpy_s(destination, size, source);                                                               \
    }                                                                                                                  \
    template <size_t size>                                                                                             \
    inline errno_t prefix##ncpy_s(character(&destination)[size], const character *source, size_t count)                \
    {                                                                                                                  \
        return prefix##ncpy_s(destination, size, source, count);                                                       \
    }                                                                                                                  \
    template <size_t size> inline errno_t prefix##cat_s(character(&destination)[size], const character *source)        \
    {                                                                                                                  \
        return prefix##cat_s(destination, size, source);                                                               \
    }                                                                                                                  \
    template <size_t size>                                                                                             \
    inline errno_t prefix##ncat_s(character(&destination)[size], const character *source, size_t count)                \
    {                                                                                                                  \
        return prefix##ncat_s(destination, size, source, count);                                                       \
    }
MAILSLOT_SIZED(str, char)
MAILSLOT_SIZED(wcs, wchar_t)
}
#endif

#endif
