/* Times: B104 to B109. */
#include "suite.h"

#define SECOND 10000000ull

static ULONGLONG value(FILETIME time)
{
    return (ULONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

static FILETIME file_time(ULONGLONG value)
{
    FILETIME time;

    time.dwLowDateTime = (DWORD)value;
    time.dwHighDateTime = (DWORD)(value >> 32);
    return time;
}

static const ULONGLONG long_ago = 0x01D0000012345677ull;

static ULONGLONG creation(HANDLE handle)
{
    FILETIME time = file_time(0);

    CHECK(GetFileTime(handle, &time, NULL, NULL));
    return value(time);
}

static BOOL set_creation(HANDLE handle, ULONGLONG to)
{
    FILETIME time = file_time(to);

    return SetFileTime(handle, &time, NULL, NULL);
}

void b104(void)
{
    FILETIME before, after;
    HANDLE slot;
    ULONGLONG created;

    GetSystemTimeAsFileTime(&before);
    slot = create_slot(SLOT("b104"), 0, 0);
    GetSystemTimeAsFileTime(&after);
    created = creation(slot);
    CHECK(created + SECOND >= value(before));
    CHECK(created <= value(after) + SECOND);
    CHECK(CloseHandle(slot));
}

void b105(void)
{
    HANDLE slot = create_slot(SLOT("b105"), 0, 0);

    CHECK(GetFileTime(slot, NULL, NULL, NULL));
    CHECK(CloseHandle(slot));
}

void b106(void)
{
    HANDLE slot = create_slot(SLOT("b106"), 0, 0);
    HANDLE client = open_client(SLOT("b106"));

    CHECK(set_creation(slot, long_ago));
    CHECK(creation(slot) == long_ago);
    CHECK(creation(client) == long_ago);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b107(void)
{
    HANDLE slot = create_slot(SLOT("b107"), 0, 0);
    FILETIME zero = file_time(0);
    FILETIME before[3], after[3];

    CHECK(set_creation(slot, long_ago));
    CHECK(GetFileTime(slot, &before[0], &before[1], &before[2]));
    CHECK(SetFileTime(slot, NULL, NULL, NULL));
    CHECK(SetFileTime(slot, &zero, &zero, &zero));
    CHECK(GetFileTime(slot, &after[0], &after[1], &after[2]));
    CHECK(memcmp(before, after, sizeof(before)) == 0);
    SetFileTime(slot, NULL, NULL, NULL);
    CHECK(set_creation(slot, 0xFFFFFFFFFFFFFFFFull));
    CHECK(creation(slot) == long_ago);
    CHECK(CloseHandle(slot));
}

void b108(void)
{
    HANDLE slot = create_slot(SLOT("b108"), 0, 0);
    HANDLE reader = open_with(SLOT("b108"), GENERIC_READ, OPEN_EXISTING, 0);

    CHECK(reader != NO_HANDLE);
    CHECK_FAILS(set_creation(reader, long_ago), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(reader) && CloseHandle(slot));
}

void b109(void)
{
    HANDLE slot = create_slot(SLOT("b109"), 0, 0);
    HANDLE client = open_client(SLOT("b109"));

    CHECK(set_creation(slot, long_ago));
    CHECK(write_text(client, "hello"));
    CHECK(reads_text(slot, "hello"));
    CHECK(creation(slot) == long_ago);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}
