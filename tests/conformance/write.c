/* Writing: B70 to B80. */
#include <stdlib.h>

#include "children.h"
#include "suite.h"

void b70(void)
{
    HANDLE slot = create_slot(SLOT("b70"), 0, 0);
    HANDLE client = open_client(SLOT("b70"));
    DWORD written = 0xDEAD;

    CHECK(WriteFile(client, "hello", 5, &written, NULL));
    CHECK(written == 5);
    CHECK(queue_is(slot, 5, 1));
    CHECK(write_text(client, "to you"));
    CHECK(queue_is(slot, 5, 2));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b71(void)
{
    HANDLE slot = create_slot(SLOT("b71"), 0, 0);
    HANDLE client = open_client(SLOT("b71"));
    DWORD written = 0xDEAD;

    CHECK(WriteFile(client, "", 0, &written, NULL));
    CHECK(written == 0);
    CHECK(queue_is(slot, 0, 1));
    CHECK(WriteFile(client, NULL, 0, &written, NULL));
    CHECK(queue_is(slot, 0, 2));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b72(void)
{
    HANDLE slot = create_slot(SLOT("b72"), 0, 0);
    DWORD written = 0xDEAD;

    CHECK_FAILS(WriteFile(slot, "x", 1, &written, NULL), ERROR_ACCESS_DENIED);
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(slot));
}

void b73(void)
{
    HANDLE slot = create_slot(SLOT("b73"), 10, 0);
    HANDLE client = open_client(SLOT("b73"));
    DWORD written = 0xDEAD;

    CHECK(write_text(client, "0123456789"));
    CHECK_FAILS(WriteFile(client, "0123456789a", 11, &written, NULL), GUESS_WRITE_TOO_LARGE_ERROR);
    CHECK(written == 0);
    CHECK(queue_is(slot, 10, 1));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

/* A message of `size` bytes arrives as it was. */
static void round_trips(HANDLE slot, HANDLE client, DWORD size)
{
    unsigned char *sent = (unsigned char *)malloc(size), *got = (unsigned char *)malloc(size);
    DWORD found = 0xDEAD, i;

    for (i = 0; i < size; i++)
        sent[i] = (unsigned char)(i * 2654435761u >> 24);
    CHECK(write_bytes(client, sent, size));
    CHECK(ReadFile(slot, got, size, &found, NULL));
    CHECK(found == size);
    CHECK(memcmp(sent, got, size) == 0);
    free(sent);
    free(got);
}

void b74(void)
{
    HANDLE slot = create_slot(SLOT("b74"), 0, 0);
    HANDLE client = open_client(SLOT("b74"));

    round_trips(slot, client, 1 << 20);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b75(void)
{
    HANDLE slot = create_slot(SLOT("b75"), 0, 0);
    HANDLE client = open_client(SLOT("b75"));
    DWORD i, got, size;

    for (i = 0; i < 10000; i++)
        if (!CHECK(write_bytes(client, &i, sizeof(i))))
            break;
    CHECK(queue_is(slot, sizeof(i), 10000));
    for (i = 0; i < 10000; i++)
        if (!CHECK(ReadFile(slot, &got, sizeof(got), &size, NULL) && size == sizeof(got) && got == i))
            break;
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b76(void)
{
    HANDLE slot = create_slot(SLOT("b76"), 0, 0);
    HANDLE client = open_client(SLOT("b76"));

    round_trips(slot, client, 425);
    round_trips(slot, client, 426);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b77(void)
{
    HANDLE slot = create_slot(SLOT("b77"), 0, 0);
    HANDLE client = open_client(SLOT("b77"));
    DWORD written = 0xDEAD;

    CHECK(write_text(client, "lost"));
    CHECK(CloseHandle(slot));
    CHECK_FAILS(WriteFile(client, "x", 1, &written, NULL), GUESS_WRITE_AFTER_SERVER_CLOSED_ERROR);
    CHECK(CloseHandle(client));
}

void b78(void)
{
    HANDLE old_slot = create_slot(SLOT("b78"), 0, 0);
    HANDLE old_client = open_client(SLOT("b78"));
    HANDLE slot, client;
    DWORD written;

    CHECK(CloseHandle(old_slot));
    slot = create_slot(SLOT("b78"), 0, 0);
    CHECK(!WriteFile(old_client, "old", 3, &written, NULL));
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    client = open_client(SLOT("b78"));
    CHECK(write_text(client, "new"));
    CHECK(reads_text(slot, "new"));
    CHECK(CloseHandle(old_client) && CloseHandle(client) && CloseHandle(slot));
}

static int calls;
static DWORD called_error, called_size;

static void CALLBACK written(DWORD error, DWORD size, LPOVERLAPPED overlapped)
{
    (void)overlapped;
    calls++;
    called_error = error;
    called_size = size;
}

void b79(void)
{
    HANDLE slot = create_slot(SLOT("b79"), 0, 0);
    HANDLE client = open_with(SLOT("b79"), GENERIC_WRITE, OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
    operation write;

    prepare(&write, NULL);
    CHECK(WriteFileEx(client, "hello", 5, &write.overlapped, written));
    CHECK(calls == 0);
    CHECK(SleepEx(LONG_WAIT, TRUE) == WAIT_IO_COMPLETION);
    CHECK(calls == 1 && called_error == 0 && called_size == 5);
    CHECK(reads_text(slot, "hello"));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

#define THREADS 3
#define PROCESSES 2
#define WRITERS (THREADS + PROCESSES)
#define MESSAGES 500

typedef struct {
    DWORD writer;
    DWORD number;
    unsigned char rest[200];
} numbered;

/* Sizes differ, and every byte tells its message. */
static DWORD fill(numbered *message, DWORD writer, DWORD number)
{
    message->writer = writer;
    message->number = number;
    memset(message->rest, (int)(writer * 31 + number), sizeof(message->rest));
    return (DWORD)(2 * sizeof(DWORD) + number % sizeof(message->rest));
}

static DWORD WINAPI write_numbered(LPVOID which)
{
    HANDLE client = open_client(SLOT("b80"));
    DWORD writer = (DWORD)(ULONG_PTR)which, number;
    numbered message;

    for (number = 0; number < MESSAGES; number++) {
        DWORD size = fill(&message, writer, number);
        if (!write_bytes(client, &message, size))
            return 1;
    }
    CloseHandle(client);
    return 0;
}

int child_writes_numbered(int argc, char **argv)
{
    return argc == 1 ? (int)write_numbered((LPVOID)(ULONG_PTR)atoi(argv[0])) : 2;
}

void b80(void)
{
    HANDLE slot = create_slot(SLOT("b80"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE threads[THREADS];
    PROCESS_INFORMATION processes[PROCESSES];
    DWORD next[WRITERS] = {0};
    int i;

    for (i = 0; i < PROCESSES; i++) {
        char role[32];
        snprintf(role, sizeof(role), "--role write-numbered %d", THREADS + i);
        if (!start_self(role, FALSE, &processes[i]))
            return;
    }
    for (i = 0; i < THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, write_numbered, (LPVOID)(ULONG_PTR)i, 0, NULL);
        CHECK(threads[i] != NULL);
    }
    for (i = 0; i < WRITERS * MESSAGES; i++) {
        numbered got, expected;
        DWORD size = 0;

        if (!CHECK(ReadFile(slot, &got, sizeof(got), &size, NULL) && got.writer < WRITERS))
            break;
        if (!CHECK(got.number == next[got.writer] && size == fill(&expected, got.writer, got.number)))
            break;
        CHECK(memcmp(&got, &expected, size) == 0);
        next[got.writer]++;
    }
    for (i = 0; i < THREADS; i++) {
        DWORD code = 0xDEAD;
        CHECK(WaitForSingleObject(threads[i], LONG_WAIT) == WAIT_OBJECT_0);
        CHECK(GetExitCodeThread(threads[i], &code) && code == 0);
        CHECK(CloseHandle(threads[i]));
    }
    for (i = 0; i < PROCESSES; i++)
        CHECK(finish(&processes[i]) == 0);
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(slot));
}
