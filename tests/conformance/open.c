/* Opening: B20 to B32. */
#include "suite.h"

#define FAILS_TO_OPEN(name, disposition, error)                                                                        \
    CHECK_FAILS(open_with((name), GENERIC_WRITE, (disposition), 0) != NO_HANDLE, error)

/* Opening succeeds and sets the last error to this. */
static void opens(const char *name, DWORD access, DWORD share, DWORD disposition, DWORD last_error)
{
    HANDLE client;

    SetLastError(UNTOUCHED);
    client = CreateFileA(name, access, share, NULL, disposition, FILE_ATTRIBUTE_NORMAL, NULL);
    check_call(client != NO_HANDLE, last_error, __FILE__, __LINE__, name);
    CHECK(CloseHandle(client));
}

void b20(void)
{
    FAILS_TO_OPEN(SLOT("b20"), OPEN_EXISTING, ERROR_FILE_NOT_FOUND);
}

void b21(void)
{
    FAILS_TO_OPEN(SLOT("no\\such\\path\\b21"), OPEN_EXISTING, ERROR_FILE_NOT_FOUND);
}

void b22(void)
{
    HANDLE slot = create_slot(SLOT("b22"), 0, 0);

    opens(SLOT("b22"), GENERIC_WRITE, FILE_SHARE_READ, OPEN_EXISTING, 0);
    CHECK(CloseHandle(slot));
}

void b23(void)
{
    HANDLE slot = create_slot(SLOT("b23"), 0, 0);

    opens(SLOT("b23"), GENERIC_WRITE, 0, OPEN_EXISTING, 0);
    CHECK(CloseHandle(slot));
}

void b24(void)
{
    HANDLE slot = create_slot(SLOT("b24"), 0, 0);
    HANDLE clients[50];
    int i;

    for (i = 0; i < 50; i++) {
        clients[i] = CreateFileA(SLOT("b24"), GENERIC_WRITE, (DWORD)i % 8, NULL, OPEN_EXISTING, 0, NULL);
        CHECK(clients[i] != NO_HANDLE);
    }
    for (i = 0; i < 50; i++) {
        int got = -1;
        DWORD size = 0;

        CHECK(write_bytes(clients[i], &i, sizeof(i)));
        CHECK(ReadFile(slot, &got, sizeof(got), &size, NULL) && size == sizeof(got) && got == i);
    }
    for (i = 0; i < 50; i++)
        CHECK(CloseHandle(clients[i]));
    CHECK(CloseHandle(slot));
}

void b25(void)
{
    HANDLE slot = create_slot(SLOT("b25"), 0, 0);

    opens(SLOT("b25"), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING, 0);
    CHECK(CloseHandle(slot));
}

void b26(void)
{
    HANDLE slot = create_slot(SLOT("b26"), 0, 0);
    HANDLE client = open_with(SLOT("b26"), 0, OPEN_EXISTING, 0);
    DWORD written = 0xDEAD;

    CHECK(client != NO_HANDLE);
    CHECK_FAILS(WriteFile(client, "x", 1, &written, NULL), ERROR_ACCESS_DENIED);
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b27(void)
{
    HANDLE slot = create_slot(SLOT("b27"), 0, 0);
    HANDLE client;

    opens(SLOT("b27"), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_ALWAYS, ERROR_ALREADY_EXISTS);
    client = open_with(SLOT("b27"), GENERIC_WRITE, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL);
    CHECK(write_text(client, "through OPEN_ALWAYS"));
    CHECK(reads_text(slot, "through OPEN_ALWAYS"));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b28(void)
{
    FAILS_TO_OPEN(SLOT("b28"), OPEN_ALWAYS, ERROR_FILE_NOT_FOUND);
    FAILS_TO_OPEN(SLOT("b28"), OPEN_EXISTING, ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(create_slot(SLOT("b28"), 0, 0)));
}

void b29(void)
{
    HANDLE slot = create_slot(SLOT("b29"), 0, 0);

    FAILS_TO_OPEN(SLOT("b29"), 0, ERROR_INVALID_PARAMETER);
    FAILS_TO_OPEN(SLOT("b29"), 6, ERROR_INVALID_PARAMETER);
    CHECK(CloseHandle(slot));
}

void b30(void)
{
    HANDLE slot = create_slot(SLOT("b30"), 0, 0);
    HANDLE client = open_with(SLOT("b30"), GENERIC_WRITE, OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
    HANDLE event = new_event();
    operation write;

    prepare(&write, event);
    CHECK(WriteFile(client, "hello", 5, NULL, &write.overlapped) || GetLastError() == ERROR_IO_PENDING);
    CHECK(completes(client, &write, 0, 5));
    CHECK(is_signalled(event));
    CHECK(write.overlapped.Internal == 0);
    CHECK(write.overlapped.InternalHigh == 5);
    CHECK(reads_text(slot, "hello"));
    CHECK(CloseHandle(client) && CloseHandle(slot) && CloseHandle(event));
}

void b31(void)
{
    HANDLE slot = create_slot(SLOT("b31"), 0, 0);
    HANDLE first = open_client(SLOT("b31")), second;
    char byte;
    DWORD size;

    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK_FAILS(ReadFile(slot, &byte, 1, &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK(write_text(first, "only"));
    second = open_client(SLOT("b31"));
    CHECK(queue_is(slot, 4, 1));
    CHECK(reads_text(slot, "only"));
    CHECK(CloseHandle(first) && CloseHandle(second) && CloseHandle(slot));
}

void b32(void)
{
    SECURITY_ATTRIBUTES attributes = inheritable();
    HANDLE slot = create_slot(SLOT("b32"), 0, 0);
    HANDLE client = CreateFileA(SLOT("b32"), GENERIC_WRITE, FILE_SHARE_READ, &attributes, OPEN_EXISTING, 0, NULL);

    CHECK(handle_flags(client) == HANDLE_FLAG_INHERIT);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}
