/* Completion routines in alertable waits, and completion ports. */
#include <threads.h>
#include <windows.h>

#include "slots.h"
#include "tap.h"

#define LONG_WAIT 20000

static DWORD calls, call_error, call_bytes, call_thread;
static LPOVERLAPPED call_overlapped;

static void CALLBACK routine(DWORD error, DWORD bytes, LPOVERLAPPED overlapped)
{
    calls++;
    call_error = error;
    call_bytes = bytes;
    call_overlapped = overlapped;
    call_thread = GetCurrentThreadId();
}

static void clear(OVERLAPPED *overlapped)
{
    memset(overlapped, 0, sizeof(*overlapped));
    overlapped->hEvent = (HANDLE)(ULONG_PTR)0x12345;
    calls = 0;
}

/* The next alertable wait makes one call, with this outcome. */
static BOOL called(OVERLAPPED *overlapped, DWORD error, DWORD bytes)
{
    return calls == 0 && SleepEx(LONG_WAIT, TRUE) == WAIT_IO_COMPLETION && calls == 1 && call_error == error &&
           call_bytes == bytes && call_overlapped == overlapped && overlapped->hEvent == (HANDLE)(ULONG_PTR)0x12345;
}

static void b62_to_b69_read_file_ex(void)
{
    HANDLE slot = create(SLOT("rfx"), 0, 0);
    HANDLE client = open_writer(SLOT("rfx"));
    OVERLAPPED overlapped;
    char buffer[64];

    clear(&overlapped);
    CHECK_FAILS(ReadFileEx(slot, buffer, 64, &overlapped, routine), ERROR_SEM_TIMEOUT);
    CHECK(write_text(client, "hello"));
    CHECK_FAILS(ReadFileEx(slot, buffer, 4, &overlapped, routine), ERROR_INSUFFICIENT_BUFFER);
    CHECK_FAILS(ReadFileEx(slot, buffer, 64, NULL, routine), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(ReadFileEx(client, buffer, 64, &overlapped, routine), ERROR_ACCESS_DENIED);
    CHECK_FAILS(ReadFileEx(INVALID_HANDLE_VALUE, buffer, 64, &overlapped, routine), ERROR_INVALID_HANDLE);
    CHECK(SleepEx(10, TRUE) == 0 && calls == 0);
    /* Also a message that is there is told by a call. */
    SetLastError(0xBEEF);
    CHECK(ReadFileEx(slot, buffer, 64, &overlapped, routine) && GetLastError() == 0);
    CHECK(SleepEx(10, FALSE) == 0 && calls == 0);
    CHECK(called(&overlapped, 0, 5) && memcmp(buffer, "hello", 5) == 0);
    CHECK(call_thread == GetCurrentThreadId());
    /* A timeout and a cancellation. */
    CHECK(SetMailslotInfo(slot, 50));
    clear(&overlapped);
    CHECK(ReadFileEx(slot, buffer, 64, &overlapped, routine) && called(&overlapped, ERROR_SEM_TIMEOUT, 0));
    CHECK(SetMailslotInfo(slot, MAILSLOT_WAIT_FOREVER));
    clear(&overlapped);
    CHECK(ReadFileEx(slot, buffer, 64, &overlapped, routine));
    CHECK(CancelIo(slot) && called(&overlapped, ERROR_OPERATION_ABORTED, 0));
    /* No routine. */
    clear(&overlapped);
    CHECK(write_text(client, "x") && ReadFileEx(slot, buffer, 64, &overlapped, NULL));
    CHECK(SleepEx(10, TRUE) == WAIT_IO_COMPLETION && calls == 0);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b79_write_file_ex(void)
{
    HANDLE slot = create(SLOT("wfx"), 10, 0);
    HANDLE client = open_writer(SLOT("wfx"));
    OVERLAPPED overlapped;

    clear(&overlapped);
    CHECK(WriteFileEx(client, "abc", 3, &overlapped, routine));
    CHECK(reads_text(slot, "abc"));
    CHECK(called(&overlapped, 0, 3));
    clear(&overlapped);
    CHECK_FAILS(WriteFileEx(client, "0123456789a", 11, &overlapped, routine), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(WriteFileEx(client, "abc", 3, NULL, routine), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(WriteFileEx(slot, "abc", 3, &overlapped, routine), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(slot));
    CHECK_FAILS(WriteFileEx(client, "abc", 3, &overlapped, routine), ERROR_HANDLE_EOF);
    CHECK(SleepEx(10, TRUE) == 0 && calls == 0);
    CHECK(CloseHandle(client));
}

/* A server that issues its next read in the completion routine of the last one. */
static HANDLE chain_slot;
static char chain_buffer[64], chain_seen[64];
static DWORD chain_length;

static void CALLBACK chain(DWORD error, DWORD bytes, LPOVERLAPPED overlapped)
{
    if (error == 0) {
        memcpy(chain_seen + chain_length, chain_buffer, bytes);
        chain_length += bytes;
        CHECK(ReadFileEx(chain_slot, chain_buffer, sizeof(chain_buffer), overlapped, chain));
    }
}

static void reads_in_routines(void)
{
    static OVERLAPPED overlapped;
    HANDLE client;

    chain_slot = create(SLOT("chain"), 0, MAILSLOT_WAIT_FOREVER);
    client = open_writer(SLOT("chain"));
    CHECK(ReadFileEx(chain_slot, chain_buffer, sizeof(chain_buffer), &overlapped, chain));
    CHECK(write_text(client, "a") && SleepEx(LONG_WAIT, TRUE) == WAIT_IO_COMPLETION);
    CHECK(write_text(client, "b") && write_text(client, "c"));
    while (chain_length < 3)
        CHECK(SleepEx(LONG_WAIT, TRUE) == WAIT_IO_COMPLETION);
    CHECK(chain_length == 3 && memcmp(chain_seen, "abc", 3) == 0);
    CHECK(CancelIo(chain_slot) && SleepEx(LONG_WAIT, TRUE) == WAIT_IO_COMPLETION);
    CHECK(CloseHandle(client) && CloseHandle(chain_slot));
}

static int write_later(void *slot)
{
    HANDLE client = open_writer(SLOT("alert"));

    (void)slot;
    Sleep(50);
    return write_text(client, "x") && CloseHandle(client);
}

static void alertable_waits_of_every_kind(void)
{
    HANDLE slot = create(SLOT("alert"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
    OVERLAPPED overlapped;
    char buffer[8];
    int kind;

    for (kind = 0; kind < 4; kind++) {
        thrd_t thread;
        DWORD result = 0xDEAD;

        clear(&overlapped);
        CHECK(ReadFileEx(slot, buffer, sizeof(buffer), &overlapped, routine));
        CHECK(thrd_create(&thread, write_later, NULL) == thrd_success);
        if (kind == 0)
            result = SleepEx(INFINITE, TRUE);
        if (kind == 1)
            result = WaitForSingleObjectEx(event, LONG_WAIT, TRUE);
        if (kind == 2)
            result = WaitForMultipleObjectsEx(1, &event, TRUE, LONG_WAIT, TRUE);
        if (kind == 3) {
            HANDLE other = CreateEvent(NULL, TRUE, FALSE, NULL);
            result = SignalObjectAndWait(other, event, LONG_WAIT, TRUE);
            CHECK(WaitForSingleObject(other, 0) == WAIT_OBJECT_0 && CloseHandle(other));
        }
        CHECK(result == WAIT_IO_COMPLETION && calls == 1 && call_bytes == 1);
        CHECK(thrd_join(thread, NULL) == thrd_success);
    }
    /* Nothing is signalled if there is nothing to wait for. */
    CHECK(SignalObjectAndWait(event, NULL, 0, FALSE) == WAIT_FAILED && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(WaitForSingleObject(event, 0) == WAIT_TIMEOUT);
    CHECK(CloseHandle(event) && CloseHandle(slot));
}

static int wait_for_event(void *event)
{
    return WaitForSingleObject((HANDLE)event, LONG_WAIT) == WAIT_OBJECT_0;
}

static void a_waiter_sees_an_event_that_is_set_and_reset(void)
{
    HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
    int round;

    for (round = 0; round < 5; round++) {
        thrd_t thread;
        int good = 0;

        CHECK(thrd_create(&thread, wait_for_event, event) == thrd_success);
        Sleep(100);
        CHECK(SetEvent(event) && ResetEvent(event));
        CHECK(thrd_join(thread, &good) == thrd_success && good);
    }
    CHECK(CloseHandle(event));
}

/* The next packet. */
static BOOL packet(HANDLE port, DWORD bytes, ULONG_PTR key, OVERLAPPED *overlapped)
{
    DWORD found_bytes = 77;
    ULONG_PTR found_key = 77;
    OVERLAPPED *found = NULL;

    return GetQueuedCompletionStatus(port, &found_bytes, &found_key, &found, LONG_WAIT) && found_bytes == bytes &&
           found_key == key && found == overlapped;
}

static BOOL no_packet(HANDLE port)
{
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *found = (OVERLAPPED *)&bytes;

    return !GetQueuedCompletionStatus(port, &bytes, &key, &found, 20) && GetLastError() == WAIT_TIMEOUT && found == NULL;
}

static void b61_completion_port(void)
{
    HANDLE slot = create(SLOT("port"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("port"));
    HANDLE port = CreateIoCompletionPort(slot, NULL, 42, 0);
    OVERLAPPED overlapped, *found = NULL;
    HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
    char buffer[64];
    DWORD bytes;
    ULONG_PTR key;

    CHECK(port != NULL);
    memset(&overlapped, 0, sizeof(overlapped));
    CHECK_FAILS(ReadFile(slot, buffer, 64, NULL, &overlapped), ERROR_IO_PENDING);
    CHECK(no_packet(port));
    CHECK(write_text(client, "abc") && packet(port, 3, 42, &overlapped));
    /* At once: a packet as well, and just one. */
    CHECK(write_text(client, "ab") && ReadFile(slot, buffer, 64, NULL, &overlapped));
    CHECK(packet(port, 2, 42, &overlapped) && no_packet(port));
    /* What fails at once gives none. */
    CHECK(SetMailslotInfo(slot, 0));
    CHECK_FAILS(ReadFile(slot, buffer, 64, NULL, &overlapped), ERROR_SEM_TIMEOUT);
    CHECK(no_packet(port));
    /* What fails later gives one. */
    CHECK(SetMailslotInfo(slot, 50));
    CHECK_FAILS(ReadFile(slot, buffer, 64, NULL, &overlapped), ERROR_IO_PENDING);
    CHECK_FAILS(GetQueuedCompletionStatus(port, &bytes, &key, &found, LONG_WAIT), ERROR_SEM_TIMEOUT);
    CHECK(found == &overlapped && key == 42 && bytes == 0);
    /* The low bit of the event forbids it. */
    overlapped.hEvent = (HANDLE)((ULONG_PTR)event | 1);
    CHECK(write_text(client, "x") && ReadFile(slot, buffer, 64, NULL, &overlapped));
    CHECK(WaitForSingleObject(event, 0) == WAIT_OBJECT_0 && no_packet(port));
    CHECK_FAILS(ReadFileEx(slot, buffer, 64, &overlapped, routine), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateIoCompletionPort(slot, port, 1, 0) != NULL, ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateIoCompletionPort(client, port, 1, 0) != NULL, ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateIoCompletionPort(event, port, 1, 0) != NULL, ERROR_INVALID_HANDLE);
    CHECK_FAILS(CreateIoCompletionPort(INVALID_HANDLE_VALUE, port, 1, 0) != NULL, ERROR_INVALID_PARAMETER);
    CHECK_FAILS(no_packet(event), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(event) && CloseHandle(port) && CloseHandle(client) && CloseHandle(slot));
}

static void packets_of_the_program(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 4);
    HANDLE slot = create(SLOT("own"), 0, 0);
    HANDLE client = CreateFile(SLOT("own"), GENERIC_WRITE, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    OVERLAPPED overlapped;
    OVERLAPPED_ENTRY entries[4];
    ULONG count = 77;

    CHECK(CreateIoCompletionPort(client, port, 7, 0) == port);
    memset(&overlapped, 0, sizeof(overlapped));
    CHECK(PostQueuedCompletionStatus(port, 1, 2, NULL) && packet(port, 1, 2, NULL));
    CHECK(PostQueuedCompletionStatus(port, 5, 6, &overlapped));
    CHECK(WriteFile(client, "abc", 3, NULL, &overlapped));
    CHECK(GetQueuedCompletionStatusEx(port, entries, 4, &count, LONG_WAIT, FALSE) && count == 2);
    CHECK(entries[0].lpCompletionKey == 6 && entries[0].dwNumberOfBytesTransferred == 5);
    CHECK(entries[1].lpCompletionKey == 7 && entries[1].dwNumberOfBytesTransferred == 3);
    CHECK_FAILS(GetQueuedCompletionStatusEx(port, entries, 4, &count, 10, TRUE), WAIT_TIMEOUT);
    CHECK(CloseHandle(client) && CloseHandle(slot) && CloseHandle(port));
}

static int close_later(void *port)
{
    Sleep(50);
    return CloseHandle((HANDLE)port);
}

static void closing_a_port_ends_waits(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    thrd_t thread;
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *found;

    CHECK(thrd_create(&thread, close_later, port) == thrd_success);
    CHECK_FAILS(GetQueuedCompletionStatus(port, &bytes, &key, &found, INFINITE), ERROR_ABANDONED_WAIT_0);
    CHECK(found == NULL && thrd_join(thread, NULL) == thrd_success);
}

/* Many threads take packets of many reads: each message comes once. */
#define WORKERS 4
#define MESSAGES 2000
static HANDLE crowd_port, crowd_slot;
static DWORD crowd_seen[MESSAGES];

typedef struct {
    OVERLAPPED overlapped;
    DWORD number;
} CROWD_READ;

static int work(void *nothing)
{
    static CROWD_READ reads[WORKERS];
    static int next;
    CROWD_READ *own = &reads[__atomic_fetch_add(&next, 1, __ATOMIC_RELAXED)];
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *found;

    (void)nothing;
    if (!ReadFile(crowd_slot, &own->number, sizeof(DWORD), NULL, &own->overlapped) && GetLastError() != ERROR_IO_PENDING)
        return 0;
    for (;;) {
        BOOL result = GetQueuedCompletionStatus(crowd_port, &bytes, &key, &found, LONG_WAIT);
        CROWD_READ *read = (CROWD_READ *)found;
        if (found == NULL)
            return result;
        /* Another thread has ended, and its read with it. */
        if (!result)
            continue;
        __atomic_fetch_add(&crowd_seen[read->number], 1, __ATOMIC_RELAXED);
        if (!ReadFile(crowd_slot, &read->number, sizeof(DWORD), NULL, found) && GetLastError() != ERROR_IO_PENDING)
            return 0;
    }
}

static void many_threads_at_a_port(void)
{
    thrd_t threads[WORKERS];
    HANDLE client;
    DWORD i, lost = 0;
    int result;

    crowd_slot = create(SLOT("crowd"), 0, MAILSLOT_WAIT_FOREVER);
    crowd_port = CreateIoCompletionPort(crowd_slot, NULL, 1, 0);
    client = open_writer(SLOT("crowd"));
    for (i = 0; i < WORKERS; i++)
        CHECK(thrd_create(&threads[i], work, NULL) == thrd_success);
    for (i = 0; i < MESSAGES; i++)
        CHECK(write_bytes(client, &i, sizeof(i)));
    for (i = 0; i < 200 && !queue_is(crowd_slot, MAILSLOT_NO_MESSAGE, 0); i++)
        Sleep(10);
    Sleep(50);
    for (i = 0; i < WORKERS; i++)
        CHECK(PostQueuedCompletionStatus(crowd_port, 0, 0, NULL));
    for (i = 0; i < WORKERS; i++)
        CHECK(thrd_join(threads[i], &result) == thrd_success && result);
    for (i = 0; i < MESSAGES; i++)
        lost += crowd_seen[i] != 1;
    CHECK(lost == 0);
    CHECK(CloseHandle(client) && CloseHandle(crowd_slot) && CloseHandle(crowd_port));
}

int main(void)
{
    tap_run("B62 to B69 ReadFileEx", b62_to_b69_read_file_ex);
    tap_run("B79 WriteFileEx", b79_write_file_ex);
    tap_run("a routine starts the next read", reads_in_routines);
    tap_run("alertable waits of every kind make calls", alertable_waits_of_every_kind);
    tap_run("a waiter sees an event that is set and reset", a_waiter_sees_an_event_that_is_set_and_reset);
    tap_run("B61 a completion port", b61_completion_port);
    tap_run("packets of the program, and several at once", packets_of_the_program);
    tap_run("closing a port ends waits", closing_a_port_ends_waits);
    tap_run("many threads at a port", many_threads_at_a_port);
    return tap_end();
}
