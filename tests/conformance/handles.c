/* Handles of one process: B90, B91, B95 to B102. */
#include "suite.h"

static BOOL duplicate(HANDLE source, HANDLE *target, DWORD access, DWORD options)
{
    return DuplicateHandle(GetCurrentProcess(), source, GetCurrentProcess(), target, access, FALSE, options);
}

void b90(void)
{
    HANDLE slot = create_slot(SLOT("b90"), 0, 0);
    HANDLE client = open_client(SLOT("b90"));
    HANDLE other = NULL;

    CHECK(duplicate(slot, &other, 0, DUPLICATE_SAME_ACCESS));
    CHECK(write_text(client, "1"));
    CHECK(write_text(client, "22"));
    CHECK(reads_text(other, "1"));
    CHECK(queue_is(slot, 2, 1));
    CHECK(reads_text(slot, "22"));
    CHECK(queue_is(other, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(other) && CloseHandle(client) && CloseHandle(slot));
}

void b91(void)
{
    HANDLE slot = create_slot(SLOT("b91"), 0, 0);
    HANDLE client = open_client(SLOT("b91"));
    HANDLE other = NULL;

    CHECK(duplicate(slot, &other, 0, DUPLICATE_SAME_ACCESS));
    CHECK(write_text(client, "kept"));
    CHECK(CloseHandle(slot));
    CHECK(CloseHandle(open_client(SLOT("b91"))));
    CHECK(reads_text(other, "kept"));
    CHECK(CloseHandle(client) && CloseHandle(other));
    CHECK_FAILS(open_with(SLOT("b91"), GENERIC_WRITE, OPEN_EXISTING, 0) != NO_HANDLE, ERROR_FILE_NOT_FOUND);
}

void b95(void)
{
    HANDLE slot = create_slot(SLOT("b95"), 0, 0);
    HANDLE client = open_client(SLOT("b95"));
    HANDLE less = NULL;
    char byte;
    DWORD size;

    CHECK(write_text(client, "x"));
    CHECK(duplicate(slot, &less, SYNCHRONIZE, 0));
    CHECK_FAILS(ReadFile(less, &byte, 1, &size, NULL), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(less));
    CHECK(duplicate(client, &less, SYNCHRONIZE, 0));
    CHECK_FAILS(WriteFile(less, "y", 1, &size, NULL), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(less));
    CHECK(queue_is(slot, 1, 1));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b96(void)
{
    HANDLE slot = create_slot(SLOT("b96"), 0, 0);
    HANDLE client = open_client(SLOT("b96"));
    HANDLE more = NULL;

    CHECK_FAILS(duplicate(slot, &more, GENERIC_WRITE, 0), ERROR_ACCESS_DENIED);
    CHECK_FAILS(duplicate(client, &more, GENERIC_READ | GENERIC_WRITE, 0), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b97(void)
{
    HANDLE slot = create_slot(SLOT("b97"), 0, 0);
    HANDLE client = open_client(SLOT("b97"));
    HANDLE moved = NULL;

    CHECK(write_text(client, "hello"));
    CHECK(duplicate(slot, &moved, 0, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    CHECK(moved == slot);
    CHECK(reads_text(moved, "hello"));
    CHECK(CloseHandle(client) && CloseHandle(moved));
    CHECK_FAILS(open_with(SLOT("b97"), GENERIC_WRITE, OPEN_EXISTING, 0) != NO_HANDLE, ERROR_FILE_NOT_FOUND);
}

void b98(void)
{
    HANDLE slot = create_slot(SLOT("b98"), 0, 0);
    HANDLE copy = NULL;

    CHECK(SetHandleInformation(slot, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE));
    CHECK(duplicate(slot, &copy, 0, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    CHECK(copy != slot);
    CHECK(handle_flags(slot) == HANDLE_FLAG_PROTECT_FROM_CLOSE);
    CHECK(handle_flags(copy) == 0);
    CHECK(CloseHandle(copy));
    CHECK(SetHandleInformation(slot, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0));
    CHECK(CloseHandle(slot));
}

void b99(void)
{
    HANDLE slot = create_slot(SLOT("b99"), 0, 0);
    HANDLE target = slot;

    CHECK(CloseHandle(slot));
    CHECK_FAILS(duplicate(slot, &target, 0, DUPLICATE_SAME_ACCESS), ERROR_INVALID_HANDLE);
    CHECK(target == NULL);
    CHECK_FAILS(duplicate(NULL, &target, 0, DUPLICATE_SAME_ACCESS), ERROR_INVALID_HANDLE);
}

void b100(void)
{
    HANDLE slot = create_slot(SLOT("b100"), 0, 0);
    HANDLE client = open_client(SLOT("b100"));

    CHECK(SetHandleInformation(slot, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE));
    CHECK_FAILS(CloseHandle(slot), ERROR_INVALID_HANDLE);
    CHECK(write_text(client, "hello"));
    CHECK(reads_text(slot, "hello"));
    CHECK(SetHandleInformation(slot, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0));
    CHECK(CloseHandle(slot) && CloseHandle(client));
}

void b101(void)
{
    HANDLE slot = create_slot(SLOT("b101"), 0, 0);

    CHECK(SetHandleInformation(slot, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE));
    CHECK(handle_flags(slot) == HANDLE_FLAG_INHERIT);
    CHECK(SetHandleInformation(slot, 0, HANDLE_FLAG_PROTECT_FROM_CLOSE));
    CHECK(handle_flags(slot) == HANDLE_FLAG_INHERIT);
    CHECK(SetHandleInformation(slot, HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE, 0));
    CHECK(handle_flags(slot) == 0);
    CHECK(CloseHandle(slot));
}

void b102(void)
{
    HANDLE slot = create_slot(SLOT("b102"), 0, 0);

    CHECK(CloseHandle(slot));
    CHECK_FAILS(CloseHandle(slot), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CloseHandle(NULL), ERROR_INVALID_HANDLE);
    CHECK_SUCCEEDS(CloseHandle(INVALID_HANDLE_VALUE));
}
