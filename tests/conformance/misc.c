/* Other functions, and other machines: B110 to B115. */
#include "suite.h"

#ifndef ERROR_REMOTE_MAILSLOTS_DEPRECATED
#define ERROR_REMOTE_MAILSLOTS_DEPRECATED 3025
#endif

#define REMOTE_IS_DISABLED "remote mailslots are disabled here (error 3025)"
#define REMOTE_IS_ENABLED "remote mailslots are enabled here"

void b110(void)
{
    HANDLE slot = create_slot(SLOT("b110"), 0, 0);
    HANDLE client = open_client(SLOT("b110"));

    SetLastError(UNTOUCHED);
    CHECK(GetFileType(client) == FILE_TYPE_UNKNOWN);
    CHECK(GetLastError() == NO_ERROR);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static int ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* How often the mailslot root lists a name that ends so. */
static int times_listed(const char *name)
{
    WIN32_FIND_DATAA found;
    HANDLE search = FindFirstFileA("\\\\.\\mailslot\\*", &found);
    int count = 0;

    if (search == INVALID_HANDLE_VALUE) {
        CHECK(GetLastError() == ERROR_FILE_NOT_FOUND || GetLastError() == ERROR_NO_MORE_FILES);
        return 0;
    }
    do
        count += ends_with(found.cFileName, name);
    while (FindNextFileA(search, &found));
    CHECK(GetLastError() == ERROR_NO_MORE_FILES);
    CHECK(FindClose(search));
    return count;
}

void b111(void)
{
    HANDLE live = create_slot(SLOT("b111-live"), 0, 0);
    HANDLE dead = create_slot(SLOT("b111-dead"), 0, 0);
    HANDLE client = open_client(SLOT("b111-dead"));

    CHECK(times_listed("b111-dead") == 1);
    CHECK(CloseHandle(dead));
    CHECK(times_listed("b111-live") == 1);
    CHECK(times_listed("b111-dead") == 0);
    CHECK(CloseHandle(client) && CloseHandle(live));
    CHECK(times_listed("b111-live") == 0);
}

/* Opening a remote name for writing. NO_HANDLE and the behaviour skipped where policy forbids remote mailslots. */
static HANDLE open_remote(const char *name)
{
    HANDLE client = open_with(name, GENERIC_WRITE, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL);

    if (client == NO_HANDLE && GetLastError() == ERROR_REMOTE_MAILSLOTS_DEPRECATED)
        skip(REMOTE_IS_DISABLED);
    else
        CHECK(client != NO_HANDLE);
    return client;
}

static BOOL write_is_disabled(HANDLE client)
{
    if (write_text(client, "x") || GetLastError() != ERROR_REMOTE_MAILSLOTS_DEPRECATED)
        return FALSE;
    skip(REMOTE_IS_DISABLED);
    return TRUE;
}

void b112(void)
{
    HANDLE client = open_remote("\\\\nohost\\mailslot\\conformance\\b112");

    if (client != NO_HANDLE)
        CHECK(CloseHandle(client));
}

void b113(void)
{
    static const char bytes[425];
    HANDLE client = open_remote("\\\\*\\mailslot\\conformance\\b113");
    DWORD written;

    if (client == NO_HANDLE)
        return;
    if (!write_is_disabled(client)) {
        CHECK_FAILS(WriteFile(client, bytes, 425, &written, NULL), ERROR_BAD_NETPATH);
        CHECK(write_bytes(client, bytes, 424));
    }
    CHECK(CloseHandle(client));
}

void b114(void)
{
    HANDLE client = open_with("\\\\nohost\\mailslot\\conformance\\b114", GENERIC_WRITE, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL);

    if (client == NO_HANDLE) {
        CHECK(GetLastError() == ERROR_REMOTE_MAILSLOTS_DEPRECATED);
        return;
    }
    if (write_text(client, "x") || GetLastError() == ERROR_BAD_NETPATH)
        skip(REMOTE_IS_ENABLED);
    else
        CHECK(GetLastError() == ERROR_REMOTE_MAILSLOTS_DEPRECATED);
    CHECK(CloseHandle(client));
}

void b115(void)
{
    HANDLE slot = create_slot(SLOT("b115"), 0, 5000);
    HANDLE client = open_remote("\\\\*\\mailslot\\conformance\\b115");

    if (client == NO_HANDLE) {
        CHECK(CloseHandle(slot));
        return;
    }
    if (!write_is_disabled(client)) {
        /* The test's own write has sent one. */
        CHECK(reads_text(slot, "x"));
    }
    CHECK(CloseHandle(client) && CloseHandle(slot));
}
