/* The process's surroundings: environment, folders, names, command line. Inline, over the C library. */
#ifndef MAILSLOT_ENVIRONMENT_H
#define MAILSLOT_ENVIRONMENT_H

#include "constants.h"
#include "results.h"

#define MAX_COMPUTERNAME_LENGTH 15
#define UNLEN 256

/* A variable's value, or NULL. As on Windows letter case does not count, but the same case is better. */
static inline const char *mailslot_variable(const char *name)
{
    const char *value = mailslot_libc_getenv(name);
    size_t length = strlen(name);
    char **at;

    for (at = mailslot_libc_environ; value == NULL && at && *at; at++)
        if (_strnicmp(*at, name, length) == 0 && (*at)[length] == '=')
            value = *at + length + 1;
    return value;
}

/* Returns as mailslot_hand_out does. 0: 203 there is no such variable; or its value is empty. */
static inline DWORD GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize)
{
    const char *value = mailslot_variable(lpName);

    return value ? mailslot_hand_out(value, lpBuffer, nSize) : mailslot_fail(ERROR_ENVVAR_NOT_FOUND);
}

static inline DWORD GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize)
{
    char *name = mailslot_narrow(lpName);
    const char *value = name ? mailslot_variable(name) : NULL;
    DWORD result = value ? mailslot_hand_out_wide(value, lpBuffer, nSize) : mailslot_fail(ERROR_ENVVAR_NOT_FOUND);

    mailslot_libc_free(name);
    return result;
}

/* NULL as the value removes the variable. Not for one thread while another asks, as with C's setenv. FALSE: 87 no name. */
static inline BOOL SetEnvironmentVariableA(LPCSTR lpName, LPCSTR lpValue)
{
    if (lpName == NULL || (lpValue ? mailslot_libc_setenv(lpName, lpValue, 1) : mailslot_libc_unsetenv(lpName)) != 0)
        return (BOOL)mailslot_fail(ERROR_INVALID_PARAMETER);
    return TRUE;
}

static inline BOOL SetEnvironmentVariableW(LPCWSTR lpName, LPCWSTR lpValue)
{
    char *name = lpName ? mailslot_narrow(lpName) : NULL;
    char *value = lpValue ? mailslot_narrow(lpValue) : NULL;
    BOOL result = SetEnvironmentVariableA(name, value);

    mailslot_libc_free(name);
    mailslot_libc_free(value);
    return result;
}

/* The text with %NAME% replaced by the variable's value, if there is one, in new memory. */
static inline char *mailslot_expand(const char *text)
{
    size_t length = 0, capacity = strlen(text) + 1;
    char *result = (char *)mailslot_libc_malloc(capacity);

    while (result && *text) {
        const char *end = *text == '%' ? strchr(text + 1, '%') : NULL;
        const char *value = text;
        size_t count = 1, taken = 1;

        if (end) {
            char *name = _strdup(text + 1);
            const char *found;

            if (name)
                name[end - text - 1] = 0;
            found = name ? mailslot_variable(name) : NULL;
            mailslot_libc_free(name);
            if (found) {
                value = found;
                count = strlen(found);
                taken = (size_t)(end - text) + 1;
            }
        }
        if (length + count + strlen(text) + 1 > capacity) {
            char *larger;

            capacity = (length + count + strlen(text) + 1) * 2;
            larger = (char *)mailslot_libc_realloc(result, capacity);
            if (larger == NULL) {
                mailslot_libc_free(result);
                return NULL;
            }
            result = larger;
        }
        memcpy(result + length, value, count);
        length += count;
        text += taken;
    }
    if (result)
        result[length] = 0;
    return result;
}

/* Returns the size of the whole text with the NUL, and fills the buffer if that is large enough. 0: 8 out of memory. */
static inline DWORD ExpandEnvironmentStringsA(LPCSTR lpSrc, LPSTR lpDst, DWORD nSize)
{
    char *text = mailslot_expand(lpSrc);
    DWORD size = text ? (DWORD)strlen(text) + 1 : mailslot_fail(ERROR_NOT_ENOUGH_MEMORY);

    if (text)
        mailslot_hand_out(text, lpDst, nSize);
    mailslot_libc_free(text);
    return size;
}

static inline DWORD ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize)
{
    char *source = mailslot_narrow(lpSrc);
    char *text = source ? mailslot_expand(source) : NULL;
    DWORD result = text ? mailslot_hand_out_wide(text, lpDst, nSize) : mailslot_fail(ERROR_NOT_ENOUGH_MEMORY);

    if (text && lpDst && result < nSize)
        result++;
    mailslot_libc_free(source);
    mailslot_libc_free(text);
    return result;
}

/* Folders */

static inline DWORD GetCurrentDirectoryA(DWORD nBufferLength, LPSTR lpBuffer)
{
    char *name = mailslot_libc_getcwd(NULL, 0);
    DWORD result = name ? mailslot_hand_out(name, lpBuffer, nBufferLength) : mailslot_fail(mailslot_error_of(errno));

    mailslot_libc_free(name);
    return result;
}

static inline DWORD GetCurrentDirectoryW(DWORD nBufferLength, LPWSTR lpBuffer)
{
    char *name = mailslot_libc_getcwd(NULL, 0);
    DWORD result = name ? mailslot_hand_out_wide(name, lpBuffer, nBufferLength) : mailslot_fail(mailslot_error_of(errno));

    mailslot_libc_free(name);
    return result;
}

/* FALSE: 3 no such folder, 5 access denied. */
static inline BOOL SetCurrentDirectoryA(LPCSTR lpPathName)
{
    return mailslot_libc_chdir(lpPathName) == 0 || mailslot_fail(mailslot_error_of(errno));
}

static inline BOOL SetCurrentDirectoryW(LPCWSTR lpPathName)
{
    char *name = mailslot_narrow(lpPathName);
    BOOL result = name ? SetCurrentDirectoryA(name) : (BOOL)mailslot_fail(ERROR_NOT_ENOUGH_MEMORY);

    mailslot_libc_free(name);
    return result;
}

/* $TMPDIR, else /tmp, with a separator at its end, as on Windows. In new memory. */
static inline char *mailslot_temporary_folder(void)
{
    const char *folder = mailslot_libc_getenv("TMPDIR");
    size_t length;
    char *result;

    if (folder == NULL || *folder == 0)
        folder = "/tmp";
    length = strlen(folder);
    result = (char *)mailslot_libc_malloc(length + 2);
    if (result) {
        memcpy(result, folder, length);
        memcpy(result + length, folder[length - 1] == '/' ? "" : "/", folder[length - 1] == '/' ? 1 : 2);
    }
    return result;
}

static inline DWORD GetTempPathA(DWORD nBufferLength, LPSTR lpBuffer)
{
    char *name = mailslot_temporary_folder();
    DWORD result = name ? mailslot_hand_out(name, lpBuffer, nBufferLength) : mailslot_fail(ERROR_NOT_ENOUGH_MEMORY);

    mailslot_libc_free(name);
    return result;
}

static inline DWORD GetTempPathW(DWORD nBufferLength, LPWSTR lpBuffer)
{
    char *name = mailslot_temporary_folder();
    DWORD result = name ? mailslot_hand_out_wide(name, lpBuffer, nBufferLength) : mailslot_fail(ERROR_NOT_ENOUGH_MEMORY);

    mailslot_libc_free(name);
    return result;
}

/* Names */

/* *nSize is the buffer's size, and then the name's length, or the size needed. FALSE: `too_small`. */
static inline BOOL mailslot_hand_out_name(const char *name, LPSTR lpBuffer, LPWSTR lpWide, LPDWORD nSize, DWORD too_small,
                                      BOOL counts_nul)
{
    DWORD length = lpWide ? mailslot_hand_out_wide(name, lpWide, *nSize) : mailslot_hand_out(name, lpBuffer, *nSize);
    BOOL fits = (lpBuffer || lpWide) && length < *nSize;

    *nSize = fits && counts_nul ? length + 1 : length;
    return fits || mailslot_fail(too_small);
}

/* The machine's name as the network knows it: the first label in capitals, at most 15 characters. */
static inline const char *mailslot_computer_name(char name[256])
{
    char *dot;

    if (mailslot_libc_gethostname(name, 256) != 0)
        strcpy(name, "localhost");
    name[255] = 0;
    dot = strchr(name, '.');
    if (dot)
        *dot = 0;
    if (strlen(name) > MAX_COMPUTERNAME_LENGTH)
        name[MAX_COMPUTERNAME_LENGTH] = 0;
    return _strupr(name);
}

/* FALSE: 111 the buffer is too small. */
static inline BOOL GetComputerNameA(LPSTR lpBuffer, LPDWORD nSize)
{
    char name[256];

    return mailslot_hand_out_name(mailslot_computer_name(name), lpBuffer, NULL, nSize, ERROR_BUFFER_OVERFLOW, FALSE);
}

static inline BOOL GetComputerNameW(LPWSTR lpBuffer, LPDWORD nSize)
{
    char name[256];

    return mailslot_hand_out_name(mailslot_computer_name(name), NULL, lpBuffer, nSize, ERROR_BUFFER_OVERFLOW, FALSE);
}

/* The name of the user that the process acts for, or the number where that has none. */
static inline const char *mailslot_user_name(char buffer[4096])
{
    struct mailslot_passwd entry, *found = NULL;
    unsigned int user = mailslot_libc_geteuid();
    size_t at = 4095;

    if (mailslot_libc_getpwuid_r(user, &entry, buffer, 4096, &found) == 0 && found)
        return found->name;
    buffer[at] = 0;
    do {
        buffer[--at] = (char)('0' + user % 10);
        user /= 10;
    } while (user != 0);
    return buffer + at;
}

/* *pcbBuffer counts the NUL. FALSE: 122 the buffer is too small. */
static inline BOOL GetUserNameA(LPSTR lpBuffer, LPDWORD pcbBuffer)
{
    char buffer[4096];

    return mailslot_hand_out_name(mailslot_user_name(buffer), lpBuffer, NULL, pcbBuffer, ERROR_INSUFFICIENT_BUFFER, TRUE);
}

static inline BOOL GetUserNameW(LPWSTR lpBuffer, LPDWORD pcbBuffer)
{
    char buffer[4096];

    return mailslot_hand_out_name(mailslot_user_name(buffer), NULL, lpBuffer, pcbBuffer, ERROR_INSUFFICIENT_BUFFER, TRUE);
}

/* The command line. Windows has it as one text; here it is put together again, so that CommandLineToArgvW would take it apart. */

/* Appends one argument, and returns where the text goes on. Without room it only counts: `out` may be NULL. */
static inline size_t mailslot_quote(const char *argument, char *out)
{
    size_t length = 0, backslashes = 0;
    BOOL quoted = *argument == 0 || strpbrk(argument, " \t\"") != NULL;
#define MAILSLOT_PUT(character) ((void)(out ? out[length] = (character) : 0), length++)

    if (quoted)
        MAILSLOT_PUT('"');
    for (;; argument++) {
        if (*argument == '\\') {
            backslashes++;
        } else {
            /* Backslashes count double before a quotation mark, where they stand for themselves otherwise. */
            size_t count = backslashes * (quoted && (*argument == '"' || *argument == 0) ? 2 : 1) + (*argument == '"');

            for (; count > 0; count--)
                MAILSLOT_PUT('\\');
            backslashes = 0;
            if (*argument == 0)
                break;
            MAILSLOT_PUT(*argument);
        }
    }
    if (quoted)
        MAILSLOT_PUT('"');
#undef MAILSLOT_PUT
    return length;
}

/* In new memory; NULL when there is none. */
static inline char *mailslot_command_line(void)
{
    enum { mailslot_read_only_cloexec = 02000000, mailslot_most = 1 << 22 };
    int descriptor = mailslot_libc_open("/proc/self/cmdline", mailslot_read_only_cloexec);
    char *raw = (char *)mailslot_libc_calloc(1, mailslot_most);
    char *line = NULL;
    size_t size = 0, length = 0, at;
    long count;

    while (raw && (count = mailslot_libc_read(descriptor, raw + size, mailslot_most - 1 - size)) > 0)
        size += (size_t)count;
    mailslot_libc_close(descriptor);
    for (at = 0; at < size; at += strlen(raw + at) + 1)
        length += mailslot_quote(raw + at, NULL) + 1;
    line = (char *)mailslot_libc_malloc(length + 1);
    for (at = 0, length = 0; line && at < size; at += strlen(raw + at) + 1) {
        if (length)
            line[length++] = ' ';
        length += mailslot_quote(raw + at, line + length);
    }
    if (line)
        line[length] = 0;
    mailslot_libc_free(raw);
    return line;
}

/* One of each in a program, whichever of its files asks. */
__attribute__((__weak__)) char *mailslot_command_line_a;
__attribute__((__weak__)) wchar_t *mailslot_command_line_w;

/* Lives as long as the program. NULL: out of memory. */
static inline LPSTR GetCommandLineA(void)
{
    char *line = __atomic_load_n(&mailslot_command_line_a, __ATOMIC_ACQUIRE);
    char *none = NULL;

    if (line)
        return line;
    line = mailslot_command_line();
    if (__atomic_compare_exchange_n(&mailslot_command_line_a, &none, line, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return line;
    mailslot_libc_free(line);
    return none;
}

static inline LPWSTR GetCommandLineW(void)
{
    wchar_t *line = __atomic_load_n(&mailslot_command_line_w, __ATOMIC_ACQUIRE);
    wchar_t *none = NULL;
    const char *narrow;

    if (line)
        return line;
    narrow = GetCommandLineA();
    line = narrow ? mailslot_widen(narrow) : NULL;
    if (__atomic_compare_exchange_n(&mailslot_command_line_w, &none, line, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return line;
    mailslot_libc_free(line);
    return none;
}

#ifdef UNICODE
#define GetEnvironmentVariable GetEnvironmentVariableW
#define SetEnvironmentVariable SetEnvironmentVariableW
#define ExpandEnvironmentStrings ExpandEnvironmentStringsW
#define GetCurrentDirectory GetCurrentDirectoryW
#define SetCurrentDirectory SetCurrentDirectoryW
#define GetTempPath GetTempPathW
#define GetComputerName GetComputerNameW
#define GetUserName GetUserNameW
#define GetCommandLine GetCommandLineW
#else
#define GetEnvironmentVariable GetEnvironmentVariableA
#define SetEnvironmentVariable SetEnvironmentVariableA
#define ExpandEnvironmentStrings ExpandEnvironmentStringsA
#define GetCurrentDirectory GetCurrentDirectoryA
#define SetCurrentDirectory SetCurrentDirectoryA
#define GetTempPath GetTempPathA
#define GetComputerName GetComputerNameA
#define GetUserName GetUserNameA
#define GetCommandLine GetCommandLineA
#endif

#endif
