/* Creating: B1 to B19. */
#include <stdlib.h>
#include <wchar.h>

#include "suite.h"

#define FAILS_TO_CREATE(name, error) CHECK_FAILS(CreateMailslotA((name), 0, 0, NULL) != NO_HANDLE, error)

/* What is written to `opened` arrives in `created`. */
static void reaches(const char *created, const char *opened)
{
    HANDLE slot = create_slot(created, 0, 0);
    HANDLE client = open_client(opened);

    CHECK(write_text(client, "hello"));
    CHECK(reads_text(slot, "hello"));
    CHECK(CloseHandle(client));
    CHECK(CloseHandle(slot));
}

static void reaches_wide(const WCHAR *created, const WCHAR *opened)
{
    HANDLE slot = CreateMailslotW(created, 0, 0, NULL);
    HANDLE client = CreateFileW(opened, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);

    CHECK(slot != NO_HANDLE);
    CHECK(client != NO_HANDLE);
    CHECK(write_text(client, "hello"));
    CHECK(reads_text(slot, "hello"));
    CHECK(CloseHandle(client));
    CHECK(CloseHandle(slot));
}

void b1(void)
{
    FAILS_TO_CREATE("blah", ERROR_INVALID_NAME);
}

void b2(void)
{
    FAILS_TO_CREATE(NULL, ERROR_PATH_NOT_FOUND);
    CHECK_FAILS(CreateMailslotW(NULL, 0, 0, NULL) != NO_HANDLE, ERROR_PATH_NOT_FOUND);
}

void b3(void)
{
    HANDLE slot = NULL;

    CHECK_SUCCEEDS((slot = CreateMailslotA(SLOT("b3"), 0, 0, NULL)) != NO_HANDLE);
    CHECK(slot != NULL);
    CHECK_SUCCEEDS(CloseHandle(slot));
}

void b4(void)
{
    HANDLE slot = create_slot(SLOT("b4"), 0, 0);

    FAILS_TO_CREATE(SLOT("b4"), ERROR_ALREADY_EXISTS);
    CHECK(CloseHandle(slot));
}

void b5(void)
{
    HANDLE slot = create_slot(SLOT("b5-Case"), 0, 0);

    FAILS_TO_CREATE(SLOT("B5-cASE"), ERROR_ALREADY_EXISTS);
    CHECK(CloseHandle(slot));
}

void b6(void)
{
    reaches("\\\\.\\MAILSLOT\\CONFORMANCE\\B6", SLOT("b6"));
    reaches(SLOT("b6"), "\\\\.\\MaIlSlOt\\CONFORMANCE\\B6");
}

void b7(void)
{
    reaches("\\\\?\\mailslot\\conformance\\b7", SLOT("b7"));
    reaches(SLOT("b7"), "\\\\?\\mailslot\\conformance\\b7");
}

void b8(void)
{
    reaches(SLOT("b8\\x\\y"), SLOT("b8\\x\\y"));
    CHECK_FAILS(open_with(SLOT("b8"), GENERIC_WRITE, OPEN_EXISTING, 0) != NO_HANDLE, ERROR_FILE_NOT_FOUND);
}

void b9(void)
{
    HANDLE parent = create_slot(SLOT("b9"), 0, 0);
    HANDLE child = create_slot(SLOT("b9\\q"), 0, 0);
    HANDLE client = open_client(SLOT("b9\\q"));

    CHECK(write_text(client, "for q"));
    CHECK(queue_is(parent, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(parent));
    CHECK(reads_text(child, "for q"));
    CHECK(CloseHandle(client) && CloseHandle(child));
}

static void limits_are_reported(const char *name, DWORD max_size, DWORD timeout_ms)
{
    HANDLE slot = create_slot(name, max_size, timeout_ms);
    DWORD max = 1, next = 1, count = 1, timeout = 1;

    CHECK(GetMailslotInfo(slot, &max, &next, &count, &timeout));
    CHECK(max == max_size);
    CHECK(timeout == timeout_ms);
    CHECK(next == MAILSLOT_NO_MESSAGE);
    CHECK(count == 0);
    CHECK(CloseHandle(slot));
}

void b10(void)
{
    limits_are_reported(SLOT("b10"), 0xFFFFFFFF, MAILSLOT_WAIT_FOREVER);
}

void b11(void)
{
    limits_are_reported(SLOT("b11"), 256, 1000);
    limits_are_reported(SLOT("b11"), 0, 0xFFFFFFFE);
}

static void has_name_of(size_t length)
{
    static const WCHAR prefix[] = L"\\\\.\\mailslot\\b12-";
    size_t at = sizeof(prefix) / sizeof(prefix[0]) - 1, i;
    WCHAR *name = (WCHAR *)malloc((at + length + 1) * sizeof(WCHAR));

    memcpy(name, prefix, sizeof(prefix));
    for (i = at; i < at + length; i++)
        name[i] = 'n';
    name[i] = 0;
    reaches_wide(name, name);
    free(name);
}

void b12(void)
{
    has_name_of(300 - 4);
    has_name_of(20000 - 4);
}

void b13(void)
{
    reaches(SLOT("b13 with some spaces"), SLOT("B13 With Some Spaces"));
    reaches(SLOT("b13.dots.in.it"), SLOT("b13.dots.in.it"));
    /* A with two dots, Zhe, and two ideographs; opened in lower case. */
    reaches_wide(L"\\\\.\\mailslot\\b13-\u00C4-\u0416-\u4E2D\u6587", L"\\\\.\\mailslot\\b13-\u00E4-\u0436-\u4E2D\u6587");
}

void b14(void)
{
    FAILS_TO_CREATE("\\\\.\\pipe\\conformance-b14", ERROR_INVALID_NAME);
}

void b15(void)
{
    FAILS_TO_CREATE("\\\\host\\mailslot\\b15", GUESS_CREATE_ON_HOST);
}

void b16(void)
{
    HANDLE slot = create_slot(SLOT("b16"), 0, 0);

    CHECK(handle_flags(slot) == 0);
    CHECK(CloseHandle(slot));
}

void b17(void)
{
    SECURITY_ATTRIBUTES attributes = inheritable();
    HANDLE slot = CreateMailslotA(SLOT("b17"), 0, 0, &attributes);

    CHECK(handle_flags(slot) == HANDLE_FLAG_INHERIT);
    CHECK(CloseHandle(slot));
}

void b18(void)
{
    int i;

    for (i = 0; i < 100; i++) {
        HANDLE slot = create_slot(SLOT("b18"), 0, 0);
        HANDLE client = open_client(SLOT("b18"));

        CHECK(write_text(client, "left behind"));
        CHECK(queue_is(slot, 11, 1));
        CHECK(CloseHandle(client));
        CHECK(CloseHandle(slot));
    }
}

void b19(void)
{
    HANDLE slot = create_slot(SLOT("b19"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE event = new_event();
    operation read;

    prepare(&read, event);
    CHECK(read_pends(slot, &read));
    CHECK(CancelIo(slot));
    CHECK(completes(slot, &read, ERROR_OPERATION_ABORTED, 0));
    CHECK(CloseHandle(slot) && CloseHandle(event));
}
