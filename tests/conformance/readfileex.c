/* ReadFileEx: B62 to B69. */
#include "suite.h"

/* A read whose completion routine tells what it was called with. */
typedef struct {
    operation io;
    int calls;
    DWORD error;
    DWORD size;
    DWORD thread;
} routine_read;

static void CALLBACK completed(DWORD error, DWORD size, LPOVERLAPPED overlapped)
{
    routine_read *read = (routine_read *)overlapped;

    read->calls++;
    read->error = error;
    read->size = size;
    read->thread = GetCurrentThreadId();
}

static void prepare_routine(routine_read *read)
{
    memset(read, 0, sizeof(*read));
}

static BOOL start(HANDLE slot, routine_read *read)
{
    return ReadFileEx(slot, read->io.buffer, sizeof(read->io.buffer), &read->io.overlapped, completed);
}

/* Nothing is called back, however long one waits. */
static BOOL stays_silent(routine_read *read)
{
    return SleepEx(SHORT_WAIT, TRUE) == 0 && read->calls == 0;
}

static BOOL was_called_with(routine_read *read, DWORD error, DWORD size)
{
    if (read->calls == 1 && read->error == error && read->size == size)
        return TRUE;
    printf("# %d calls, error %u, %u bytes\n", read->calls, (unsigned)read->error, (unsigned)read->size);
    return FALSE;
}

void b62(void)
{
    HANDLE slot = create_slot(SLOT("b62"), 0, 0);
    HANDLE client = open_client(SLOT("b62"));
    routine_read read;

    prepare_routine(&read);
    CHECK(write_text(client, "hello"));
    CHECK(start(slot, &read));
    Sleep(SHORT_WAIT);
    CHECK(read.calls == 0);
    CHECK(SleepEx(LONG_WAIT, TRUE) == WAIT_IO_COMPLETION);
    CHECK(was_called_with(&read, 0, 5));
    CHECK(memcmp(read.io.buffer, "hello", 5) == 0);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b63(void)
{
    HANDLE slot = create_slot(SLOT("b63"), 0, 0);
    HANDLE client = open_client(SLOT("b63"));
    HANDLE garbage = (HANDLE)(ULONG_PTR)0x12345;
    routine_read read;

    prepare_routine(&read);
    read.io.overlapped.hEvent = garbage;
    CHECK(write_text(client, "hello"));
    CHECK(start(slot, &read));
    CHECK(SleepEx(LONG_WAIT, TRUE) == WAIT_IO_COMPLETION);
    CHECK(was_called_with(&read, 0, 5));
    CHECK(read.io.overlapped.hEvent == garbage);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b64(void)
{
    HANDLE slot = create_slot(SLOT("b64"), 0, 0);
    HANDLE client = open_client(SLOT("b64"));
    routine_read read;

    prepare_routine(&read);
    CHECK(write_text(client, "hello"));
    CHECK_FAILS(ReadFileEx(slot, read.io.buffer, 4, &read.io.overlapped, completed), ERROR_INSUFFICIENT_BUFFER);
    CHECK(stays_silent(&read));
    CHECK(queue_is(slot, 5, 1));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

void b65(void)
{
    HANDLE slot = create_slot(SLOT("b65"), 0, 0);
    routine_read read;

    prepare_routine(&read);
    CHECK_FAILS(start(slot, &read), ERROR_SEM_TIMEOUT);
    CHECK(stays_silent(&read));
    CHECK(CloseHandle(slot));
}

void b66(void)
{
    HANDLE slot = create_slot(SLOT("b66"), 0, 300);
    DWORD begin = GetTickCount();
    routine_read read;

    prepare_routine(&read);
    CHECK(start(slot, &read));
    CHECK(SleepEx(LONG_WAIT, TRUE) == WAIT_IO_COMPLETION);
    CHECK(was_called_with(&read, ERROR_SEM_TIMEOUT, 0));
    CHECK(GetTickCount() - begin >= 250);
    CHECK(CloseHandle(slot));
}

void b67(void)
{
    HANDLE slot = create_slot(SLOT("b67"), 0, MAILSLOT_WAIT_FOREVER);
    routine_read read;

    prepare_routine(&read);
    CHECK(start(slot, &read));
    CHECK(CancelIo(slot));
    CHECK(read.calls == 0);
    CHECK(SleepEx(LONG_WAIT, TRUE) == WAIT_IO_COMPLETION);
    CHECK(was_called_with(&read, ERROR_OPERATION_ABORTED, 0));
    CHECK(CloseHandle(slot));
}

/* Waits alertably, like the thread that reads, and is not called. */
static DWORD WINAPI wait_alertably(LPVOID stop)
{
    return WaitForSingleObjectEx((HANDLE)stop, LONG_WAIT, TRUE);
}

void b68(void)
{
    HANDLE slot = create_slot(SLOT("b68"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_client(SLOT("b68"));
    HANDLE stop = new_event();
    HANDLE other = CreateThread(NULL, 0, wait_alertably, stop, 0, NULL);
    DWORD other_ended_with = 0xDEAD;
    routine_read read;

    CHECK(other != NULL);
    prepare_routine(&read);
    CHECK(start(slot, &read));
    CHECK(write_text(client, "hello"));
    Sleep(SHORT_WAIT);
    CHECK(read.calls == 0);
    CHECK(SleepEx(LONG_WAIT, TRUE) == WAIT_IO_COMPLETION);
    CHECK(was_called_with(&read, 0, 5));
    CHECK(read.thread == GetCurrentThreadId());
    CHECK(SetEvent(stop));
    CHECK(WaitForSingleObject(other, LONG_WAIT) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(other, &other_ended_with) && other_ended_with == WAIT_OBJECT_0);
    CHECK(CloseHandle(other) && CloseHandle(stop) && CloseHandle(client) && CloseHandle(slot));
}

void b69(void)
{
    HANDLE slot = create_slot(SLOT("b69"), 0, 0);
    char buffer[8];

    CHECK_FAILS(ReadFileEx(slot, buffer, sizeof(buffer), NULL, completed), ERROR_INVALID_PARAMETER);
    CHECK(CloseHandle(slot));
}
