/* Short forms of the calls that the behaviours make most. */
#include "suite.h"

HANDLE create_slot(const char *name, DWORD max_size, DWORD timeout_ms)
{
    HANDLE slot = CreateMailslotA(name, max_size, timeout_ms, NULL);

    CHECK(slot != NO_HANDLE);
    return slot;
}

HANDLE open_with(const char *name, DWORD access, DWORD disposition, DWORD flags)
{
    return CreateFileA(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, disposition, flags, NULL);
}

HANDLE open_client(const char *name)
{
    HANDLE client = open_with(name, GENERIC_WRITE, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL);

    CHECK(client != NO_HANDLE);
    return client;
}

BOOL write_bytes(HANDLE client, const void *bytes, DWORD size)
{
    DWORD written = 0xDEAD;

    return WriteFile(client, bytes, size, &written, NULL) && written == size;
}

BOOL write_text(HANDLE client, const char *text)
{
    return write_bytes(client, text, (DWORD)strlen(text));
}

BOOL reads_text(HANDLE server, const char *text)
{
    char buffer[256];
    DWORD size = 0xDEAD;

    if (!ReadFile(server, buffer, sizeof(buffer), &size, NULL))
        return FALSE;
    return size == strlen(text) && memcmp(buffer, text, size) == 0;
}

BOOL queue_is(HANDLE handle, DWORD next_size, DWORD count)
{
    DWORD found_next = 0xDEAD, found_count = 0xDEAD;

    if (!GetMailslotInfo(handle, NULL, &found_next, &found_count, NULL))
        return FALSE;
    if (found_next != next_size || found_count != count)
        printf("# next size %u, count %u\n", (unsigned)found_next, (unsigned)found_count);
    return found_next == next_size && found_count == count;
}

DWORD handle_flags(HANDLE handle)
{
    DWORD flags = 0xDEAD;

    return GetHandleInformation(handle, &flags) ? flags : 0xDEAD;
}

SECURITY_ATTRIBUTES inheritable(void)
{
    SECURITY_ATTRIBUTES attributes;

    attributes.nLength = sizeof(attributes);
    attributes.lpSecurityDescriptor = NULL;
    attributes.bInheritHandle = TRUE;
    return attributes;
}

void prepare(operation *read, HANDLE event)
{
    memset(read, 0, sizeof(*read));
    read->overlapped.hEvent = event;
}

BOOL read_pends(HANDLE server, operation *read)
{
    SetLastError(UNTOUCHED);
    return !ReadFile(server, read->buffer, sizeof(read->buffer), NULL, &read->overlapped) &&
           GetLastError() == ERROR_IO_PENDING;
}

BOOL completes(HANDLE handle, operation *done, DWORD error, DWORD size)
{
    DWORD found = 0xDEAD;
    BOOL result;

    SetLastError(UNTOUCHED);
    result = GetOverlappedResult(handle, &done->overlapped, &found, TRUE);
    if (error != 0)
        return !result && GetLastError() == error;
    if (result && found != size)
        printf("# %u bytes\n", (unsigned)found);
    return result && found == size;
}

HANDLE new_event(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);

    CHECK(event != NULL);
    return event;
}

BOOL is_signalled(HANDLE object)
{
    return WaitForSingleObject(object, 0) == WAIT_OBJECT_0;
}
