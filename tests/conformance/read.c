/* Reading: B33 to B45, B58, B59. */
#include "suite.h"

#define NO_BYTES_AND(call, error)                                                                                      \
    do {                                                                                                               \
        size = 0xDEAD;                                                                                                 \
        CHECK_FAILS(call, error);                                                                                      \
        CHECK(size == 0);                                                                                              \
    } while (0)

void b33(void)
{
    HANDLE slot = create_slot(SLOT("b33"), 0, 0);
    char buffer[8];
    DWORD size;

    NO_BYTES_AND(ReadFile(slot, buffer, sizeof(buffer), &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK(CloseHandle(slot));
}

void b34(void)
{
    HANDLE slot = create_slot(SLOT("b34"), 0, 0);
    char buffer[1];
    DWORD size;

    NO_BYTES_AND(ReadFile(slot, buffer, 0, &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK(CloseHandle(slot));
}

void b35(void)
{
    HANDLE slot = create_slot(SLOT("b35"), 0, 1000);
    DWORD start = GetTickCount(), size;
    char buffer[8];

    NO_BYTES_AND(ReadFile(slot, buffer, sizeof(buffer), &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK(GetTickCount() - start >= 900);
    CHECK(CloseHandle(slot));
}

static DWORD WINAPI write_later(LPVOID client)
{
    Sleep(1000);
    return (DWORD)write_text((HANDLE)client, "at last");
}

void b36(void)
{
    HANDLE slot = create_slot(SLOT("b36"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_client(SLOT("b36"));
    DWORD start = GetTickCount();
    HANDLE writer = CreateThread(NULL, 0, write_later, client, 0, NULL);

    CHECK(writer != NULL);
    CHECK(reads_text(slot, "at last"));
    CHECK(GetTickCount() - start >= 900);
    CHECK(WaitForSingleObject(writer, LONG_WAIT) == WAIT_OBJECT_0);
    CHECK(CloseHandle(writer) && CloseHandle(client) && CloseHandle(slot));
}

void b37(void)
{
    static const DWORD sizes[] = {1, 0, 63, 64, 65, 4096, 60000, 7};
    static char sent[60000], got[60000];
    HANDLE slot = create_slot(SLOT("b37"), 0, 0);
    HANDLE clients[2];
    DWORD size;
    int i;

    clients[0] = open_client(SLOT("b37"));
    clients[1] = open_client(SLOT("b37"));
    for (i = 0; i < 8; i++) {
        memset(sent, i, sizes[i]);
        CHECK(write_bytes(clients[i % 2], sent, sizes[i]));
    }
    for (i = 0; i < 8; i++) {
        memset(sent, i, sizes[i]);
        size = 0xDEAD;
        CHECK(ReadFile(slot, got, sizeof(got), &size, NULL));
        CHECK(size == sizes[i]);
        CHECK(memcmp(got, sent, sizes[i]) == 0);
    }
    CHECK(CloseHandle(clients[0]) && CloseHandle(clients[1]) && CloseHandle(slot));
}

void b38(void)
{
    HANDLE slot = create_slot(SLOT("b38"), 0, 0);
    HANDLE client = open_client(SLOT("b38"));

    CHECK(write_text(client, "one"));
    CHECK(write_text(client, "two"));
    CHECK(write_text(client, "three"));
    CHECK(reads_text(slot, "one"));
    CHECK(reads_text(slot, "two"));
    CHECK(reads_text(slot, "three"));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b39(void)
{
    HANDLE slot = create_slot(SLOT("b39"), 0, 0);
    HANDLE client = open_client(SLOT("b39"));
    char buffer[8] = "before";
    DWORD size;

    CHECK(write_text(client, "hello"));
    CHECK(write_text(client, "next"));
    NO_BYTES_AND(ReadFile(slot, buffer, 4, &size, NULL), ERROR_INSUFFICIENT_BUFFER);
    CHECK(memcmp(buffer, "before", 6) == 0);
    CHECK(queue_is(slot, 5, 2));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b40(void)
{
    HANDLE slot = create_slot(SLOT("b40"), 0, 0);
    HANDLE client = open_client(SLOT("b40"));
    char buffer[4];
    DWORD size;

    CHECK(write_text(client, "hello"));
    CHECK_FAILS(ReadFile(slot, buffer, sizeof(buffer), &size, NULL), ERROR_INSUFFICIENT_BUFFER);
    CHECK(reads_text(slot, "hello"));
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b41(void)
{
    HANDLE slot = create_slot(SLOT("b41"), 0, 0);
    HANDLE client = open_client(SLOT("b41"));

    CHECK(write_text(client, ""));
    CHECK(reads_text(slot, ""));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b42(void)
{
    HANDLE slot = create_slot(SLOT("b42"), 0, 0);
    HANDLE client = open_client(SLOT("b42"));
    char buffer[1];
    DWORD size = 0xDEAD;

    CHECK(write_text(client, ""));
    CHECK(ReadFile(slot, buffer, 0, &size, NULL) && size == 0);
    CHECK(write_text(client, "x"));
    NO_BYTES_AND(ReadFile(slot, buffer, 0, &size, NULL), ERROR_INSUFFICIENT_BUFFER);
    CHECK(reads_text(slot, "x"));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b43(void)
{
    char buffer[8];
    DWORD size;

    NO_BYTES_AND(ReadFile(INVALID_HANDLE_VALUE, buffer, sizeof(buffer), &size, NULL), ERROR_INVALID_HANDLE);
}

void b44(void)
{
    HANDLE slot = create_slot(SLOT("b44"), 0, 0);
    HANDLE both = open_with(SLOT("b44"), GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0);
    HANDLE writer = open_client(SLOT("b44"));
    char buffer[8];
    DWORD size;

    CHECK(both != NO_HANDLE);
    NO_BYTES_AND(ReadFile(both, buffer, sizeof(buffer), &size, NULL), ERROR_INVALID_PARAMETER);
    NO_BYTES_AND(ReadFile(writer, buffer, sizeof(buffer), &size, NULL), ERROR_ACCESS_DENIED);
    CHECK(write_text(writer, "hello"));
    NO_BYTES_AND(ReadFile(both, buffer, sizeof(buffer), &size, NULL), ERROR_INVALID_PARAMETER);
    CHECK(queue_is(slot, 5, 1));
    CHECK(CloseHandle(both) && CloseHandle(writer) && CloseHandle(slot));
}

void b45(void)
{
    HANDLE slot = create_slot(SLOT("b45"), 0, 0);
    HANDLE client = open_client(SLOT("b45"));
    char buffer[8] = "";

    CHECK(write_text(client, "hello"));
    CHECK(ReadFile(slot, buffer, sizeof(buffer), NULL, NULL));
    CHECK(memcmp(buffer, "hello", 5) == 0);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b58(void)
{
    HANDLE slot = create_slot(SLOT("b58"), 0, 0);
    HANDLE client = open_client(SLOT("b58"));
    char buffer[8];
    DWORD size = 0xDEAD;

    CHECK(write_text(client, "hello"));
    CHECK_SUCCEEDS(ReadFile(slot, buffer, sizeof(buffer), &size, NULL));
    CHECK(size == 5);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b59(void)
{
    HANDLE slot = create_slot(SLOT("b59"), 0, 0);
    HANDLE client = open_client(SLOT("b59"));
    char buffer[8];
    DWORD size;

    NO_BYTES_AND(ReadFile(slot, buffer, sizeof(buffer), &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK(write_text(client, "hello"));
    NO_BYTES_AND(ReadFile(slot, buffer, 4, &size, NULL), ERROR_INSUFFICIENT_BUFFER);
    CHECK(queue_is(slot, 5, 1));
    NO_BYTES_AND(ReadFile(slot, NULL, 64, &size, NULL), GUESS_READ_NULL_BUFFER_ERROR);
    CHECK(queue_is(slot, 5, 1));
    CHECK(reads_text(slot, "hello"));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}
