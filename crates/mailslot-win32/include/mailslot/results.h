/* How functions hand out text: what most of kernel32 does with a buffer and its size. Inline. */
#ifndef MAILSLOT_RESULTS_H
#define MAILSLOT_RESULTS_H

#include "crt_string.h"
#include "errors.h"
#include "functions.h"
#include "utf8.h"

/* Sets the last error and returns 0. */
static inline DWORD mailslot_fail(DWORD error)
{
    SetLastError(error);
    return 0;
}

/*
 * Copies a text and returns its length, without the NUL. If the buffer is too small, it is left alone and the size that is needed is
 * returned, with the NUL.
 */
static inline DWORD mailslot_hand_out(const char *text, LPSTR lpBuffer, DWORD nSize)
{
    DWORD length = (DWORD)strlen(text);

    if (lpBuffer == NULL || length >= nSize)
        return length + 1;
    memcpy(lpBuffer, text, length + 1);
    return length;
}

static inline DWORD mailslot_hand_out_wide(const char *text, LPWSTR lpBuffer, DWORD nSize)
{
    wchar_t *wide = mailslot_widen(text);
    DWORD length;

    if (wide == NULL)
        return mailslot_fail(ERROR_NOT_ENOUGH_MEMORY);
    length = (DWORD)wcsnlen_s(wide, (size_t)-1);
    if (lpBuffer == NULL || length >= nSize)
        length++;
    else
        memcpy(lpBuffer, wide, (length + 1) * sizeof(WCHAR));
    mailslot_libc_free(wide);
    return length;
}

/* The Win32 code for what the C library says in errno. */
static inline DWORD mailslot_error_of(int number)
{
    return number == ENOENT || number == ENOTDIR ? ERROR_PATH_NOT_FOUND
           : number == EACCES || number == EPERM ? ERROR_ACCESS_DENIED
           : number == ENOMEM                    ? ERROR_NOT_ENOUGH_MEMORY
           : number == EINVAL                    ? ERROR_INVALID_PARAMETER
           : number == EBADF                     ? ERROR_INVALID_HANDLE
                                                 : ERROR_GEN_FAILURE;
}

#endif
