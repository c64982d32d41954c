/* DuplicateHandle within a process: B87, B90, B91, B95 to B99. Compiled as C and as C++, ANSI and UNICODE. */
#include <threads.h>
#include <windows.h>

#include "slots.h"
#include "tap.h"

#define NOT_WRITTEN ((HANDLE)(ULONG_PTR)0xDEAD)

static BOOL duplicate(HANDLE source, LPHANDLE target, DWORD access, BOOL inherit, DWORD options)
{
    return DuplicateHandle(GetCurrentProcess(), source, GetCurrentProcess(), target, access, inherit, options);
}

/* A duplicate with the same rights; NULL if there is none. */
static HANDLE same(HANDLE source)
{
    HANDLE target = NOT_WRITTEN;

    CHECK_SUCCEEDS(duplicate(source, &target, 0, FALSE, DUPLICATE_SAME_ACCESS));
    return target;
}

/* The duplication fails with this error and says NULL. */
static void fails(HANDLE source, DWORD access, DWORD options, DWORD error)
{
    HANDLE target = NOT_WRITTEN;

    CHECK_FAILS(duplicate(source, &target, access, FALSE, options), error);
    CHECK(target == NULL);
}

static BOOL is_open(HANDLE handle)
{
    return handle_flags(handle) != 0xDEAD;
}

static void b87_b90_one_queue(void)
{
    HANDLE slot = create(SLOT("b90"), 100, 0);
    HANDLE client = open_writer(SLOT("b90"));
    HANDLE slot2 = same(slot), client2 = same(client);
    DWORD max = 0, timeout = 0;

    CHECK(slot2 != NULL && slot2 != slot && client2 != NULL && client2 != client);
    CHECK(write_text(client, "one") && write_text(client2, "two") && write_text(client, "three"));
    CHECK(queue_is(slot, 3, 3) && queue_is(slot2, 3, 3) && queue_is(client2, 3, 3));
    CHECK(reads_text(slot2, "one") && reads_text(slot, "two") && reads_text(slot2, "three"));
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(SetMailslotInfo(slot2, 77));
    CHECK(GetMailslotInfo(slot, &max, NULL, NULL, &timeout) && max == 100 && timeout == 77);
    CHECK(CloseHandle(client) && write_text(client2, "four") && reads_text(slot, "four"));
    CHECK(CloseHandle(client2) && CloseHandle(slot) && CloseHandle(slot2));
}

static void b91_slot_lives_in_its_duplicate(void)
{
    HANDLE slot = create(SLOT("b91"), 0, 0);
    HANDLE client = open_writer(SLOT("b91"));
    HANDLE slot2 = same(slot), client2;

    CHECK(write_text(client, "kept"));
    CHECK(CloseHandle(slot));
    CHECK_FAILS(create(SLOT("b91"), 0, 0) != NO_HANDLE, ERROR_ALREADY_EXISTS);
    CHECK(write_text(client, "later"));
    CHECK(reads_text(slot2, "kept") && reads_text(slot2, "later"));
    CHECK(CloseHandle(slot2));
    CHECK_FAILS(open_writer(SLOT("b91")) != NO_HANDLE, ERROR_FILE_NOT_FOUND);
    client2 = same(client);
    CHECK(client2 != NULL && CloseHandle(client));
    CHECK_FAILS(write_text(client2, "too late"), ERROR_HANDLE_EOF);
    CHECK(CloseHandle(client2));
}

static void b95_fewer_rights(void)
{
    HANDLE slot = create(SLOT("b95"), 0, 0);
    HANDLE client = open_writer(SLOT("b95"));
    HANDLE blind = NULL, mute = NULL, again = NULL, reader = NULL;
    FILETIME time;
    char byte;

    CHECK(write_text(client, "x"));
    CHECK_SUCCEEDS(duplicate(slot, &blind, 0, FALSE, 0));
    CHECK_FAILS(ReadFile(blind, &byte, 1, NULL, NULL), ERROR_ACCESS_DENIED);
    CHECK_FAILS(GetFileTime(blind, &time, NULL, NULL), ERROR_ACCESS_DENIED);
    CHECK_FAILS(SetFileTime(blind, NULL, NULL, NULL), ERROR_ACCESS_DENIED);
    CHECK(queue_is(blind, 1, 1));
    CHECK_SUCCEEDS(duplicate(client, &mute, FILE_READ_ATTRIBUTES, FALSE, 0));
    CHECK_FAILS(write_text(mute, "y"), ERROR_ACCESS_DENIED);
    CHECK(GetFileTime(mute, &time, NULL, NULL));
    CHECK_SUCCEEDS(duplicate(slot, &reader, GENERIC_READ, FALSE, 0));
    CHECK(reads_text(reader, "x"));
    CHECK_FAILS(SetFileTime(reader, NULL, NULL, NULL), ERROR_ACCESS_DENIED);
    CHECK_SUCCEEDS(duplicate(client, &again, GENERIC_WRITE, FALSE, 0));
    CHECK(write_text(again, "y"));
    CHECK(CloseHandle(blind) && CloseHandle(mute) && CloseHandle(again) && CloseHandle(reader));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b96_more_rights(void)
{
    HANDLE slot = create(SLOT("b96"), 0, 0);
    HANDLE client = open_writer(SLOT("b96"));
    HANDLE blind = NULL, largest = NULL;

    fails(slot, GENERIC_WRITE, 0, ERROR_ACCESS_DENIED);
    fails(slot, GENERIC_ALL, 0, ERROR_ACCESS_DENIED);
    fails(slot, GENERIC_READ | FILE_WRITE_DATA, 0, ERROR_ACCESS_DENIED);
    fails(slot, 0xFFFFFFFF, 0, ERROR_ACCESS_DENIED);
    fails(client, GENERIC_READ, 0, ERROR_ACCESS_DENIED);
    CHECK(duplicate(slot, &blind, 0, FALSE, 0));
    fails(blind, GENERIC_READ, 0, ERROR_ACCESS_DENIED);
    CHECK_SUCCEEDS(duplicate(client, &largest, MAXIMUM_ALLOWED, FALSE, 0));
    CHECK(write_text(largest, "all that the source may") && reads_text(slot, "all that the source may"));
    CHECK(CloseHandle(largest) && CloseHandle(blind) && CloseHandle(client) && CloseHandle(slot));
}

static void b97_close_source(void)
{
    HANDLE slot = create(SLOT("b97"), 0, 0);
    HANDLE client = open_writer(SLOT("b97"));
    HANDLE target = NULL;

    CHECK_SUCCEEDS(duplicate(client, &target, 0, FALSE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    CHECK(target == client);
    CHECK(write_text(client, "moved"));
    CHECK_SUCCEEDS(duplicate(slot, &target, GENERIC_READ, TRUE, DUPLICATE_CLOSE_SOURCE));
    CHECK(target == slot && handle_flags(slot) == HANDLE_FLAG_INHERIT);
    CHECK(reads_text(slot, "moved"));
    CHECK_SUCCEEDS(duplicate(slot, &target, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    CHECK(target == slot && handle_flags(slot) == 0);
    CHECK_FAILS(reads_text(slot, ""), ERROR_ACCESS_DENIED);
    fails(slot, GENERIC_READ, 0, ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(slot) && !is_open(slot));
    CHECK_FAILS(open_writer(SLOT("b97")) != NO_HANDLE, ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(client));
}

static void b97_close_source_even_on_failure(void)
{
    HANDLE slot = create(SLOT("b97"), 0, 0);
    HANDLE client = open_writer(SLOT("b97"));
    HANDLE target = NOT_WRITTEN;

    fails(client, GENERIC_ALL, DUPLICATE_CLOSE_SOURCE, ERROR_ACCESS_DENIED);
    CHECK(!is_open(client));
    client = open_writer(SLOT("b97"));
    CHECK_FAILS(DuplicateHandle(GetCurrentProcess(), client, slot, &target, 0, FALSE, DUPLICATE_CLOSE_SOURCE),
                ERROR_INVALID_HANDLE);
    CHECK(target == NULL && !is_open(client));
    CHECK(CloseHandle(slot));
}

static HANDLE waiting_slot;

static int move_and_write(void *client)
{
    HANDLE target = NULL;

    Sleep(300);
    return duplicate(waiting_slot, &target, 0, FALSE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE) &&
           target == waiting_slot && write_text((HANDLE)client, "after the move");
}

/* The open file stays open, so nothing ends the read. */
static void b97_a_waiting_read_goes_on(void)
{
    HANDLE client;
    thrd_t mover;
    int moved = 0;

    waiting_slot = create(SLOT("b97"), 0, MAILSLOT_WAIT_FOREVER);
    client = open_writer(SLOT("b97"));
    CHECK(thrd_create(&mover, move_and_write, client) == thrd_success);
    CHECK(reads_text(waiting_slot, "after the move"));
    CHECK(thrd_join(mover, &moved) == thrd_success && moved);
    CHECK(CloseHandle(client) && CloseHandle(waiting_slot));
}

static void b98_protected_source(void)
{
    HANDLE slot = create(SLOT("b98"), 0, 0);
    HANDLE target = NULL;
    DWORD both = HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE;

    CHECK(SetHandleInformation(slot, both, both));
    CHECK_SUCCEEDS(duplicate(slot, &target, 0, FALSE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    CHECK(target != NULL && target != slot);
    CHECK(handle_flags(slot) == both && handle_flags(target) == 0);
    CHECK(CloseHandle(target));
    fails(slot, GENERIC_ALL, DUPLICATE_CLOSE_SOURCE, ERROR_ACCESS_DENIED);
    CHECK_SUCCEEDS(DuplicateHandle(GetCurrentProcess(), slot, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    CHECK(handle_flags(slot) == both);
    CHECK(SetHandleInformation(slot, both, 0) && CloseHandle(slot));
}

static void b99_invalid(void)
{
    HANDLE slot = create(SLOT("b99"), 0, 0), self = GetCurrentProcess();
    HANDLE target = NOT_WRITTEN;

    fails(NULL, 0, DUPLICATE_SAME_ACCESS, ERROR_INVALID_HANDLE);
    fails((HANDLE)(ULONG_PTR)0x7FFC, 0, DUPLICATE_SAME_ACCESS, ERROR_INVALID_HANDLE);
    CHECK_FAILS(DuplicateHandle(NULL, slot, self, &target, 0, FALSE, DUPLICATE_SAME_ACCESS), ERROR_INVALID_HANDLE);
    CHECK(target == NULL);
    CHECK_FAILS(DuplicateHandle(slot, slot, self, &target, 0, FALSE, DUPLICATE_CLOSE_SOURCE), ERROR_INVALID_HANDLE);
    CHECK_FAILS(DuplicateHandle(self, slot, slot, &target, 0, FALSE, DUPLICATE_SAME_ACCESS), ERROR_INVALID_HANDLE);
    CHECK_FAILS(DuplicateHandle(self, slot, NULL, &target, 0, FALSE, DUPLICATE_SAME_ACCESS), ERROR_INVALID_HANDLE);
    CHECK(is_open(slot) && CloseHandle(slot));
    fails(slot, 0, DUPLICATE_SAME_ACCESS, ERROR_INVALID_HANDLE);
    fails(slot, 0, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE, ERROR_INVALID_HANDLE);
    CHECK_FAILS(DuplicateHandle(self, slot, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE), ERROR_INVALID_HANDLE);
}

static void inheritance_is_the_parameter_s(void)
{
    HANDLE slot = create(SLOT("inherit"), 0, 0);
    HANDLE target = NULL;
    DWORD both = HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE;

    CHECK(duplicate(slot, &target, 0, TRUE, DUPLICATE_SAME_ACCESS));
    CHECK(handle_flags(slot) == 0 && handle_flags(target) == HANDLE_FLAG_INHERIT);
    CHECK(CloseHandle(target));
    CHECK(SetHandleInformation(slot, both, both));
    CHECK(duplicate(slot, &target, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(handle_flags(slot) == both && handle_flags(target) == 0);
    CHECK(CloseHandle(target) && SetHandleInformation(slot, both, 0) && CloseHandle(slot));
}

/* Without a place for the new handle none is kept, and a target process is not needed for closing. */
static void without_a_target(void)
{
    HANDLE slot = create(SLOT("target"), 0, 0);
    HANDLE target = NOT_WRITTEN;

    CHECK_SUCCEEDS(duplicate(slot, NULL, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK_FAILS(duplicate(slot, NULL, GENERIC_ALL, FALSE, 0), ERROR_ACCESS_DENIED);
    CHECK_FAILS(duplicate(NULL, NULL, 0, FALSE, DUPLICATE_SAME_ACCESS), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(slot));
    slot = create(SLOT("target"), 0, 0);
    CHECK(slot != NO_HANDLE);
    CHECK_SUCCEEDS(duplicate(slot, NULL, 0, FALSE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    CHECK(!is_open(slot));
    slot = create(SLOT("target"), 0, 0);
    CHECK_SUCCEEDS(DuplicateHandle(GetCurrentProcess(), slot, NULL, &target, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    CHECK(target == NULL && !is_open(slot));
}

static void low_bits(void)
{
    HANDLE slot = create(SLOT("bits"), 0, 0);
    HANDLE source = (HANDLE)((ULONG_PTR)slot | 3), target = NULL;

    CHECK(duplicate(source, &target, 0, FALSE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    CHECK(target == slot && CloseHandle(slot));
}

static void duplicates_are_no_leak(void)
{
    HANDLE slot = create(SLOT("leak"), 0, 0);
    HANDLE first = same(slot), target;
    int i;

    CHECK(CloseHandle(first));
    for (i = 0; i < 5000; i++) {
        target = same(slot);
        if (target != first)
            break;
        CHECK(duplicate(slot, NULL, 0, FALSE, DUPLICATE_SAME_ACCESS));
        CHECK(duplicate(target, &target, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
        CHECK(CloseHandle(target));
    }
    CHECK(i == 5000);
    CHECK(CloseHandle(slot));
}

int main(void)
{
    tap_run("B87 B90 duplicates share queue and timeout", b87_b90_one_queue);
    tap_run("B91 a slot lives in its duplicate", b91_slot_lives_in_its_duplicate);
    tap_run("B95 a duplicate may have fewer rights", b95_fewer_rights);
    tap_run("B96 a duplicate cannot have more rights", b96_more_rights);
    tap_run("B97 DUPLICATE_CLOSE_SOURCE gives the same value", b97_close_source);
    tap_run("B97 DUPLICATE_CLOSE_SOURCE closes even on failure", b97_close_source_even_on_failure);
    tap_run("B97 a waiting read goes on", b97_a_waiting_read_goes_on);
    tap_run("B98 a protected source stays, and its copy is not protected", b98_protected_source);
    tap_run("B99 invalid sources and processes are 6", b99_invalid);
    tap_run("whether children inherit is the parameter's alone", inheritance_is_the_parameter_s);
    tap_run("without a target no duplicate is kept", without_a_target);
    tap_run("the low two bits of a source do not count", low_bits);
    tap_run("nothing is left of closed duplicates", duplicates_are_no_leak);
    return tap_end();
}
