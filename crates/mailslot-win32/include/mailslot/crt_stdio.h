/*
 * What Microsoft's stdio.h has on top of C's: the _s functions, and names with an underscore. Inline. The _s functions check the size
 * of the destination; where Microsoft's would end the program, these make the destination empty and return an error.
 */
#ifndef MAILSLOT_CRT_STDIO_H
#define MAILSLOT_CRT_STDIO_H

#include "crt_string.h"
#include "libc_stdio.h"
#include "narrow_stdio.h"
#include "scan.h"

#include "crt_wide_stdio.h"

#ifdef __cplusplus
extern "C" {
#endif
FILE *mailslot_libc_popen(const char *command, const char *mode) __asm__("popen");
int mailslot_libc_pclose(FILE *stream) __asm__("pclose");
/* The standard took it away; old programs have it. The linker says that it is dangerous, which is true. */
char *mailslot_libc_gets(char *buffer) __asm__("gets");
#ifdef __cplusplus
}
#endif

#define gets(buffer) mailslot_libc_gets(buffer)
#define _fileno mailslot_libc_fileno
#define _vsnprintf mailslot_vsnprintf
#define _snprintf mailslot_snprintf
#define printf_s mailslot_printf
#define fprintf_s mailslot_fprintf
#define vprintf_s mailslot_vprintf
#define vfprintf_s mailslot_vfprintf

/* Formatting */

/* How long the text would be. */
static inline int _vscprintf(const char *format, va_list arguments)
{
    return mailslot_vformat(NULL, 0, format, arguments);
}

static inline int _scprintf(const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = _vscprintf(format, arguments);
    va_end(arguments);
    return result;
}

static inline int vsprintf_s(char *buffer, size_t size, const char *format, va_list arguments)
{
    int length = buffer != NULL && size > 0 ? mailslot_vsnprintf(buffer, size, format, arguments) : -1;

    if (length < 0 && buffer != NULL && size > 0)
        buffer[0] = 0;
    return length;
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

/* At most `count` characters, or with _TRUNCATE as many as fit: -1 when that is not all of the text. */
static inline int _vsnprintf_s(char *buffer, size_t size, size_t count, const char *format, va_list arguments)
{
    int length;

    if (buffer == NULL || size == 0)
        return -1;
    length = mailslot_vformat(buffer, count < size ? count + 1 : size, format, arguments);
    if (length >= 0 && (size_t)length < size && (size_t)length <= count)
        return length;
    if (length < 0 || (count != _TRUNCATE && count >= size))
        buffer[0] = 0;
    return -1;
}

static inline int _snprintf_s(char *buffer, size_t size, size_t count, const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = _vsnprintf_s(buffer, size, count, format, arguments);
    va_end(arguments);
    return result;
}

/* Reading */

static inline int vfscanf_s(FILE *stream, const char *format, va_list arguments)
{
    return mailslot_vscan_s(stream, NULL, format, 0, arguments);
}

static inline int fscanf_s(FILE *stream, const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vscan_s(stream, NULL, format, 0, arguments);
    va_end(arguments);
    return result;
}

static inline int scanf_s(const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vscan_s(stdin, NULL, format, 0, arguments);
    va_end(arguments);
    return result;
}

static inline int sscanf_s(const char *text, const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = mailslot_vscan_s(NULL, text, format, 0, arguments);
    va_end(arguments);
    return result;
}

/* One line without its end; NULL at the end of the input, or when the line is longer than the buffer. */
static inline char *gets_s(char *buffer, size_t size)
{
    size_t length = 0;
    int character;

    if (buffer == NULL || size == 0)
        return NULL;
    buffer[0] = 0;
    character = getchar();
    if (character == EOF)
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

/* Files. A mode may end in Microsoft's ", ccs=...", which is left out: the text of files is UTF-8 here. */

static inline const char *mailslot_file_mode(const char *mode, char copy[16])
{
    size_t length = strcspn(mode, ",");

    if (length > 15)
        length = 15;
    memcpy(copy, mode, length);
    copy[length] = 0;
    return copy;
}

static inline errno_t fopen_s(FILE **stream, const char *name, const char *mode)
{
    char copy[16];

    if (stream == NULL)
        return EINVAL;
    *stream = name && mode ? fopen(name, mailslot_file_mode(mode, copy)) : NULL;
    return *stream ? 0 : name && mode ? errno : EINVAL;
}

static inline errno_t freopen_s(FILE **stream, const char *name, const char *mode, FILE *old)
{
    char copy[16];

    if (stream == NULL || mode == NULL || old == NULL)
        return EINVAL;
    *stream = freopen(name, mailslot_file_mode(mode, copy), old);
    return *stream ? 0 : errno;
}

/* Microsoft's fopen with a share mode: files are never locked against others on Linux. */
static inline FILE *_fsopen(const char *name, const char *mode, int share)
{
    char copy[16];

    (void)share;
    return fopen(name, mailslot_file_mode(mode, copy));
}

static inline errno_t tmpfile_s(FILE **stream)
{
    if (stream == NULL)
        return EINVAL;
    *stream = tmpfile();
    return *stream ? 0 : errno;
}

/* The modes of pipes say text or binary, too, which Linux does not tell apart. */
static inline FILE *_popen(const char *command, const char *mode)
{
    return mailslot_libc_popen(command, strchr(mode, 'w') ? "w" : "r");
}

static inline int _pclose(FILE *stream)
{
    return mailslot_libc_pclose(stream);
}

static inline int _flushall(void)
{
    return fflush(NULL);
}

#ifdef __cplusplus
/* In C++ the size of an array need not be told. */
extern "C++" {
template <size_t size> inline int vsprintf_s(char (&buffer)[size], const char *format, va_list arguments)
{
    return vsprintf_s(buffer, size, format, arguments);
}
template <size_t size> inline int sprintf_s(char (&buffer)[size], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = vsprintf_s(buffer, size, format, arguments);
    va_end(arguments);
    return result;
}
template <size_t size> inline int _snprintf_s(char (&buffer)[size], size_t count, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = _vsnprintf_s(buffer, size, count, format, arguments);
    va_end(arguments);
    return result;
}
template <size_t size> inline char *gets_s(char (&buffer)[size])
{
    return gets_s(buffer, size);
}
}
#endif

#endif
