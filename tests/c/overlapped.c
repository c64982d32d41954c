/* Asynchronous reads and writes: events, the handle's own state, cancelling, closing, threads that end. */
#include <stdlib.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>
#include <windows.h>

#include "slots.h"
#include "tap.h"

#define LONG_WAIT 20000
/* What a wait that should not end is given. */
#define SHORT_WAIT 100

typedef struct {
    OVERLAPPED overlapped;
    char buffer[64];
} READ;

static void prepare(READ *read, HANDLE event)
{
    memset(read, 0, sizeof(*read));
    read->overlapped.Internal = 0xAAAA;
    read->overlapped.InternalHigh = 0xBBBB;
    read->overlapped.Offset = 1000;
    read->overlapped.hEvent = event;
}

static BOOL start(HANDLE slot, READ *read, HANDLE event, DWORD size)
{
    DWORD count = 77;
    BOOL result;

    prepare(read, event);
    result = ReadFile(slot, read->buffer, size, &count, &read->overlapped);
    CHECK(result || count == 0);
    return result;
}

/* The read has not found anything and pends. */
#define CHECK_PENDS(slot, read, event, size)                                                                           \
    do {                                                                                                               \
        CHECK_FAILS(start(slot, read, event, size), ERROR_IO_PENDING);                                                 \
        CHECK(!HasOverlappedIoCompleted(&(read)->overlapped));                                                         \
    } while (0)

/* The read has ended, or ends, with this text. */
static BOOL ended_with(HANDLE slot, READ *read, const char *text)
{
    DWORD size = 0xDEAD;

    return GetOverlappedResult(slot, &read->overlapped, &size, TRUE) && size == strlen(text) &&
           memcmp(read->buffer, text, size) == 0;
}

/* The read has ended, or ends, with this error. */
static BOOL failed_with(HANDLE slot, READ *read, DWORD error)
{
    DWORD size = 0xDEAD;

    SetLastError(0xBEEF);
    return !GetOverlappedResult(slot, &read->overlapped, &size, TRUE) && GetLastError() == error && size == 0;
}

static HANDLE manual_event(void)
{
    return CreateEvent(NULL, TRUE, FALSE, NULL);
}

static DWORD state(HANDLE object)
{
    return WaitForSingleObject(object, 0);
}

static void b46_event(void)
{
    HANDLE slot = create(SLOT("b46"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("b46"));
    HANDLE event = manual_event();
    READ read;
    DWORD size = 0;

    CHECK(SetEvent(event));
    CHECK_PENDS(slot, &read, event, 64);
    CHECK(state(event) == WAIT_TIMEOUT);
    CHECK_FAILS(GetOverlappedResult(slot, &read.overlapped, &size, FALSE), ERROR_IO_INCOMPLETE);
    CHECK(write_text(client, "hello"));
    CHECK(WaitForSingleObject(event, LONG_WAIT) == WAIT_OBJECT_0);
    CHECK(HasOverlappedIoCompleted(&read.overlapped));
    CHECK(read.overlapped.Internal == 0 && read.overlapped.InternalHigh == 5);
    CHECK_SUCCEEDS(GetOverlappedResult(slot, &read.overlapped, &size, FALSE));
    CHECK(size == 5 && memcmp(read.buffer, "hello", 5) == 0);
    CHECK(CloseHandle(event) && CloseHandle(client) && CloseHandle(slot));
}

static void b47_handle_state(void)
{
    HANDLE slot = create(SLOT("b47"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("b47"));
    READ read;

    CHECK(state(slot) == WAIT_OBJECT_0);
    CHECK_PENDS(slot, &read, NULL, 64);
    CHECK(state(slot) == WAIT_TIMEOUT);
    CHECK(write_text(client, "x"));
    CHECK(WaitForSingleObject(slot, LONG_WAIT) == WAIT_OBJECT_0);
    CHECK(ended_with(slot, &read, "x"));
    /* Messages that arrive signal nothing. */
    CHECK_PENDS(slot, &read, NULL, 64);
    CHECK(CancelIo(slot) && failed_with(slot, &read, ERROR_OPERATION_ABORTED));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b48_timeout(void)
{
    HANDLE slot = create(SLOT("b48"), 0, 200);
    HANDLE event = manual_event();
    ULONGLONG begin = GetTickCount64();
    READ read;

    CHECK_PENDS(slot, &read, event, 64);
    CHECK(WaitForSingleObject(event, LONG_WAIT) == WAIT_OBJECT_0);
    CHECK(GetTickCount64() - begin >= 195);
    CHECK(failed_with(slot, &read, ERROR_SEM_TIMEOUT));
    CHECK((DWORD)read.overlapped.Internal == 0xC00000B5U);
    CHECK(CloseHandle(event) && CloseHandle(slot));
}

static void immediate_outcomes(void)
{
    HANDLE slot = create(SLOT("now"), 0, 0);
    HANDLE client = open_writer(SLOT("now"));
    HANDLE event = manual_event();
    READ read;

    /* Nothing there and no time to wait: at once, told by the return value alone. */
    CHECK(SetEvent(event));
    CHECK_FAILS(start(slot, &read, event, 64), ERROR_SEM_TIMEOUT);
    CHECK(!HasOverlappedIoCompleted(&read.overlapped) && read.overlapped.InternalHigh == 0xBBBB);
    CHECK(state(event) == WAIT_TIMEOUT);
    CHECK(write_text(client, "hello"));
    CHECK_FAILS(start(slot, &read, event, 4), ERROR_INSUFFICIENT_BUFFER);
    CHECK(state(event) == WAIT_TIMEOUT && queue_is(slot, 5, 1));
    CHECK_SUCCEEDS(start(slot, &read, event, 64));
    CHECK(state(event) == WAIT_OBJECT_0 && ended_with(slot, &read, "hello"));
    /* An event that is none. */
    prepare(&read, slot);
    CHECK_FAILS(ReadFile(slot, read.buffer, 64, NULL, &read.overlapped), ERROR_INVALID_HANDLE);
    prepare(&read, (HANDLE)(ULONG_PTR)0x7777770);
    CHECK_FAILS(ReadFile(slot, read.buffer, 64, NULL, &read.overlapped), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(event) && CloseHandle(client) && CloseHandle(slot));
}

static void b50_b51_b52_in_turn(void)
{
    HANDLE slot = create(SLOT("b50"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("b50"));
    HANDLE first_event = manual_event(), second_event = manual_event();
    READ first, second;

    CHECK_PENDS(slot, &first, first_event, 64);
    CHECK_PENDS(slot, &second, second_event, 64);
    CHECK(write_text(client, "1"));
    CHECK(WaitForSingleObject(first_event, LONG_WAIT) == WAIT_OBJECT_0);
    CHECK(WaitForSingleObject(second_event, SHORT_WAIT) == WAIT_TIMEOUT);
    CHECK(write_text(client, "22"));
    CHECK(ended_with(slot, &first, "1") && ended_with(slot, &second, "22"));
    /* One times out, the other one waits on. */
    CHECK(SetMailslotInfo(slot, 50));
    CHECK_PENDS(slot, &first, first_event, 64);
    CHECK(SetMailslotInfo(slot, MAILSLOT_WAIT_FOREVER));
    CHECK_PENDS(slot, &second, second_event, 64);
    CHECK(failed_with(slot, &first, ERROR_SEM_TIMEOUT));
    CHECK(state(second_event) == WAIT_TIMEOUT);
    CHECK(write_text(client, "333") && ended_with(slot, &second, "333"));
    CHECK(CloseHandle(first_event) && CloseHandle(second_event) && CloseHandle(client) && CloseHandle(slot));
}

static void small_buffer_lets_the_next_one_try(void)
{
    HANDLE slot = create(SLOT("small"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("small"));
    READ small, empty, large;

    CHECK_PENDS(slot, &small, NULL, 1);
    CHECK_PENDS(slot, &empty, NULL, 0);
    CHECK_PENDS(slot, &large, NULL, 64);
    CHECK(write_text(client, "xyz"));
    CHECK(failed_with(slot, &small, ERROR_INSUFFICIENT_BUFFER) && failed_with(slot, &empty, ERROR_INSUFFICIENT_BUFFER));
    CHECK(ended_with(slot, &large, "xyz"));
    /* None fits: the message stays. */
    CHECK_PENDS(slot, &small, NULL, 1);
    CHECK(write_text(client, "abc"));
    CHECK(failed_with(slot, &small, ERROR_INSUFFICIENT_BUFFER));
    CHECK(queue_is(slot, 3, 1) && reads_text(slot, "abc"));
    /* Nothing fits nothing. */
    CHECK_PENDS(slot, &empty, NULL, 0);
    CHECK(write_text(client, "") && ended_with(slot, &empty, ""));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static int read_in_thread(void *slot)
{
    return reads_text((HANDLE)slot, "second");
}

static void blocking_read_takes_its_turn(void)
{
    HANDLE slot = create(SLOT("turn"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("turn"));
    thrd_t thread;
    READ read;
    int good = 0;

    CHECK_PENDS(slot, &read, NULL, 64);
    CHECK(thrd_create(&thread, read_in_thread, slot) == thrd_success);
    Sleep(SHORT_WAIT);
    CHECK(write_text(client, "first") && write_text(client, "second"));
    CHECK(thrd_join(thread, &good) == thrd_success && good);
    CHECK(ended_with(slot, &read, "first"));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b53_b54_timeout_is_that_of_the_start(void)
{
    HANDLE slot = create(SLOT("b53"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE event = manual_event();
    READ read;

    CHECK_PENDS(slot, &read, event, 64);
    CHECK(SetMailslotInfo(slot, 50));
    CHECK(WaitForSingleObject(event, 300) == WAIT_TIMEOUT);
    CHECK(CancelIo(slot) && failed_with(slot, &read, ERROR_OPERATION_ABORTED));
    CHECK(SetMailslotInfo(slot, 150));
    CHECK_PENDS(slot, &read, event, 64);
    CHECK(SetMailslotInfo(slot, MAILSLOT_WAIT_FOREVER));
    CHECK(WaitForSingleObject(event, LONG_WAIT) == WAIT_OBJECT_0);
    CHECK(failed_with(slot, &read, ERROR_SEM_TIMEOUT));
    CHECK(CloseHandle(event) && CloseHandle(slot));
}

static void b55_b56_cancel(void)
{
    HANDLE slot = create(SLOT("b55"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("b55"));
    READ first, second;

    CHECK_SUCCEEDS(CancelIo(slot));
    CHECK_SUCCEEDS(CancelIo(client));
    CHECK_FAILS(CancelIo(INVALID_HANDLE_VALUE), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CancelIo(NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CancelIoEx(slot, NULL), ERROR_NOT_FOUND);
    CHECK_FAILS(CancelIoEx(NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK_PENDS(slot, &first, NULL, 64);
    CHECK_PENDS(slot, &second, NULL, 64);
    CHECK_SUCCEEDS(CancelIoEx(slot, &second.overlapped));
    CHECK(failed_with(slot, &second, ERROR_OPERATION_ABORTED));
    CHECK(!HasOverlappedIoCompleted(&first.overlapped));
    CHECK_FAILS(CancelIoEx(slot, &second.overlapped), ERROR_NOT_FOUND);
    CHECK_SUCCEEDS(CancelIoEx(slot, NULL));
    CHECK(failed_with(slot, &first, ERROR_OPERATION_ABORTED));
    CHECK((DWORD)first.overlapped.Internal == 0xC0000120U);
    CHECK(write_text(client, "not lost") && reads_text(slot, "not lost"));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static int cancel_in_thread(void *slot)
{
    return CancelIo((HANDLE)slot);
}

static void cancel_io_is_for_the_calling_thread(void)
{
    HANDLE slot = create(SLOT("mine"), 0, MAILSLOT_WAIT_FOREVER);
    thrd_t thread;
    READ read;
    int result = 0;

    CHECK_PENDS(slot, &read, NULL, 64);
    CHECK(thrd_create(&thread, cancel_in_thread, slot) == thrd_success);
    CHECK(thrd_join(thread, &result) == thrd_success && result);
    CHECK(!HasOverlappedIoCompleted(&read.overlapped));
    CHECK(CancelIo(slot) && HasOverlappedIoCompleted(&read.overlapped));
    CHECK(CloseHandle(slot));
}

static void b60_close(void)
{
    HANDLE slot = create(SLOT("b60"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE event = manual_event(), second = NULL;
    READ read;

    CHECK_PENDS(slot, &read, event, 64);
    CHECK(CloseHandle(slot));
    CHECK(state(event) == WAIT_OBJECT_0);
    CHECK(failed_with(slot, &read, ERROR_OPERATION_ABORTED));
    CHECK_FAILS(open_writer(SLOT("b60")) != NO_HANDLE, ERROR_FILE_NOT_FOUND);
    /* A duplicate keeps the read going, the last close ends it. */
    slot = create(SLOT("b60"), 0, MAILSLOT_WAIT_FOREVER);
    CHECK(DuplicateHandle(GetCurrentProcess(), slot, GetCurrentProcess(), &second, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK_PENDS(slot, &read, event, 64);
    CHECK(CloseHandle(slot));
    CHECK(WaitForSingleObject(event, SHORT_WAIT) == WAIT_TIMEOUT);
    {
        HANDLE client = open_writer(SLOT("b60"));
        CHECK(write_text(client, "through the duplicate") && ended_with(second, &read, "through the duplicate"));
        CHECK(CloseHandle(client));
    }
    CHECK_PENDS(second, &read, event, 64);
    CHECK(CloseHandle(second));
    CHECK(state(event) == WAIT_OBJECT_0 && failed_with(second, &read, ERROR_OPERATION_ABORTED));
    CHECK(CloseHandle(event));
}

static READ left_behind;

static int pend_and_end(void *slot)
{
    READ on_stack;
    HANDLE event = manual_event();

    prepare(&left_behind, event);
    prepare(&on_stack, event);
    if (ReadFile((HANDLE)slot, left_behind.buffer, 64, NULL, &left_behind.overlapped) || GetLastError() != ERROR_IO_PENDING)
        return 0;
    return !ReadFile((HANDLE)slot, on_stack.buffer, 64, NULL, &on_stack.overlapped) && GetLastError() == ERROR_IO_PENDING;
}

static void thread_end_cancels(void)
{
    HANDLE slot = create(SLOT("ended"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("ended"));
    thrd_t thread;
    int result = 0;

    CHECK(thrd_create(&thread, pend_and_end, slot) == thrd_success);
    CHECK(thrd_join(thread, &result) == thrd_success && result);
    CHECK(failed_with(slot, &left_behind, ERROR_OPERATION_ABORTED));
    CHECK(state(left_behind.overlapped.hEvent) == WAIT_OBJECT_0);
    CHECK(write_text(client, "for others") && reads_text(slot, "for others"));
    CHECK(CloseHandle(left_behind.overlapped.hEvent) && CloseHandle(client) && CloseHandle(slot));
}

static void b30_writes(void)
{
    HANDLE slot = create(SLOT("b30"), 10, MAILSLOT_WAIT_FOREVER);
    HANDLE client = CreateFile(SLOT("b30"), GENERIC_WRITE, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    HANDLE event = manual_event();
    READ write;
    DWORD size = 77;

    prepare(&write, event);
    CHECK_SUCCEEDS(WriteFile(client, "abc", 3, &size, &write.overlapped));
    CHECK(size == 3 && write.overlapped.Internal == 0 && write.overlapped.InternalHigh == 3);
    CHECK(state(event) == WAIT_OBJECT_0);
    CHECK_SUCCEEDS(GetOverlappedResult(client, &write.overlapped, &size, TRUE));
    prepare(&write, event);
    CHECK_FAILS(WriteFile(client, "0123456789a", 11, &size, &write.overlapped), ERROR_INVALID_PARAMETER);
    CHECK(size == 0 && state(event) == WAIT_TIMEOUT);
    CHECK(write_text(client, "plain"));
    CHECK(reads_text(slot, "abc") && reads_text(slot, "plain"));
    CHECK(CloseHandle(slot));
    prepare(&write, event);
    CHECK_FAILS(WriteFile(client, "abc", 3, &size, &write.overlapped), ERROR_HANDLE_EOF);
    CHECK(CloseHandle(event) && CloseHandle(client));
}

static void auto_reset_event(void)
{
    HANDLE slot = create(SLOT("auto"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("auto"));
    HANDLE event = CreateEvent(NULL, FALSE, FALSE, NULL);
    READ read;

    CHECK_PENDS(slot, &read, event, 64);
    CHECK(write_text(client, "a") && ended_with(slot, &read, "a"));
    CHECK_PENDS(slot, &read, event, 64);
    CHECK(write_text(client, "b"));
    CHECK(WaitForSingleObject(event, LONG_WAIT) == WAIT_OBJECT_0 && state(event) == WAIT_TIMEOUT);
    CHECK(ended_with(slot, &read, "b"));
    CHECK(CloseHandle(event) && CloseHandle(client) && CloseHandle(slot));
}

static void result_ex(void)
{
    HANDLE slot = create(SLOT("ex"), 0, MAILSLOT_WAIT_FOREVER);
    READ read;
    DWORD size;

    CHECK_PENDS(slot, &read, NULL, 64);
    CHECK_FAILS(GetOverlappedResultEx(slot, &read.overlapped, &size, 0, FALSE), ERROR_IO_INCOMPLETE);
    CHECK_FAILS(GetOverlappedResultEx(slot, &read.overlapped, &size, 50, TRUE), WAIT_TIMEOUT);
    CHECK_FAILS(GetOverlappedResult(slot, NULL, &size, FALSE), ERROR_INVALID_PARAMETER);
    CHECK(CancelIo(slot));
    CHECK_FAILS(GetOverlappedResultEx(slot, &read.overlapped, &size, 50, TRUE), ERROR_OPERATION_ABORTED);
    CHECK(CloseHandle(slot));
}

/* One thread ends the reads of all slots; a wait for any event tells which. */
#define SLOTS 60
static void many_slots(void)
{
    static READ reads[SLOTS];
    HANDLE slots[SLOTS], events[SLOTS];
    TCHAR name[] = SLOT("many00");
    DWORD i, done;

    for (i = 0; i < SLOTS; i++) {
        name[lstrlen(name) - 2] = (TCHAR)(TEXT('0') + i / 10);
        name[lstrlen(name) - 1] = (TCHAR)(TEXT('0') + i % 10);
        slots[i] = create(name, 0, MAILSLOT_WAIT_FOREVER);
        events[i] = manual_event();
        CHECK_PENDS(slots[i], &reads[i], events[i], 64);
    }
    for (done = 0; done < SLOTS; done++) {
        HANDLE client;
        DWORD next = done * 7 % SLOTS;
        name[lstrlen(name) - 2] = (TCHAR)(TEXT('0') + next / 10);
        name[lstrlen(name) - 1] = (TCHAR)(TEXT('0') + next % 10);
        client = open_writer(name);
        CHECK(write_text(client, "here") && CloseHandle(client));
        CHECK(WaitForMultipleObjects(SLOTS, events, FALSE, LONG_WAIT) == WAIT_OBJECT_0 + next);
        CHECK(ResetEvent(events[next]) && ended_with(slots[next], &reads[next], "here"));
    }
    for (i = 0; i < SLOTS; i++)
        CHECK(CloseHandle(slots[i]) && CloseHandle(events[i]));
}

/* Another thread writes; this one polls the status, and starts the next read with the same event at once. */
#define POLLED 200
static int write_polled(void *client)
{
    DWORD i;

    for (i = 0; i < POLLED; i++) {
        if (!write_text((HANDLE)client, "x"))
            return 0;
        if (i % 8 == 0)
            Sleep(1);
    }
    return 1;
}

static void an_event_is_set_before_its_read_is_done_with(void)
{
    HANDLE slot = create(SLOT("polled"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("polled"));
    HANDLE event = manual_event();
    thrd_t thread;
    READ read;
    DWORD i, stale = 0;
    int good = 0;

    CHECK(thrd_create(&thread, write_polled, client) == thrd_success);
    for (i = 0; i < POLLED; i++) {
        BOOL at_once = start(slot, &read, event, 64);
        if (!at_once && !HasOverlappedIoCompleted(&read.overlapped) && state(event) == WAIT_OBJECT_0)
            stale += !HasOverlappedIoCompleted(&read.overlapped);
        while (!HasOverlappedIoCompleted(&read.overlapped))
            thrd_yield();
    }
    CHECK(stale == 0);
    CHECK(thrd_join(thread, &good) == thrd_success && good);
    CHECK(CloseHandle(event) && CloseHandle(client) && CloseHandle(slot));
}

static void a_read_without_time_behind_one_that_pends(void)
{
    HANDLE slot = create(SLOT("behind"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("behind"));
    READ read;
    int i;

    for (i = 0; i < 60; i++) {
        CHECK(SetMailslotInfo(slot, MAILSLOT_WAIT_FOREVER));
        CHECK_PENDS(slot, &read, NULL, 64);
        CHECK(SetMailslotInfo(slot, 0));
        CHECK(write_text(client, "first") && write_text(client, "second"));
        CHECK(queue_is(slot, 6, 1));
        CHECK(reads_text(slot, "second") && ended_with(slot, &read, "first"));
    }
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static int read_until_cancelled(void *slot)
{
    char byte;
    DWORD size;

    return !ReadFile((HANDLE)slot, &byte, 1, &size, NULL) && GetLastError() == ERROR_OPERATION_ABORTED;
}

static void cancel_io_ex_ends_blocked_reads(void)
{
    HANDLE slot = create(SLOT("blocked"), 0, MAILSLOT_WAIT_FOREVER);
    thrd_t thread;
    int good = 0, i;

    CHECK(thrd_create(&thread, read_until_cancelled, slot) == thrd_success);
    for (i = 0; i < 2000 && !CancelIoEx(slot, NULL); i++)
        Sleep(10);
    CHECK(thrd_join(thread, &good) == thrd_success && good);
    CHECK(CloseHandle(slot));
}

/* A forked child has the slot, and none of its parent's reads or threads. */
static void a_fork_has_none_of_the_reads(void)
{
    HANDLE slot = create(SLOT("fork"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("fork"));
    READ read;
    int round, status = -1;

    for (round = 0; round < 8; round++) {
        pid_t child;

        CHECK_PENDS(slot, &read, NULL, 64);
        child = fork();
        if (child == 0) {
            HANDLE own = create(SLOT("fork\\own"), 0, MAILSLOT_WAIT_FOREVER);
            HANDLE writer = open_writer(SLOT("fork\\own"));
            READ own_read;
            BOOL good = !start(own, &own_read, NULL, 64) && GetLastError() == ERROR_IO_PENDING;

            good = good && write_text(writer, "child") && ended_with(own, &own_read, "child");
            good = good && SleepEx(0, TRUE) == 0 && CancelIo(slot) && CloseHandle(own) && CloseHandle(writer);
            /* No exit of its own: tools that look for leaks would look for what its parent's threads had. */
            execl(good ? "/bin/true" : "/bin/false", "end", (char *)NULL);
            _exit(2);
        }
        CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
        CHECK(write_text(client, "parent") && ended_with(slot, &read, "parent"));
    }
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

/* What runs at the end of a process may still end and await the main thread's reads. */
static HANDLE last_slot;
static READ last_read;

static void at_the_end(void)
{
    if (!CancelIo(last_slot) || !failed_with(last_slot, &last_read, ERROR_OPERATION_ABORTED) || !CloseHandle(last_slot))
        _exit(9);
}

static void pend_until_the_end(void)
{
    last_slot = create(SLOT("last"), 0, MAILSLOT_WAIT_FOREVER);
    CHECK_PENDS(last_slot, &last_read, NULL, 64);
    CHECK(atexit(at_the_end) == 0);
}

int main(void)
{
    tap_run("B46, B49 a read pends, and its event is set", b46_event);
    tap_run("B47 without an event the handle itself is signalled", b47_handle_state);
    tap_run("B48 a read that pends times out", b48_timeout);
    tap_run("what ends at once", immediate_outcomes);
    tap_run("B50, B51, B52 reads take turns and time out on their own", b50_b51_b52_in_turn);
    tap_run("a buffer that is too small lets the next read try", small_buffer_lets_the_next_one_try);
    tap_run("a blocking read takes its turn behind reads that pend", blocking_read_takes_its_turn);
    tap_run("B53, B54 the timeout is the one from the start", b53_b54_timeout_is_that_of_the_start);
    tap_run("B55, B56 cancelling", b55_b56_cancel);
    tap_run("CancelIo is for the calling thread's reads", cancel_io_is_for_the_calling_thread);
    tap_run("B60 the last close ends what pends", b60_close);
    tap_run("the end of a thread ends its reads", thread_end_cancels);
    tap_run("B30, B57 writes never pend", b30_writes);
    tap_run("auto-reset events", auto_reset_event);
    tap_run("GetOverlappedResultEx", result_ex);
    tap_run("reads pend on many slots", many_slots);
    tap_run("an event is set before its read is done with", an_event_is_set_before_its_read_is_done_with);
    tap_run("a read without time behind one that pends", a_read_without_time_behind_one_that_pends);
    tap_run("CancelIoEx ends blocked reads", cancel_io_ex_ends_blocked_reads);
    tap_run("a fork has none of the reads", a_fork_has_none_of_the_reads);
    tap_run("a read that pends at the end of the process", pend_until_the_end);
    return tap_end();
}
