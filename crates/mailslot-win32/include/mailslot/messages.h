/*
 * FormatMessage: texts for error codes, and texts with inserts.
 *
 * The texts are this project's own, in English whatever the language asked for, and end in a full stop and a line break. No module
 * has texts of its own: FORMAT_MESSAGE_FROM_HMODULE adds nothing.
 */
#ifndef MAILSLOT_MESSAGES_H
#define MAILSLOT_MESSAGES_H

#include "characters.h"
#include "compat.h"
#include "utf8.h"

#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x00000200
#define FORMAT_MESSAGE_FROM_STRING 0x00000400
#define FORMAT_MESSAGE_FROM_HMODULE 0x00000800
#define FORMAT_MESSAGE_FROM_SYSTEM 0x00001000
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x00002000
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0x000000FF

#ifdef __cplusplus
extern "C" {
#endif
/* What the two functions below call: source and result in UTF-8, texts among the arguments in units of unit_bytes. */
DWORD mailslot_format_message(DWORD flags, LPCVOID source, DWORD code, LPSTR buffer, DWORD size, const DWORD_PTR *arguments,
                              unsigned int unit_bytes);
#ifdef __cplusplus
}
#endif

/* How many values the inserts of a template take: their highest number, and one more for each * in an insert. */
static inline int mailslot_insert_values(const char *text)
{
    int most = 0;

    for (; *text; text++) {
        int number = 0;

        if (*text != '%')
            continue;
        text++;
        if (*text == '0' || *text == 0)
            break;
        if (*text < '1' || *text > '9')
            continue;
        number = *text - '0';
        if (text[1] >= '0' && text[1] <= '9')
            number = number * 10 + *++text - '0';
        if (text[1] == '!') {
            for (text += 2; *text && *text != '!'; text++)
                number += *text == '*';
            if (*text == 0)
                break;
        }
        if (number > most)
            most = number;
    }
    return most;
}

/* The most values: inserts go to %99, and each may have a width and a precision of its own. */
enum { MAILSLOT_MOST_VALUES = 101 };

/* Makes an array of a va_list, of as many values as the template takes. */
static inline DWORD mailslot_format_list(DWORD flags, const char *source, DWORD code, LPSTR buffer, DWORD size,
                                         va_list *arguments, unsigned int unit_bytes)
{
    DWORD_PTR values[MAILSLOT_MOST_VALUES];
    const DWORD_PTR *given = NULL;
    int count, i;

    if (flags & FORMAT_MESSAGE_ARGUMENT_ARRAY) {
        given = (const DWORD_PTR *)arguments;
    } else if (arguments != NULL && source != NULL && !(flags & FORMAT_MESSAGE_IGNORE_INSERTS)) {
        count = mailslot_insert_values(source);
        if (count > MAILSLOT_MOST_VALUES)
            count = MAILSLOT_MOST_VALUES;
        for (i = 0; i < count; i++)
            values[i] = va_arg(*arguments, DWORD_PTR);
        given = values;
    }
    return mailslot_format_message(flags, source, code, buffer, size, given, unit_bytes);
}

/*
 * Makes a text: of a code (FORMAT_MESSAGE_FROM_SYSTEM) or of the text lpSource (FORMAT_MESSAGE_FROM_STRING).
 *   dwFlags    FORMAT_MESSAGE_ALLOCATE_BUFFER: lpBuffer is the address of a pointer, which receives new memory for LocalFree.
 *              FORMAT_MESSAGE_IGNORE_INSERTS: %1 stays. FORMAT_MESSAGE_ARGUMENT_ARRAY: Arguments is an array of DWORD_PTR. The lowest
 *              byte: 0 keeps line breaks, FORMAT_MESSAGE_MAX_WIDTH_MASK makes them spaces, others set them at that width
 *   Arguments  for %1 to %99: texts, or what %1!format! says, in the formats of printf without floating point. In the W function
 *              texts are wide; %1!hs! is narrow
 * Returns the number of characters. 0: 8 no memory, 87 no source, no buffer or no value for an insert, 122 the buffer is too small,
 * 317 there is no text for the code.
 */
static inline DWORD FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId, LPSTR lpBuffer,
                                   DWORD nSize, va_list *Arguments)
{
    const char *source = dwFlags & FORMAT_MESSAGE_FROM_STRING ? (const char *)lpSource : NULL;

    (void)dwLanguageId;
    return mailslot_format_list(dwFlags, source, dwMessageId, lpBuffer, nSize, Arguments, 1);
}

static inline DWORD FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId, LPWSTR lpBuffer,
                                   DWORD nSize, va_list *Arguments)
{
    DWORD flags = dwFlags | FORMAT_MESSAGE_ALLOCATE_BUFFER, length = 0;
    char *source = NULL, *text = NULL;
    LPWSTR wide = NULL;

    (void)dwLanguageId;
    if (lpBuffer == NULL) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return 0;
    }
    if (dwFlags & FORMAT_MESSAGE_FROM_STRING && lpSource != NULL) {
        source = mailslot_narrow((LPCWSTR)lpSource);
        if (source == NULL) {
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
            return 0;
        }
    }
    length = mailslot_format_list(flags, source, dwMessageId, (LPSTR)&text, 0, Arguments, sizeof(WCHAR));
    mailslot_libc_free(source);
    if (text == NULL)
        return 0;
    wide = mailslot_widen(text);
    mailslot_libc_free(text);
    if (wide == NULL) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return 0;
    }
    length = (DWORD)lstrlenW(wide);
    if (dwFlags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
        size_t room = nSize > length + 1 ? nSize : length + (size_t)1;
        LPWSTR memory = (LPWSTR)mailslot_libc_realloc(wide, room * sizeof(WCHAR));

        wide = memory != NULL ? memory : wide;
        memcpy(lpBuffer, &wide, sizeof(wide));
        return length;
    }
    if (length < nSize) {
        memcpy(lpBuffer, wide, (length + (size_t)1) * sizeof(WCHAR));
    } else {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        length = 0;
    }
    mailslot_libc_free(wide);
    return length;
}

#ifdef UNICODE
#define FormatMessage FormatMessageW
#else
#define FormatMessage FormatMessageA
#endif

#endif
