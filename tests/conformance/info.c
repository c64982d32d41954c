/* GetMailslotInfo and SetMailslotInfo: B81 to B89. */
#include <stdlib.h>

#include "children.h"
#include "suite.h"

void b81(void)
{
    HANDLE slot = create_slot(SLOT("b81"), 0, 0);

    CHECK_SUCCEEDS(GetMailslotInfo(slot, NULL, NULL, NULL, NULL));
    CHECK(CloseHandle(slot));
}

void b82(void)
{
    HANDLE slot = create_slot(SLOT("b82"), 77, 1234);
    HANDLE client = open_client(SLOT("b82"));
    DWORD max = 0xDEAD, next = 0xDEAD, count = 0xDEAD, timeout = 0xDEAD;

    CHECK(write_text(client, "hello"));
    CHECK(GetMailslotInfo(slot, &max, NULL, NULL, NULL) && max == 77);
    CHECK(GetMailslotInfo(slot, NULL, &next, NULL, NULL) && next == 5);
    CHECK(GetMailslotInfo(slot, NULL, NULL, &count, NULL) && count == 1);
    CHECK(GetMailslotInfo(slot, NULL, NULL, NULL, &timeout) && timeout == 1234);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b83(void)
{
    HANDLE slot = create_slot(SLOT("b83"), 0, 0);

    CHECK(MAILSLOT_NO_MESSAGE == 0xFFFFFFFF);
    CHECK(queue_is(slot, 0xFFFFFFFF, 0));
    CHECK(CloseHandle(slot));
}

void b84(void)
{
    HANDLE slot = create_slot(SLOT("b84"), 0, 0);
    HANDLE client = open_client(SLOT("b84"));

    CHECK(write_text(client, "1"));
    CHECK(write_text(client, "22"));
    CHECK(write_text(client, ""));
    CHECK(queue_is(slot, 1, 3));
    CHECK(reads_text(slot, "1"));
    CHECK(queue_is(slot, 2, 2));
    CHECK(reads_text(slot, "22"));
    CHECK(queue_is(slot, 0, 1));
    CHECK(reads_text(slot, ""));
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b85(void)
{
    HANDLE event = new_event();

    CHECK_FAILS(GetMailslotInfo(INVALID_HANDLE_VALUE, NULL, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(GetMailslotInfo(NULL, NULL, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(GetMailslotInfo(event, NULL, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(event));
}

void b86(void)
{
    HANDLE slot = create_slot(SLOT("b86"), 77, 1234);
    HANDLE client = open_with(SLOT("b86"), GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0);
    DWORD max = 0xDEAD, timeout = 0xDEAD;

    CHECK(write_text(client, "hello"));
    CHECK(GetMailslotInfo(client, &max, NULL, NULL, &timeout));
    CHECK(max == 77 && timeout == 1234);
    CHECK(queue_is(client, 5, 1));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static BOOL has_timeout(HANDLE slot, DWORD timeout_ms)
{
    DWORD found = 0xDEAD;

    return GetMailslotInfo(slot, NULL, NULL, NULL, &found) && found == timeout_ms;
}

int child_sets_timeout(int argc, char **argv)
{
    HANDLE slot;

    if (argc != 2)
        return 2;
    slot = (HANDLE)(ULONG_PTR)strtoull(argv[0], NULL, 10);
    return has_timeout(slot, 77) && SetMailslotInfo(slot, (DWORD)atoi(argv[1])) ? 0 : 1;
}

void b87(void)
{
    SECURITY_ATTRIBUTES attributes = inheritable();
    HANDLE slot = CreateMailslotA(SLOT("b87"), 0, 5, &attributes);
    HANDLE duplicate = NULL;
    PROCESS_INFORMATION child;
    char role[64];

    CHECK(slot != NO_HANDLE);
    CHECK(SetHandleInformation(slot, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    CHECK(DuplicateHandle(GetCurrentProcess(), slot, GetCurrentProcess(), &duplicate, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(SetMailslotInfo(slot, 77));
    CHECK(has_timeout(duplicate, 77));
    snprintf(role, sizeof(role), "--role set-timeout %llu 88", (unsigned long long)(ULONG_PTR)slot);
    if (start_self(role, TRUE, &child))
        CHECK(finish(&child) == 0);
    CHECK(has_timeout(slot, 88));
    CHECK(has_timeout(duplicate, 88));
    CHECK(CloseHandle(duplicate) && CloseHandle(slot));
}

void b88(void)
{
    HANDLE slot = create_slot(SLOT("b88"), 0, MAILSLOT_WAIT_FOREVER);
    char byte;
    DWORD size;

    CHECK_SUCCEEDS(SetMailslotInfo(slot, 0));
    CHECK_FAILS(ReadFile(slot, &byte, 1, &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK(CloseHandle(slot));
}

void b89(void)
{
    CHECK_FAILS(SetMailslotInfo(INVALID_HANDLE_VALUE, 1), ERROR_INVALID_HANDLE);
    CHECK_FAILS(SetMailslotInfo(NULL, 1), ERROR_INVALID_HANDLE);
}
