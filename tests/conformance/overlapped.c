/* Overlapped reads: B46 to B57, B60, B61. */
#include "suite.h"

/* A slot, a client of it, and two reads with an event each. */
typedef struct {
    HANDLE slot;
    HANDLE client;
    HANDLE event[2];
    operation read[2];
} stage;

static void set_up(stage *on, const char *name, DWORD timeout_ms)
{
    int i;

    on->slot = create_slot(name, 0, timeout_ms);
    on->client = open_client(name);
    for (i = 0; i < 2; i++) {
        on->event[i] = new_event();
        prepare(&on->read[i], on->event[i]);
    }
}

static void tear_down(stage *on)
{
    CHECK(CloseHandle(on->client) && CloseHandle(on->slot));
    CHECK(CloseHandle(on->event[0]) && CloseHandle(on->event[1]));
}

static BOOL is_pending(stage *on, int read)
{
    return WaitForSingleObject(on->event[read], SHORT_WAIT) == WAIT_TIMEOUT;
}

void b46(void)
{
    stage on;

    set_up(&on, SLOT("b46"), MAILSLOT_WAIT_FOREVER);
    CHECK(SetEvent(on.event[0]));
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK(!HasOverlappedIoCompleted(&on.read[0].overlapped));
    CHECK(!is_signalled(on.event[0]));
    CHECK(write_text(on.client, "hello"));
    CHECK(WaitForSingleObject(on.event[0], LONG_WAIT) == WAIT_OBJECT_0);
    CHECK(completes(on.slot, &on.read[0], 0, 5));
    CHECK(memcmp(on.read[0].buffer, "hello", 5) == 0);
    CHECK(on.read[0].overlapped.Internal == 0 && on.read[0].overlapped.InternalHigh == 5);
    tear_down(&on);
}

void b47(void)
{
    stage on;

    set_up(&on, SLOT("b47"), MAILSLOT_WAIT_FOREVER);
    prepare(&on.read[0], NULL);
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK(WaitForSingleObject(on.slot, SHORT_WAIT) == WAIT_TIMEOUT);
    CHECK(write_text(on.client, "hello"));
    CHECK(WaitForSingleObject(on.slot, LONG_WAIT) == WAIT_OBJECT_0);
    CHECK(completes(on.slot, &on.read[0], 0, 5));
    tear_down(&on);
}

void b48(void)
{
    stage on;
    DWORD start;

    set_up(&on, SLOT("b48"), 300);
    start = GetTickCount();
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK(completes(on.slot, &on.read[0], ERROR_SEM_TIMEOUT, 0));
    CHECK(GetTickCount() - start >= 250);
    CHECK(is_signalled(on.event[0]));
    tear_down(&on);
}

void b49(void)
{
    stage on;
    DWORD size = 0xDEAD;

    set_up(&on, SLOT("b49"), MAILSLOT_WAIT_FOREVER);
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK_FAILS(GetOverlappedResult(on.slot, &on.read[0].overlapped, &size, FALSE), ERROR_IO_INCOMPLETE);
    CHECK(write_text(on.client, "hello"));
    CHECK(completes(on.slot, &on.read[0], 0, 5));
    tear_down(&on);
}

void b50(void)
{
    stage on;

    set_up(&on, SLOT("b50"), MAILSLOT_WAIT_FOREVER);
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK(read_pends(on.slot, &on.read[1]));
    CHECK(write_text(on.client, "1"));
    CHECK(write_text(on.client, "22"));
    CHECK(completes(on.slot, &on.read[0], 0, 1));
    CHECK(completes(on.slot, &on.read[1], 0, 2));
    tear_down(&on);
}

void b51(void)
{
    stage on;

    set_up(&on, SLOT("b51"), MAILSLOT_WAIT_FOREVER);
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK(read_pends(on.slot, &on.read[1]));
    CHECK(write_text(on.client, "1"));
    CHECK(completes(on.slot, &on.read[0], 0, 1));
    CHECK(is_pending(&on, 1));
    CHECK(write_text(on.client, "22"));
    CHECK(completes(on.slot, &on.read[1], 0, 2));
    tear_down(&on);
}

void b52(void)
{
    stage on;

    set_up(&on, SLOT("b52"), 200);
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK(SetMailslotInfo(on.slot, MAILSLOT_WAIT_FOREVER));
    CHECK(read_pends(on.slot, &on.read[1]));
    CHECK(completes(on.slot, &on.read[0], ERROR_SEM_TIMEOUT, 0));
    CHECK(is_pending(&on, 1));
    CHECK(write_text(on.client, "hello"));
    CHECK(completes(on.slot, &on.read[1], 0, 5));
    tear_down(&on);
}

void b53(void)
{
    stage on;

    set_up(&on, SLOT("b53"), MAILSLOT_WAIT_FOREVER);
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK(SetMailslotInfo(on.slot, 100));
    CHECK(WaitForSingleObject(on.event[0], 500) == WAIT_TIMEOUT);
    CHECK(write_text(on.client, "hello"));
    CHECK(completes(on.slot, &on.read[0], 0, 5));
    tear_down(&on);
}

void b54(void)
{
    stage on;

    set_up(&on, SLOT("b54"), 200);
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK(SetMailslotInfo(on.slot, MAILSLOT_WAIT_FOREVER));
    CHECK(completes(on.slot, &on.read[0], ERROR_SEM_TIMEOUT, 0));
    tear_down(&on);
}

void b55(void)
{
    stage on;

    set_up(&on, SLOT("b55"), MAILSLOT_WAIT_FOREVER);
    CHECK(CancelIo(on.slot));
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK(CancelIo(on.slot));
    CHECK(completes(on.slot, &on.read[0], ERROR_OPERATION_ABORTED, 0));
    CHECK(write_text(on.client, "hello"));
    CHECK(reads_text(on.slot, "hello"));
    tear_down(&on);
}

void b56(void)
{
    stage on;

    set_up(&on, SLOT("b56"), MAILSLOT_WAIT_FOREVER);
    CHECK_FAILS(CancelIoEx(on.slot, NULL), ERROR_NOT_FOUND);
    CHECK_FAILS(CancelIoEx(on.slot, &on.read[0].overlapped), ERROR_NOT_FOUND);
    tear_down(&on);
}

void b57(void)
{
    stage on;

    set_up(&on, SLOT("b57"), 0);
    CHECK(write_text(on.client, "hello"));
    on.read[0].overlapped.Offset = 1000;
    on.read[0].overlapped.OffsetHigh = 1;
    CHECK(ReadFile(on.slot, on.read[0].buffer, sizeof(on.read[0].buffer), NULL, &on.read[0].overlapped) ||
          GetLastError() == ERROR_IO_PENDING);
    CHECK(completes(on.slot, &on.read[0], 0, 5));
    CHECK(memcmp(on.read[0].buffer, "hello", 5) == 0);
    tear_down(&on);
}

void b60(void)
{
    stage on;

    set_up(&on, SLOT("b60"), MAILSLOT_WAIT_FOREVER);
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK(CloseHandle(on.slot));
    CHECK(WaitForSingleObject(on.event[0], LONG_WAIT) == WAIT_OBJECT_0);
    CHECK(completes(NULL, &on.read[0], GUESS_READ_PENDING_AT_CLOSE_ERROR, 0));
    CHECK(CloseHandle(on.client) && CloseHandle(on.event[0]) && CloseHandle(on.event[1]));
}

/* The port has a packet of this operation. */
static BOOL port_has(HANDLE port, ULONG_PTR key, operation *done, DWORD size)
{
    DWORD found_size = 0xDEAD;
    ULONG_PTR found_key = 0xDEAD;
    OVERLAPPED *found = NULL;

    return GetQueuedCompletionStatus(port, &found_size, &found_key, &found, LONG_WAIT) && found_size == size &&
           found_key == key && found == &done->overlapped;
}

void b61(void)
{
    stage on;
    HANDLE port;
    DWORD size;
    ULONG_PTR key;
    OVERLAPPED *none = NULL;

    set_up(&on, SLOT("b61"), MAILSLOT_WAIT_FOREVER);
    port = CreateIoCompletionPort(on.slot, NULL, 42, 0);
    CHECK(port != NULL);
    prepare(&on.read[0], NULL);
    prepare(&on.read[1], NULL);
    CHECK(read_pends(on.slot, &on.read[0]));
    CHECK(write_text(on.client, "hello"));
    CHECK(port_has(port, 42, &on.read[0], 5));
    /* A message that is there already makes a packet too. */
    CHECK(write_text(on.client, "abc"));
    CHECK(ReadFile(on.slot, on.read[1].buffer, sizeof(on.read[1].buffer), NULL, &on.read[1].overlapped) ||
          GetLastError() == ERROR_IO_PENDING);
    CHECK(port_has(port, 42, &on.read[1], 3));
    CHECK_FAILS(GetQueuedCompletionStatus(port, &size, &key, &none, SHORT_WAIT), WAIT_TIMEOUT);
    CHECK(none == NULL);
    tear_down(&on);
    CHECK(CloseHandle(port));
}
