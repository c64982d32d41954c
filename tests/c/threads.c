/* Many threads: on one handle, on handles of their own, and on handles that are nobody's. */
#include <stdlib.h>
#include <threads.h>
#include <windows.h>

#include "slots.h"
#include "tap.h"

#define THREADS 4
#define ROUNDS 3000

typedef struct {
    HANDLE handle;
    DWORD number;
} TASK;

typedef struct {
    DWORD thread;
    DWORD round;
} NOTE;

static int write_notes(void *argument)
{
    const TASK *task = (const TASK *)argument;
    NOTE note;

    note.thread = task->number;
    for (note.round = 0; note.round < ROUNDS; note.round++)
        if (!write_bytes(task->handle, &note, sizeof(note)))
            return 0;
    return 1;
}

/* Starts `work` in all threads and tells in how many it returned 1. */
static int run_all(thrd_start_t work, TASK *tasks)
{
    thrd_t threads[THREADS];
    int i, result, good = 0;

    for (i = 0; i < THREADS; i++)
        CHECK(thrd_create(&threads[i], work, &tasks[i]) == thrd_success);
    for (i = 0; i < THREADS; i++) {
        CHECK(thrd_join(threads[i], &result) == thrd_success);
        good += result;
    }
    return good;
}

static void b80_threads_share_a_handle(void)
{
    HANDLE slot = create(SLOT("shared"), 0, 0);
    HANDLE client = open_writer(SLOT("shared"));
    TASK tasks[THREADS];
    DWORD next[THREADS] = {0};
    DWORD i, size;

    for (i = 0; i < THREADS; i++) {
        tasks[i].handle = client;
        tasks[i].number = i;
    }
    CHECK(run_all(write_notes, tasks) == THREADS);
    CHECK(queue_is(slot, sizeof(NOTE), THREADS * ROUNDS));
    for (i = 0; i < THREADS * ROUNDS; i++) {
        NOTE note = {0, 0};
        CHECK(ReadFile(slot, &note, sizeof(note), &size, NULL) && size == sizeof(note));
        CHECK(note.thread < THREADS && note.round == next[note.thread % THREADS]++);
    }
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

/* Readers on one handle take each message once. The empty message ends one of them. */
static int sum_notes(void *argument)
{
    TASK *task = (TASK *)argument;
    NOTE note;
    DWORD size;

    task->number = 0;
    while (ReadFile(task->handle, &note, sizeof(note), &size, NULL) && size == sizeof(note))
        task->number++;
    return size == 0;
}

static void readers_share_a_handle(void)
{
    HANDLE slot = create(SLOT("readers"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("readers"));
    TASK writer, tasks[THREADS];
    DWORD i, total = 0;

    writer.handle = client;
    writer.number = 0;
    CHECK(write_notes(&writer));
    for (i = 0; i < THREADS; i++) {
        tasks[i].handle = slot;
        CHECK(write_bytes(client, NULL, 0));
    }
    CHECK(run_all(sum_notes, tasks) == THREADS);
    for (i = 0; i < THREADS; i++)
        total += tasks[i].number;
    CHECK(total == ROUNDS);
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static char vandalism_goes_on;

/* Uses every small handle number for everything that does not close it. */
static int vandalise(void *unused)
{
    ULONG_PTR value;
    DWORD word;

    (void)unused;
    while (__atomic_load_n(&vandalism_goes_on, __ATOMIC_RELAXED)) {
        for (value = 0; value < 400; value += 4) {
            GetMailslotInfo((HANDLE)value, &word, NULL, NULL, NULL);
            GetHandleInformation((HANDLE)value, &word);
            WriteFile((HANDLE)value, NULL, 1, NULL, NULL);
        }
    }
    return 1;
}

static int open_and_close(void *argument)
{
    TASK *task = (TASK *)argument;
    TCHAR name[] = SLOT("own-?");
    int i;

    name[sizeof(name) / sizeof(TCHAR) - 2] = (TCHAR)('0' + task->number);
    for (i = 0; i < 1000; i++) {
        /* Inheritable, so that the library might take the descriptor for one that came from the parent. */
        SECURITY_ATTRIBUTES attributes = inheritable();
        HANDLE slot = CreateMailslot(name, 0, 0, &attributes);
        DWORD error = GetLastError();
        HANDLE client = open_writer(name);
        BOOL passed = write_text(client, "mine") && reads_text(slot, "mine");
        if (!passed || !CloseHandle(client) || !CloseHandle(slot)) {
            printf("# round %d: slot %p (last error %u), client %p, passed %d, last error %u\n", i, slot, error, client, passed,
                   GetLastError());
            return 0;
        }
    }
    return 1;
}

static void others_use_wrong_handles(void)
{
    TASK tasks[THREADS];
    thrd_t vandal;
    DWORD i;
    int done = 0;

    for (i = 0; i < THREADS; i++)
        tasks[i].number = i;
    vandalism_goes_on = 1;
    CHECK(thrd_create(&vandal, vandalise, NULL) == thrd_success);
    CHECK(run_all(open_and_close, tasks) == THREADS);
    __atomic_store_n(&vandalism_goes_on, 0, __ATOMIC_RELAXED);
    CHECK(thrd_join(vandal, &done) == thrd_success && done);
}

/* Whoever closes a handle that two threads close at once: exactly one succeeds. */
static int close_it(void *argument)
{
    return CloseHandle(((TASK *)argument)->handle);
}

static void one_close_succeeds(void)
{
    TASK tasks[THREADS];
    int round, i;

    for (round = 0; round < 200; round++) {
        SECURITY_ATTRIBUTES attributes = inheritable();
        HANDLE slot = CreateMailslot(SLOT("close"), 0, 0, &attributes);
        CHECK(slot != NO_HANDLE);
        for (i = 0; i < THREADS; i++)
            tasks[i].handle = slot;
        CHECK(run_all(close_it, tasks) == 1);
    }
}

static int write_through_duplicates(void *argument)
{
    HANDLE source = ((TASK *)argument)->handle, duplicate;
    int i;

    for (i = 0; i < 1000; i++) {
        if (!DuplicateHandle(GetCurrentProcess(), source, GetCurrentProcess(), &duplicate, 0, i % 2, DUPLICATE_SAME_ACCESS) ||
            !write_bytes(duplicate, "x", 1) || !CloseHandle(duplicate)) {
            printf("# round %d: duplicate %p, last error %u\n", i, duplicate, GetLastError());
            return 0;
        }
    }
    return 1;
}

static void b90_threads_duplicate_a_handle(void)
{
    HANDLE slot = create(SLOT("duplicates"), 0, 0);
    HANDLE client = open_writer(SLOT("duplicates"));
    TASK tasks[THREADS];
    int i;

    for (i = 0; i < THREADS; i++)
        tasks[i].handle = client;
    CHECK(run_all(write_through_duplicates, tasks) == THREADS);
    CHECK(queue_is(slot, 1, THREADS * 1000));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

int main(void)
{
    tap_run("B80 threads write through one handle", b80_threads_share_a_handle);
    tap_run("threads read from one handle", readers_share_a_handle);
    tap_run("wrong handles in one thread do not disturb the others", others_use_wrong_handles);
    tap_run("of many closes at once one succeeds", one_close_succeeds);
    tap_run("B90 threads duplicate one handle", b90_threads_duplicate_a_handle);
    return tap_end();
}
