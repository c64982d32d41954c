/* Microsoft's io.h: files by descriptor. Inline, over the C library. */
#ifndef MAILSLOT_IO_H
#define MAILSLOT_IO_H

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mailslot/crt_direct.h"

#define _isatty isatty
#define _dup dup
#define _dup2 dup2
#define _lseek lseek
#define _lseeki64 lseek
#define _umask umask
#define _S_IREAD S_IRUSR
#define _S_IWRITE S_IWUSR

/* The numbers that tell text from binary, which Linux does not. */
#define MAILSLOT_TEXT_MODES (_O_TEXT | _O_BINARY | _O_WTEXT | _O_U16TEXT | _O_U8TEXT)

#define _open(name, ...) mailslot_open((name), __VA_ARGS__, 0)

static inline int mailslot_open(const char *name, int flags, int mode, ...)
{
    return open(name, flags & ~MAILSLOT_TEXT_MODES, mode);
}

static inline int _close(int descriptor)
{
    return close(descriptor);
}

static inline int _read(int descriptor, void *buffer, unsigned int count)
{
    return (int)read(descriptor, buffer, count);
}

static inline int _write(int descriptor, const void *buffer, unsigned int count)
{
    return (int)write(descriptor, buffer, count);
}

/* Bytes pass unchanged, and wide text is written as UTF-8, in every mode. Returns the mode before, which was text; -1: no mode. */
static inline int _setmode(int descriptor, int mode)
{
    if (descriptor < 0 || (mode & ~(MAILSLOT_TEXT_MODES | O_BINARY)) != 0) {
        errno = descriptor < 0 ? EBADF : EINVAL;
        return -1;
    }
    return _O_TEXT;
}
#define setmode _setmode

/* How many bytes the file has; -1: it cannot be told. */
static inline long long _filelengthi64(int descriptor)
{
    struct stat status;

    return fstat(descriptor, &status) == 0 ? (long long)status.st_size : -1;
}

static inline long _filelength(int descriptor)
{
    return (long)_filelengthi64(descriptor);
}

/* A Win32 handle is a descriptor in disguise: neither call makes anything, and either is closed with the other. */
static inline intptr_t _get_osfhandle(int descriptor)
{
    return (intptr_t)(descriptor + 1) << 2;
}

static inline int _open_osfhandle(intptr_t handle, int flags)
{
    (void)flags;
    return (int)(handle >> 2) - 1;
}

#endif
