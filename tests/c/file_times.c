/* GetFileTime and SetFileTime: B104 to B109. Compiled as C and as C++, ANSI and UNICODE. */
#include <windows.h>

#include "slots.h"
#include "tap.h"

#define SECOND 10000000ULL

typedef struct {
    FILETIME creation, access, write;
} Times;

static FILETIME intervals(ULONGLONG number)
{
    FILETIME time;

    time.dwLowDateTime = (DWORD)number;
    time.dwHighDateTime = (DWORD)(number >> 32);
    return time;
}

static ULONGLONG number(FILETIME time)
{
    return (ULONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

static Times times_of(HANDLE handle)
{
    Times times;

    memset(&times, 0xCC, sizeof(times));
    CHECK_SUCCEEDS(GetFileTime(handle, &times.creation, &times.access, &times.write));
    return times;
}

static BOOL has_times(HANDLE handle, ULONGLONG creation, ULONGLONG access, ULONGLONG write)
{
    Times found = times_of(handle);

    return number(found.creation) == creation && number(found.access) == access && number(found.write) == write;
}

static BOOL set_times(HANDLE handle, ULONGLONG creation, ULONGLONG access, ULONGLONG write)
{
    FILETIME times[3];

    times[0] = intervals(creation);
    times[1] = intervals(access);
    times[2] = intervals(write);
    return SetFileTime(handle, &times[0], &times[1], &times[2]);
}

static void b104_fresh(void)
{
    FILETIME before, after;
    HANDLE slot, client;
    Times times;

    GetSystemTimeAsFileTime(&before);
    slot = create(SLOT("b104"), 0, 0);
    GetSystemTimeAsFileTime(&after);
    client = open_writer(SLOT("b104"));
    times = times_of(slot);
    CHECK(CompareFileTime(&before, &times.creation) <= 0 && CompareFileTime(&times.creation, &after) <= 0);
    CHECK(CompareFileTime(&times.creation, &times.access) == 0 && CompareFileTime(&times.creation, &times.write) == 0);
    CHECK(has_times(client, number(times.creation), number(times.access), number(times.write)));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b105_each_output_alone(void)
{
    HANDLE slot = create(SLOT("b105"), 0, 0);
    Times all, alone;

    CHECK_SUCCEEDS(GetFileTime(slot, NULL, NULL, NULL));
    CHECK(set_times(slot, 11 * SECOND, 12 * SECOND, 13 * SECOND));
    all = times_of(slot);
    CHECK(GetFileTime(slot, &alone.creation, NULL, NULL) && GetFileTime(slot, NULL, &alone.access, NULL));
    CHECK(GetFileTime(slot, NULL, NULL, &alone.write));
    CHECK(memcmp(&all, &alone, sizeof(all)) == 0);
    CHECK(CloseHandle(slot));
}

static void b106_exact(void)
{
    HANDLE slot = create(SLOT("b106"), 0, 0);
    HANDLE client = open_writer(SLOT("b106"));
    FILETIME creation = intervals(132514732961234567ULL);
    Times before = times_of(slot);

    CHECK_SUCCEEDS(SetFileTime(slot, &creation, NULL, NULL));
    CHECK(has_times(slot, 132514732961234567ULL, number(before.access), number(before.write)));
    CHECK_SUCCEEDS(set_times(client, 1, 0x7FFFFFFFFFFFFFFFULL, 3));
    CHECK(has_times(slot, 1, 0x7FFFFFFFFFFFFFFFULL, 3) && has_times(client, 1, 0x7FFFFFFFFFFFFFFFULL, 3));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b107_values_that_are_no_times(void)
{
    const ULONGLONG stop = 0xFFFFFFFFFFFFFFFFULL, resume = 0xFFFFFFFFFFFFFFFEULL;
    HANDLE slot = create(SLOT("b107"), 0, 0);

    CHECK(set_times(slot, 100, 200, 300));
    CHECK_SUCCEEDS(SetFileTime(slot, NULL, NULL, NULL));
    CHECK_SUCCEEDS(set_times(slot, 0, 0, 0));
    CHECK_SUCCEEDS(set_times(slot, stop, stop, stop));
    CHECK_SUCCEEDS(set_times(slot, resume, resume, resume));
    CHECK(has_times(slot, 100, 200, 300));
    CHECK_SUCCEEDS(set_times(slot, stop, 0, 301));
    CHECK(has_times(slot, 100, 200, 301));
    CHECK_FAILS(set_times(slot, 101, 0xFFFFFFFFFFFFFFFDULL, 302), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(set_times(slot, 101, 201, 0x8000000000000000ULL), ERROR_INVALID_PARAMETER);
    CHECK(has_times(slot, 100, 200, 301));
    CHECK(CloseHandle(slot));
}

/* What a message through these handles changes: 1 the last write, 2 the last access. */
static int changes(HANDLE client, HANDLE slot)
{
    Times times;

    CHECK(set_times(slot, 100, 200, 300));
    CHECK(write_text(client, "a message") && reads_text(slot, "a message"));
    times = times_of(slot);
    CHECK(number(times.creation) == 100);
    return (number(times.write) != 300) + 2 * (number(times.access) != 200);
}

static HANDLE duplicate(HANDLE handle)
{
    HANDLE self = GetCurrentProcess(), copy = NULL;

    CHECK(DuplicateHandle(self, handle, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
    return copy;
}

static void b107_stop_and_resume(void)
{
    const ULONGLONG stop = 0xFFFFFFFFFFFFFFFFULL, resume = 0xFFFFFFFFFFFFFFFEULL;
    HANDLE slot = create(SLOT("b107s"), 0, 0);
    HANDLE client = open_writer(SLOT("b107s")), other = open_writer(SLOT("b107s"));
    HANDLE slot_copy = duplicate(slot), client_copy = duplicate(client);

    CHECK(changes(client, slot) == 3);
    CHECK_SUCCEEDS(set_times(client, stop, stop, stop));
    CHECK(changes(client, slot) == 2);
    CHECK(changes(client_copy, slot) == 2);
    CHECK(changes(other, slot) == 3);
    CHECK_SUCCEEDS(set_times(slot_copy, 0, stop, 0));
    CHECK(changes(client, slot) == 0);
    CHECK(changes(other, slot) == 1);
    CHECK(changes(other, slot_copy) == 1);
    /* Nothing of a call that fails is done, and explicit times are set as ever. */
    CHECK_FAILS(set_times(slot, 0x8000000000000000ULL, resume, resume), ERROR_INVALID_PARAMETER);
    CHECK(changes(client, slot) == 0);
    CHECK_SUCCEEDS(set_times(client, resume, resume, resume));
    CHECK(changes(client, slot) == 1);
    CHECK_SUCCEEDS(set_times(slot, 0, resume, 0));
    CHECK(changes(client_copy, slot_copy) == 3);
    CHECK(CloseHandle(slot_copy) && CloseHandle(client_copy));
    CHECK(CloseHandle(other) && CloseHandle(client) && CloseHandle(slot));
}

static void may_set(DWORD access, BOOL allowed)
{
    HANDLE client = open_with(SLOT("b108"), access, OPEN_EXISTING);
    FILETIME time = intervals(400);

    CHECK(client != NO_HANDLE);
    CHECK_SUCCEEDS(GetFileTime(client, &time, NULL, NULL));
    if (allowed)
        CHECK_SUCCEEDS(SetFileTime(client, &time, NULL, NULL));
    else
        CHECK_FAILS(SetFileTime(client, &time, NULL, NULL), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(client));
}

static void b108_rights(void)
{
    HANDLE slot = create(SLOT("b108"), 0, 0);

    may_set(GENERIC_READ, FALSE);
    may_set(0, FALSE);
    may_set(FILE_WRITE_DATA, FALSE);
    may_set(GENERIC_WRITE, TRUE);
    may_set(GENERIC_ALL, TRUE);
    may_set(FILE_WRITE_ATTRIBUTES, TRUE);
    CHECK(CloseHandle(slot));
}

/* Messages arrive at the coarse clock's time, so all times are set far back before. */
static void b109_messages(void)
{
    HANDLE slot = create(SLOT("b109"), 0, 0);
    HANDLE client = open_writer(SLOT("b109"));
    FILETIME now;
    Times times;
    char byte;

    CHECK(set_times(slot, 100, 200, 300));
    CHECK(write_text(client, "changes the last write"));
    times = times_of(slot);
    GetSystemTimeAsFileTime(&now);
    CHECK(number(times.creation) == 100 && number(times.access) == 200);
    CHECK(number(times.write) > number(now) - 60 * SECOND && number(times.write) <= number(now));
    CHECK(reads_text(slot, "changes the last write"));
    times = times_of(slot);
    GetSystemTimeAsFileTime(&now);
    CHECK(number(times.creation) == 100);
    CHECK(number(times.access) > number(now) - 60 * SECOND && number(times.access) <= number(now));
    CHECK(set_times(slot, 100, 200, 300));
    CHECK_FAILS(ReadFile(slot, &byte, 1, NULL, NULL), ERROR_SEM_TIMEOUT);
    CHECK(GetMailslotInfo(client, NULL, NULL, NULL, NULL));
    CHECK(has_times(client, 100, 200, 300));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void invalid_handles(void)
{
    HANDLE slot = create(SLOT("gone"), 0, 0);
    HANDLE client = open_writer(SLOT("gone"));
    FILETIME time = intervals(1234);

    CHECK_FAILS(GetFileTime(NULL, &time, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(GetFileTime(INVALID_HANDLE_VALUE, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(SetFileTime(NULL, &time, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(SetFileTime(INVALID_HANDLE_VALUE, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(slot));
    CHECK_FAILS(GetFileTime(slot, &time, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(SetFileTime(slot, &time, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(GetFileTime(client, &time, &time, &time), ERROR_HANDLE_EOF);
    CHECK_FAILS(SetFileTime(client, &time, NULL, NULL), ERROR_HANDLE_EOF);
    CHECK(number(time) == 1234);
    CHECK(CloseHandle(client));
}

int main(void)
{
    tap_run("B104 a fresh slot's times are now", b104_fresh);
    tap_run("B105 each output alone and none", b105_each_output_alone);
    tap_run("B106 what is set is told, to 100 ns, through every handle", b106_exact);
    tap_run("B107 values that are no times are not stored", b107_values_that_are_no_times);
    tap_run("B107 all ones stops the updates by a handle, one less resumes them", b107_stop_and_resume);
    tap_run("B108 setting needs the right to write attributes", b108_rights);
    tap_run("B109 messages change the last access and write, never the creation", b109_messages);
    tap_run("invalid handles are 6 and gone slots 38", invalid_handles);
    return tap_end();
}
