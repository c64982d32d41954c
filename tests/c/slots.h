/* Short forms of the calls that the test programs make most. */
#ifndef SLOTS_H
#define SLOTS_H

#include <string.h>
#include <windows.h>

#include "tap.h"

#define SLOT(name) TEXT("\\\\.\\mailslot\\") TEXT(name)
#define NO_HANDLE INVALID_HANDLE_VALUE

static inline HANDLE create(LPCTSTR name, DWORD max, DWORD timeout)
{
    return CreateMailslot(name, max, timeout, NULL);
}

static inline HANDLE open_with(LPCTSTR name, DWORD access, DWORD disposition)
{
    return CreateFile(name, access, FILE_SHARE_READ, NULL, disposition, FILE_ATTRIBUTE_NORMAL, NULL);
}

static inline HANDLE open_writer(LPCTSTR name)
{
    return open_with(name, GENERIC_WRITE, OPEN_EXISTING);
}

static inline BOOL write_bytes(HANDLE client, const void *bytes, DWORD size)
{
    DWORD written = 0xDEAD;

    return WriteFile(client, bytes, size, &written, NULL) && written == size;
}

static inline BOOL write_text(HANDLE client, const char *text)
{
    return write_bytes(client, text, (DWORD)strlen(text));
}

/* The next message is this text. */
static inline BOOL reads_text(HANDLE server, const char *text)
{
    char buffer[256];
    DWORD size = 0xDEAD;

    return ReadFile(server, buffer, sizeof(buffer), &size, NULL) && size == strlen(text) && memcmp(buffer, text, size) == 0;
}

/* What is queued: size of the next message, and how many. */
static inline BOOL queue_is(HANDLE handle, DWORD next, DWORD count)
{
    DWORD found_next = 0xDEAD, found_count = 0xDEAD;

    if (!GetMailslotInfo(handle, NULL, &found_next, &found_count, NULL))
        return FALSE;
    if (found_next != next || found_count != count)
        printf("# next %u, count %u\n", found_next, found_count);
    return found_next == next && found_count == count;
}

static inline DWORD handle_flags(HANDLE handle)
{
    DWORD flags = 0xDEAD;

    return GetHandleInformation(handle, &flags) ? flags : 0xDEAD;
}

static inline SECURITY_ATTRIBUTES inheritable(void)
{
    SECURITY_ATTRIBUTES attributes;

    attributes.nLength = sizeof(attributes);
    attributes.lpSecurityDescriptor = NULL;
    attributes.bInheritHandle = TRUE;
    return attributes;
}

#endif
