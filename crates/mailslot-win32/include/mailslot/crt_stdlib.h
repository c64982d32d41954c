/* What Microsoft's stdlib.h has on top of C's: numbers as text, the environment, names of files. Inline. */
#ifndef MAILSLOT_CRT_STDLIB_H
#define MAILSLOT_CRT_STDLIB_H

#ifdef __cplusplus
/* The C++ library takes the C functions' names into std, before `system` means something else. */
#include <cstdlib>
#endif

#include <stdlib.h>

#include "crt_string.h"
#include "libc_stdio.h"
#include "utf8.h"

#define _MAX_PATH 260
#define _MAX_DRIVE 3
#define _MAX_DIR 256
#define _MAX_FNAME 256
#define _MAX_EXT 256
#ifndef _countof
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif
/* The C++ library has members of these names. */
#ifndef __cplusplus
#define __max(a, b) (((a) > (b)) ? (a) : (b))
#define __min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#define _strtoi64 strtoll
#define _strtoui64 strtoull
#define _wcstoi64 wcstoll
#define _wcstoui64 wcstoull
#define _atoi64 atoll

/* Numbers as text. Without a size the buffer must be long enough: 65 characters are, for every number and radix. */

/* Writes the number and tells its length; ERANGE when it does not fit. Other radixes than 10 show the bits of negative numbers. */
#define MAILSLOT_NUMBERS(suffix, character)                                                                            \
    static inline errno_t mailslot_digits_##suffix(unsigned long long value, int is_negative, character *buffer,        \
                                                  size_t size, int radix)                                              \
    {                                                                                                                  \
        char digits[66];                                                                                               \
        size_t length = 0, at = 0;                                                                                     \
                                                                                                                       \
        if (buffer == NULL || size == 0)                                                                               \
            return EINVAL;                                                                                             \
        buffer[0] = 0;                                                                                                 \
        if (radix < 2 || radix > 36)                                                                                   \
            return EINVAL;                                                                                             \
        if (is_negative)                                                                                               \
            value = 0 - value;                                                                                         \
        do {                                                                                                           \
            digits[length++] = "0123456789abcdefghijklmnopqrstuvwxyz"[value % (unsigned int)radix];                    \
            value /= (unsigned int)radix;                                                                              \
        } while (value != 0);                                                                                          \
        if (is_negative)                                                                                               \
            digits[length++] = '-';                                                                                    \
        if (length >= size)                                                                                            \
            return ERANGE;                                                                                             \
        while (length > 0)                                                                                             \
            buffer[at++] = (character)digits[--length];                                                                \
        buffer[at] = 0;                                                                                                \
        return 0;                                                                                                      \
    }                                                                                                                  \
    MAILSLOT_NUMBER(_i##suffix, suffix, character, int, unsigned int)                                                  \
    MAILSLOT_NUMBER(_l##suffix, suffix, character, int, unsigned int)                                                  \
    MAILSLOT_NUMBER(_ul##suffix, suffix, character, unsigned int, unsigned int)                                        \
    MAILSLOT_NUMBER(_i64##suffix, suffix, character, long long, unsigned long long)                                    \
    MAILSLOT_NUMBER(_ui64##suffix, suffix, character, unsigned long long, unsigned long long)

#define MAILSLOT_NUMBER(name, suffix, character, type, bits)                                                           \
    static inline errno_t name##_s(type value, character *buffer, size_t size, int radix)                              \
    {                                                                                                                  \
        int is_negative = radix == 10 && (type)-1 < (type)1 && value < (type)1 && value != 0;                          \
                                                                                                                       \
        return mailslot_digits_##suffix(is_negative ? (unsigned long long)value : (unsigned long long)(bits)value,      \
                                       is_negative, buffer, size, radix);                                              \
    }                                                                                                                  \
    static inline character *name(type value, character *buffer, int radix)                                            \
    {                                                                                                                  \
        name##_s(value, buffer, 66, radix);                                                                            \
        return buffer;                                                                                                 \
    }

MAILSLOT_NUMBERS(toa, char)
MAILSLOT_NUMBERS(tow, wchar_t)

#ifndef itoa
#define itoa _itoa
#endif
#ifndef ltoa
#define ltoa _ltoa
#endif
#ifndef ultoa
#define ultoa _ultoa
#endif

/* Text as numbers: leading blanks, a sign, digits; what follows does not count. */
static inline long long _wtoi64(const wchar_t *text)
{
    unsigned long long value = 0;
    int is_negative;

    while (*text == ' ' || (*text >= '\t' && *text <= '\r'))
        text++;
    is_negative = *text == '-';
    if (*text == '-' || *text == '+')
        text++;
    for (; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + (unsigned int)(*text - '0');
    return (long long)(is_negative ? 0 - value : value);
}

static inline int _wtoi(const wchar_t *text)
{
    return (int)_wtoi64(text);
}

static inline long _wtol(const wchar_t *text)
{
    return (long)_wtoi64(text);
}

static inline double _wtof(const wchar_t *text)
{
    char *narrow = mailslot_narrow(text);
    double value = narrow ? strtod(narrow, NULL) : 0;

    mailslot_libc_free(narrow);
    return value;
}

/* The environment */

/* Copies a variable's value; *length is its size with the NUL, or 0 when there is none. ERANGE: the buffer is too small. */
static inline errno_t getenv_s(size_t *length, char *buffer, size_t size, const char *name)
{
    const char *value;

    if (length == NULL || name == NULL || (buffer == NULL && size > 0))
        return EINVAL;
    value = mailslot_libc_getenv(name);
    *length = value ? strlen(value) + 1 : 0;
    if (size > 0)
        buffer[0] = 0;
    if (value == NULL || size == 0)
        return 0;
    return strcpy_s(buffer, size, value);
}

/* A copy in new memory, to be freed; NULL when there is no such variable. */
static inline errno_t _dupenv_s(char **copy, size_t *length, const char *name)
{
    const char *value;

    if (copy == NULL || name == NULL)
        return EINVAL;
    value = mailslot_libc_getenv(name);
    *copy = value ? _strdup(value) : NULL;
    if (length)
        *length = *copy ? strlen(value) + 1 : 0;
    return value && *copy == NULL ? ENOMEM : 0;
}

/* An empty value removes the variable. */
static inline errno_t _putenv_s(const char *name, const char *value)
{
    if (name == NULL || value == NULL)
        return EINVAL;
    return (*value ? mailslot_libc_setenv(name, value, 1) : mailslot_libc_unsetenv(name)) == 0 ? 0 : errno;
}

/* NAME=VALUE, which is copied; without a value the variable is removed. */
static inline int _putenv(const char *setting)
{
    const char *equals = strchr(setting, '=');
    char *name = _strdup(setting);
    int result = -1;

    if (equals && name) {
        name[equals - setting] = 0;
        result = _putenv_s(name, equals + 1) == 0 ? 0 : -1;
    }
    mailslot_libc_free(name);
    return result;
}

/* In new memory that lives as long as the program, as the environment itself does. */
static inline wchar_t *_wgetenv(const wchar_t *name)
{
    char *narrow = mailslot_narrow(name);
    const char *value = narrow ? mailslot_libc_getenv(narrow) : NULL;

    mailslot_libc_free(narrow);
    return value ? mailslot_widen(value) : NULL;
}

#ifdef __cplusplus
extern "C" {
#endif
int mailslot_key(void) __asm__("_getch");
#ifdef __cplusplus
}
#endif

/* Whether the command is this word, alone or before a blank. */
static inline int mailslot_is_command(const char *command, const char *word)
{
    size_t length = strlen(word);

    while (*command == ' ')
        command++;
    return _strnicmp(command, word, length) == 0 && (command[length] == 0 || command[length] == ' ');
}

/*
 * C's system, and of the commands that only cmd.exe has those that programs call for their looks: pause waits for a key, cls clears
 * the terminal, title, color, mode and chcp do nothing. Everything else goes to the shell.
 */
static inline int mailslot_system(const char *command)
{
    static const char question[] = "Press any key to continue . . . ";
    static const char clear[] = "\033[H\033[2J";

    if (command == NULL)
        return system(NULL);
    if (mailslot_is_command(command, "pause")) {
        if (strchr(command, '>') == NULL)
            fputs(question, stdout);
        mailslot_key();
        putchar('\n');
        return 0;
    }
    if (mailslot_is_command(command, "cls")) {
        fflush(stdout);
        return mailslot_libc_isatty(1) && mailslot_libc_write(1, clear, sizeof(clear) - 1) < 0;
    }
    if (mailslot_is_command(command, "title") || mailslot_is_command(command, "color") ||
        mailslot_is_command(command, "mode") || mailslot_is_command(command, "chcp"))
        return 0;
    return system(command);
}

static inline int _wsystem(const wchar_t *command)
{
    char *narrow = command ? mailslot_narrow(command) : NULL;
    int result = command == NULL || narrow ? mailslot_system(narrow) : -1;

    mailslot_libc_free(narrow);
    return result;
}

/* Waits at least that many milliseconds. */
static inline void _sleep(unsigned long milliseconds)
{
    struct mailslot_timespec time;

    time.seconds = (long)(milliseconds / 1000);
    time.nanoseconds = (long)(milliseconds % 1000) * 1000000;
    while (mailslot_libc_nanosleep(&time, &time) != 0 && errno == EINTR)
        ;
}

static inline unsigned int _rotl(unsigned int value, int shift)
{
    return value << (shift & 31) | value >> (-shift & 31);
}

static inline unsigned int _rotr(unsigned int value, int shift)
{
    return value >> (shift & 31) | value << (-shift & 31);
}

/*
 * The parts of a file's name: a drive (a letter and a colon, if there is one), the folder with its last separator, the name,
 * the extension with its dot. Both separators count. A part whose buffer is NULL is left out.
 */
static inline void _splitpath(const char *path, char *drive, char *folder, char *name, char *extension)
{
    size_t drive_length = path[0] && path[1] == ':' ? 2 : 0;
    const char *base = path + drive_length, *dot = NULL, *at;

    for (at = base; *at; at++) {
        if (*at == '/' || *at == '\\')
            base = at + 1;
    }
    for (at = base; *at; at++) {
        if (*at == '.')
            dot = at;
    }
    if (dot == NULL)
        dot = at;
    if (drive)
        strncpy_s(drive, _MAX_DRIVE, path, drive_length);
    if (folder)
        strncpy_s(folder, _MAX_DIR, path + drive_length, (size_t)(base - path) - drive_length);
    if (name)
        strncpy_s(name, _MAX_FNAME, base, (size_t)(dot - base));
    if (extension)
        strcpy_s(extension, _MAX_EXT, dot);
}

#ifdef __cplusplus
/* In C++ the size of an array need not be told. */
extern "C++" {
template <size_t size> inline errno_t _itoa_s(int value, char (&buffer)[size], int radix)
{
    return _itoa_s(value, buffer, size, radix);
}
template <size_t size> inline errno_t _itow_s(int value, wchar_t (&buffer)[size], int radix)
{
    return _itow_s(value, buffer, size, radix);
}
template <size_t size> inline errno_t getenv_s(size_t *length, char (&buffer)[size], const char *name)
{
    return getenv_s(length, buffer, size, name);
}
}
#endif

#ifdef __cplusplus
namespace std
{
using ::mailslot_system;
}
#endif
#define system(command) mailslot_system(command)

#endif
