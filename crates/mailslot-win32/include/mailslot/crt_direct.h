/* Folders, files and the terminal by Microsoft's names of direct.h and io.h. Inline, over the C library. */
#ifndef MAILSLOT_CRT_DIRECT_H
#define MAILSLOT_CRT_DIRECT_H

#include <locale.h>

#include "crt_string.h"
#include "libc_plain.h"
#include "utf8.h"

#ifdef __cplusplus
extern "C" {
#endif
int mailslot_libc_access(const char *name, int mode) __asm__("access");
int mailslot_libc_unlink(const char *name) __asm__("unlink");
int mailslot_libc_rmdir(const char *name) __asm__("rmdir");
int mailslot_libc_mkdir(const char *name, unsigned int mode) __asm__("mkdir");
#ifdef __cplusplus
}
#endif

static inline int _access(const char *name, int mode)
{
    return mailslot_libc_access(name, mode);
}

/* 0, or why not. */
static inline errno_t _access_s(const char *name, int mode)
{
    return mailslot_libc_access(name, mode) == 0 ? 0 : errno;
}

static inline int _unlink(const char *name)
{
    return mailslot_libc_unlink(name);
}

static inline int _chdir(const char *name)
{
    return mailslot_libc_chdir(name);
}

static inline int _rmdir(const char *name)
{
    return mailslot_libc_rmdir(name);
}

static inline int _mkdir(const char *name)
{
    return mailslot_libc_mkdir(name, 0777);
}

/* In new memory, to be freed, when there is no buffer. */
static inline char *_getcwd(char *buffer, int size)
{
    return mailslot_libc_getcwd(buffer, size > 0 ? (size_t)size : 0);
}

/* The same by names in wide text. */
#define MAILSLOT_BY_NAME(wide_name, call)                                                                              \
    static inline int wide_name(const wchar_t *name)                                                                   \
    {                                                                                                                  \
        char *narrow = mailslot_narrow(name);                                                                          \
        int result = narrow ? call : -1;                                                                               \
                                                                                                                       \
        mailslot_libc_free(narrow);                                                                                    \
        return result;                                                                                                 \
    }
MAILSLOT_BY_NAME(_wunlink, _unlink(narrow))
MAILSLOT_BY_NAME(_wchdir, _chdir(narrow))
MAILSLOT_BY_NAME(_wrmdir, _rmdir(narrow))
MAILSLOT_BY_NAME(_wmkdir, _mkdir(narrow))

static inline int _waccess(const wchar_t *name, int mode)
{
    char *narrow = mailslot_narrow(name);
    int result = narrow ? _access(narrow, mode) : -1;

    mailslot_libc_free(narrow);
    return result;
}

/* The name of the locale lives as long as the program. */
static inline wchar_t *_wsetlocale(int category, const wchar_t *name)
{
    char *narrow = name ? mailslot_narrow(name) : NULL;
    const char *result = setlocale(category, narrow);

    mailslot_libc_free(narrow);
    return result ? mailslot_widen(result) : NULL;
}

#endif
