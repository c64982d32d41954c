/* The Windows SDK's strsafe.h: text functions that always end with a NUL and tell when something did not fit. Inline.
   Sizes are in characters (Cch) or in bytes (Cb), final NUL included. */
#ifndef MAILSLOT_STRSAFE_H
#define MAILSLOT_STRSAFE_H

#include "mailslot/errors.h"
#include "mailslot/narrow.h"
#include "mailslot/types.h"
#include "mailslot/wide_format.h"

#define STRSAFE_MAX_CCH 2147483647
#define STRSAFE_E_INSUFFICIENT_BUFFER ((HRESULT)0x8007007A)
#define STRSAFE_E_INVALID_PARAMETER ((HRESULT)0x80070057)
#define STRSAFE_E_END_OF_FILE ((HRESULT)0x80070026)

/* Flags of the ...Ex functions; the low byte is what is filled in. */
#define STRSAFE_IGNORE_NULLS 0x00000100
#define STRSAFE_FILL_BEHIND_NULL 0x00000200
#define STRSAFE_FILL_ON_FAILURE 0x00000400
#define STRSAFE_NULL_ON_FAILURE 0x00000800
#define STRSAFE_NO_TRUNCATION 0x00001000
#define STRSAFE_FILL_BYTE(byte) ((DWORD)(((byte) & 0xFF) | STRSAFE_FILL_BEHIND_NULL))
#define STRSAFE_FAILURE_BYTE(byte) ((DWORD)(((byte) & 0xFF) | STRSAFE_FILL_ON_FAILURE))

typedef LPSTR STRSAFE_LPSTR;
typedef LPCSTR STRSAFE_LPCSTR;
typedef LPWSTR STRSAFE_LPWSTR;
typedef LPCWSTR STRSAFE_LPCWSTR;

static inline int mailslot_is_size(size_t characters)
{
    return characters > 0 && characters <= STRSAFE_MAX_CCH;
}

/*
 * The functions that are the same for both kinds of text. `N` variants take at most that much of the source.
 * A text that does not fit is cut off, and the result is STRSAFE_E_INSUFFICIENT_BUFFER.
 */
#define MAILSLOT_STRSAFE(suffix, character)                                                                            \
    static inline HRESULT StringCchLength##suffix(const character *psz, size_t cchMax, size_t *pcchLength)             \
    {                                                                                                                  \
        size_t length = 0;                                                                                             \
                                                                                                                       \
        if (psz != NULL && cchMax <= STRSAFE_MAX_CCH)                                                                  \
            while (length < cchMax && psz[length])                                                                     \
                length++;                                                                                              \
        if (pcchLength != NULL)                                                                                        \
            *pcchLength = psz != NULL && length < cchMax && cchMax <= STRSAFE_MAX_CCH ? length : 0;                    \
        return psz != NULL && length < cchMax && cchMax <= STRSAFE_MAX_CCH ? S_OK : STRSAFE_E_INVALID_PARAMETER;       \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCchCopyN##suffix(character *pszDest, size_t cchDest, const character *pszSrc,          \
                                                 size_t cchToCopy)                                                     \
    {                                                                                                                  \
        size_t length = 0;                                                                                             \
                                                                                                                       \
        if (pszDest == NULL || !mailslot_is_size(cchDest))                                                             \
            return STRSAFE_E_INVALID_PARAMETER;                                                                        \
        if (pszSrc == NULL || cchToCopy > STRSAFE_MAX_CCH) {                                                           \
            pszDest[0] = 0;                                                                                            \
            return STRSAFE_E_INVALID_PARAMETER;                                                                        \
        }                                                                                                              \
        for (; length < cchToCopy && pszSrc[length]; length++) {                                                       \
            if (length == cchDest - 1) {                                                                               \
                pszDest[length] = 0;                                                                                   \
                return STRSAFE_E_INSUFFICIENT_BUFFER;                                                                  \
            }                                                                                                          \
            pszDest[length] = pszSrc[length];                                                                          \
        }                                                                                                              \
        pszDest[length] = 0;                                                                                           \
        return S_OK;                                                                                                   \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCchCopy##suffix(character *pszDest, size_t cchDest, const character *pszSrc)           \
    {                                                                                                                  \
        return StringCchCopyN##suffix(pszDest, cchDest, pszSrc, STRSAFE_MAX_CCH);                                      \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCchCatN##suffix(character *pszDest, size_t cchDest, const character *pszSrc,           \
                                                size_t cchToAppend)                                                    \
    {                                                                                                                  \
        size_t length;                                                                                                 \
                                                                                                                       \
        if (!mailslot_is_size(cchDest) || StringCchLength##suffix(pszDest, cchDest, &length) != S_OK)                  \
            return STRSAFE_E_INVALID_PARAMETER;                                                                        \
        if (pszSrc == NULL || cchToAppend > STRSAFE_MAX_CCH)                                                           \
            return STRSAFE_E_INVALID_PARAMETER;                                                                        \
        return StringCchCopyN##suffix(pszDest + length, cchDest - length, pszSrc, cchToAppend);                        \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCchCat##suffix(character *pszDest, size_t cchDest, const character *pszSrc)            \
    {                                                                                                                  \
        return StringCchCatN##suffix(pszDest, cchDest, pszSrc, STRSAFE_MAX_CCH);                                       \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCbLength##suffix(const character *psz, size_t cbMax, size_t *pcbLength)                \
    {                                                                                                                  \
        size_t length;                                                                                                 \
        HRESULT result = StringCchLength##suffix(psz, cbMax / sizeof(character), &length);                             \
                                                                                                                       \
        if (pcbLength != NULL)                                                                                         \
            *pcbLength = length * sizeof(character);                                                                   \
        return result;                                                                                                 \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCbCopy##suffix(character *pszDest, size_t cbDest, const character *pszSrc)             \
    {                                                                                                                  \
        return StringCchCopy##suffix(pszDest, cbDest / sizeof(character), pszSrc);                                     \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCbCopyN##suffix(character *pszDest, size_t cbDest, const character *pszSrc,            \
                                                size_t cbToCopy)                                                       \
    {                                                                                                                  \
        return StringCchCopyN##suffix(pszDest, cbDest / sizeof(character), pszSrc, cbToCopy / sizeof(character));      \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCbCat##suffix(character *pszDest, size_t cbDest, const character *pszSrc)              \
    {                                                                                                                  \
        return StringCchCat##suffix(pszDest, cbDest / sizeof(character), pszSrc);                                      \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCbCatN##suffix(character *pszDest, size_t cbDest, const character *pszSrc,             \
                                               size_t cbToAppend)                                                      \
    {                                                                                                                  \
        return StringCchCatN##suffix(pszDest, cbDest / sizeof(character), pszSrc, cbToAppend / sizeof(character));     \
    }

/* The formatting functions, over one that formats into a buffer and tells whether it fitted. */
#define MAILSLOT_STRSAFE_PRINTF(suffix, character, format_into)                                                        \
    static inline HRESULT StringCchVPrintf##suffix(character *pszDest, size_t cchDest, const character *pszFormat,     \
                                                   va_list argList)                                                    \
    {                                                                                                                  \
        if (pszDest == NULL || !mailslot_is_size(cchDest))                                                             \
            return STRSAFE_E_INVALID_PARAMETER;                                                                        \
        if (pszFormat == NULL) {                                                                                       \
            pszDest[0] = 0;                                                                                            \
            return STRSAFE_E_INVALID_PARAMETER;                                                                        \
        }                                                                                                              \
        return format_into(pszDest, cchDest, pszFormat, argList) ? S_OK : STRSAFE_E_INSUFFICIENT_BUFFER;               \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCbVPrintf##suffix(character *pszDest, size_t cbDest, const character *pszFormat,       \
                                                  va_list argList)                                                     \
    {                                                                                                                  \
        return StringCchVPrintf##suffix(pszDest, cbDest / sizeof(character), pszFormat, argList);                      \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCchPrintf##suffix(character *pszDest, size_t cchDest, const character *pszFormat, ...) \
    {                                                                                                                  \
        va_list arguments;                                                                                             \
        HRESULT result;                                                                                                \
                                                                                                                       \
        va_start(arguments, pszFormat);                                                                                \
        result = StringCchVPrintf##suffix(pszDest, cchDest, pszFormat, arguments);                                     \
        va_end(arguments);                                                                                             \
        return result;                                                                                                 \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCbPrintf##suffix(character *pszDest, size_t cbDest, const character *pszFormat, ...)   \
    {                                                                                                                  \
        va_list arguments;                                                                                             \
        HRESULT result;                                                                                                \
                                                                                                                       \
        va_start(arguments, pszFormat);                                                                                \
        result = StringCbVPrintf##suffix(pszDest, cbDest, pszFormat, arguments);                                       \
        va_end(arguments);                                                                                             \
        return result;                                                                                                 \
    }

static inline int mailslot_format_a(CHAR *buffer, size_t size, const CHAR *format, va_list arguments)
{
    return mailslot_vsnprintf(buffer, size, format, arguments) >= 0;
}

MAILSLOT_STRSAFE(A, CHAR)
MAILSLOT_STRSAFE(W, WCHAR)
MAILSLOT_STRSAFE_PRINTF(A, CHAR, mailslot_format_a)

static inline int mailslot_format_w(WCHAR *buffer, size_t size, const WCHAR *format, va_list arguments)
{
    return mailslot_vsnwprintf(buffer, size, format, arguments) >= 0;
}

MAILSLOT_STRSAFE_PRINTF(W, WCHAR, mailslot_format_w)

/*
 * The functions that also tell where the text ends and how much room is left, NUL included, and take flags for what shall be in the
 * buffer behind the text, or after a failure. With STRSAFE_NO_TRUNCATION a text that does not fit is not written at all.
 */
#define MAILSLOT_STRSAFE_EX(suffix, character)                                                                         \
    static inline HRESULT mailslot_finish##suffix(HRESULT result, character *pszDest, size_t cchDest, size_t kept,     \
                                                  character **ppszDestEnd, size_t *pcchRemaining, DWORD dwFlags)       \
    {                                                                                                                  \
        size_t length = 0;                                                                                             \
                                                                                                                       \
        if (pszDest == NULL || !mailslot_is_size(cchDest))                                                             \
            return result;                                                                                             \
        if (result == STRSAFE_E_INSUFFICIENT_BUFFER && (dwFlags & STRSAFE_NO_TRUNCATION))                              \
            pszDest[kept] = 0;                                                                                         \
        if (FAILED(result) && (dwFlags & STRSAFE_NULL_ON_FAILURE))                                                     \
            pszDest[0] = 0;                                                                                            \
        if (FAILED(result) && (dwFlags & STRSAFE_FILL_ON_FAILURE)) {                                                   \
            memset(pszDest, (int)(dwFlags & 0xFF), cchDest * sizeof(character));                                       \
            pszDest[cchDest - 1] = 0;                                                                                  \
        }                                                                                                              \
        while (length < cchDest - 1 && pszDest[length])                                                                \
            length++;                                                                                                  \
        if (result == S_OK && (dwFlags & STRSAFE_FILL_BEHIND_NULL))                                                    \
            memset(pszDest + length + 1, (int)(dwFlags & 0xFF), (cchDest - length - 1) * sizeof(character));           \
        if (ppszDestEnd != NULL)                                                                                       \
            *ppszDestEnd = pszDest + length;                                                                           \
        if (pcchRemaining != NULL)                                                                                     \
            *pcchRemaining = cchDest - length;                                                                         \
        return result;                                                                                                 \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCchCopyEx##suffix(character *pszDest, size_t cchDest, const character *pszSrc,         \
                                                  character **ppszDestEnd, size_t *pcchRemaining, DWORD dwFlags)       \
    {                                                                                                                  \
        static const character nothing[1] = {0};                                                                       \
        const character *source = pszSrc == NULL && (dwFlags & STRSAFE_IGNORE_NULLS) ? nothing : pszSrc;               \
                                                                                                                       \
        return mailslot_finish##suffix(StringCchCopy##suffix(pszDest, cchDest, source), pszDest, cchDest, 0,           \
                                       ppszDestEnd, pcchRemaining, dwFlags);                                           \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCchCatEx##suffix(character *pszDest, size_t cchDest, const character *pszSrc,          \
                                                 character **ppszDestEnd, size_t *pcchRemaining, DWORD dwFlags)        \
    {                                                                                                                  \
        static const character nothing[1] = {0};                                                                       \
        const character *source = pszSrc == NULL && (dwFlags & STRSAFE_IGNORE_NULLS) ? nothing : pszSrc;               \
        size_t kept = 0;                                                                                               \
                                                                                                                       \
        StringCchLength##suffix(pszDest, cchDest, &kept);                                                              \
        return mailslot_finish##suffix(StringCchCat##suffix(pszDest, cchDest, source), pszDest, cchDest, kept,         \
                                       ppszDestEnd, pcchRemaining, dwFlags);                                           \
    }                                                                                                                  \
                                                                                                                       \
    static inline HRESULT StringCchPrintfEx##suffix(character *pszDest, size_t cchDest, character **ppszDestEnd,       \
                                                    size_t *pcchRemaining, DWORD dwFlags,                              \
                                                    const character *pszFormat, ...)                                   \
    {                                                                                                                  \
        static const character nothing[1] = {0};                                                                       \
        va_list arguments;                                                                                             \
        HRESULT result;                                                                                                \
                                                                                                                       \
        va_start(arguments, pszFormat);                                                                                \
        result = StringCchVPrintf##suffix(                                                                             \
            pszDest, cchDest, pszFormat == NULL && (dwFlags & STRSAFE_IGNORE_NULLS) ? nothing : pszFormat, arguments); \
        va_end(arguments);                                                                                             \
        return mailslot_finish##suffix(result, pszDest, cchDest, 0, ppszDestEnd, pcchRemaining, dwFlags);              \
    }

MAILSLOT_STRSAFE_EX(A, CHAR)
MAILSLOT_STRSAFE_EX(W, WCHAR)

#ifdef UNICODE
#define StringCchLength StringCchLengthW
#define StringCchCopy StringCchCopyW
#define StringCchCopyN StringCchCopyNW
#define StringCchCat StringCchCatW
#define StringCchCatN StringCchCatNW
#define StringCchPrintf StringCchPrintfW
#define StringCchVPrintf StringCchVPrintfW
#define StringCchCopyEx StringCchCopyExW
#define StringCchCatEx StringCchCatExW
#define StringCchPrintfEx StringCchPrintfExW
#define StringCbLength StringCbLengthW
#define StringCbCopy StringCbCopyW
#define StringCbCopyN StringCbCopyNW
#define StringCbCat StringCbCatW
#define StringCbCatN StringCbCatNW
#define StringCbPrintf StringCbPrintfW
#define StringCbVPrintf StringCbVPrintfW
#else
#define StringCchLength StringCchLengthA
#define StringCchCopy StringCchCopyA
#define StringCchCopyN StringCchCopyNA
#define StringCchCat StringCchCatA
#define StringCchCatN StringCchCatNA
#define StringCchPrintf StringCchPrintfA
#define StringCchVPrintf StringCchVPrintfA
#define StringCchCopyEx StringCchCopyExA
#define StringCchCatEx StringCchCatExA
#define StringCchPrintfEx StringCchPrintfExA
#define StringCbLength StringCbLengthA
#define StringCbCopy StringCbCopyA
#define StringCbCopyN StringCbCopyNA
#define StringCbCat StringCbCatA
#define StringCbCatN StringCbCatNA
#define StringCbPrintf StringCbPrintfA
#define StringCbVPrintf StringCbVPrintfA
#endif

#endif
