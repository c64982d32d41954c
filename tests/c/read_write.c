/* Reading, writing and closing: B33 to B45, B58, B59, B70 to B89, B93, B100 to B102. Compiled as C and as C++, ANSI and UNICODE. */
#include <stdlib.h>
#include <threads.h>
#include <windows.h>

#include "slots.h"
#include "tap.h"

static void b33_b34_empty(void)
{
    HANDLE slot = create(SLOT("b33"), 0, 0);
    char buffer[16];
    DWORD size = 0xDEAD;

    CHECK_FAILS(ReadFile(slot, buffer, sizeof(buffer), &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK(size == 0);
    CHECK_FAILS(ReadFile(slot, buffer, 0, &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK_FAILS(ReadFile(slot, NULL, 0, &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK(CloseHandle(slot));
}

static void b35_timeout(void)
{
    HANDLE slot = create(SLOT("b35"), 0, 1000);
    char buffer[16];
    DWORD size = 0xDEAD;
    ULONGLONG start = GetTickCount64();

    CHECK_FAILS(ReadFile(slot, buffer, sizeof(buffer), &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK(GetTickCount64() - start >= 999);
    CHECK(size == 0);
    CHECK(CloseHandle(slot));
}

static int write_later(void *client)
{
    Sleep(300);
    return write_text((HANDLE)client, "late");
}

static void b36_forever(void)
{
    HANDLE slot = create(SLOT("b36"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("b36"));
    thrd_t writer;
    int wrote = 0;

    CHECK(thrd_create(&writer, write_later, client) == thrd_success);
    CHECK(reads_text(slot, "late"));
    CHECK(thrd_join(writer, &wrote) == thrd_success && wrote);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static int close_later(void *slot)
{
    Sleep(300);
    return CloseHandle((HANDLE)slot);
}

static void close_ends_a_read(void)
{
    HANDLE slot = create(SLOT("closed"), 0, MAILSLOT_WAIT_FOREVER);
    thrd_t closer;
    char byte;
    DWORD size = 0xDEAD;
    int closed = 0;

    CHECK(thrd_create(&closer, close_later, slot) == thrd_success);
    CHECK_FAILS(ReadFile(slot, &byte, 1, &size, NULL), ERROR_OPERATION_ABORTED);
    CHECK(size == 0);
    CHECK(thrd_join(closer, &closed) == thrd_success && closed);
    CHECK_FAILS(ReadFile(slot, &byte, 1, &size, NULL), ERROR_INVALID_HANDLE);
}

static void b37_b38_order(void)
{
    static const char *const texts[] = {"one", "two", "", "four and more", "5"};
    HANDLE slot = create(SLOT("b37"), 0, 0);
    HANDLE clients[2];
    int i;

    clients[0] = open_writer(SLOT("b37"));
    clients[1] = open_writer(SLOT("b37"));
    for (i = 0; i < 5; i++)
        CHECK(write_text(clients[i % 2], texts[i]));
    for (i = 0; i < 5; i++)
        CHECK(reads_text(slot, texts[i]));
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(clients[0]) && CloseHandle(clients[1]) && CloseHandle(slot));
}

static void b39_b40_b59_too_small(void)
{
    HANDLE slot = create(SLOT("b39"), 0, 0);
    HANDLE client = open_writer(SLOT("b39"));
    char buffer[8] = "before";
    DWORD size = 0xDEAD;

    CHECK(write_text(client, "message"));
    CHECK_FAILS(ReadFile(slot, buffer, 6, &size, NULL), ERROR_INSUFFICIENT_BUFFER);
    CHECK(size == 0);
    CHECK(strcmp(buffer, "before") == 0);
    CHECK_FAILS(ReadFile(slot, buffer, 0, &size, NULL), ERROR_INSUFFICIENT_BUFFER);
    CHECK_FAILS(ReadFile(slot, NULL, 7, &size, NULL), ERROR_NOACCESS);
    CHECK(size == 0);
    CHECK(queue_is(slot, 7, 1));
    CHECK(reads_text(slot, "message"));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b41_b42_zero_length(void)
{
    HANDLE slot = create(SLOT("b41"), 0, 0);
    HANDLE client = open_writer(SLOT("b41"));
    char byte = 'x';
    DWORD size = 0xDEAD;

    CHECK(write_bytes(client, "", 0));
    CHECK(write_bytes(client, NULL, 0));
    CHECK(write_bytes(client, NULL, 0));
    CHECK(queue_is(slot, 0, 3));
    CHECK_SUCCEEDS(ReadFile(slot, &byte, 1, &size, NULL));
    CHECK(size == 0 && byte == 'x');
    size = 0xDEAD;
    CHECK_SUCCEEDS(ReadFile(slot, &byte, 0, &size, NULL));
    CHECK(size == 0);
    CHECK_SUCCEEDS(ReadFile(slot, NULL, 0, &size, NULL));
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

/* Numbers that are no handles of this process: the standard streams and the directory's descriptors among them. */
static HANDLE nonsense(int which)
{
    static const ULONG_PTR values[] = {0, (ULONG_PTR)-1, 1, 3, 0x7FFFFFFC, 0xFFFFFFFC, 0x123456789ABCDEF0};

    return (HANDLE)values[which];
}

#define NONSENSE 7

static void b43_b85_b89_no_handle(void)
{
    char byte;
    DWORD size, word;
    int i;

    for (i = 0; i < NONSENSE; i++) {
        size = 0xDEAD;
        CHECK_FAILS(ReadFile(nonsense(i), &byte, 1, &size, NULL), ERROR_INVALID_HANDLE);
        CHECK(size == 0);
        size = 0xDEAD;
        CHECK_FAILS(WriteFile(nonsense(i), "x", 1, &size, NULL), ERROR_INVALID_HANDLE);
        CHECK(size == 0);
        word = 0xDEAD;
        CHECK_FAILS(GetMailslotInfo(nonsense(i), &word, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
        CHECK(word == 0xDEAD);
        CHECK_FAILS(SetMailslotInfo(nonsense(i), 0), ERROR_INVALID_HANDLE);
        CHECK_FAILS(GetHandleInformation(nonsense(i), &word), ERROR_INVALID_HANDLE);
        CHECK_FAILS(SetHandleInformation(nonsense(i), 1, 1), ERROR_INVALID_HANDLE);
        if (nonsense(i) != INVALID_HANDLE_VALUE)
            CHECK_FAILS(CloseHandle(nonsense(i)), ERROR_INVALID_HANDLE);
    }
    /* The standard handles are handles, and no mailslots. */
    for (i = 1; i <= 3; i++) {
        HANDLE standard = (HANDLE)(ULONG_PTR)(i * 4);

        CHECK_FAILS(GetMailslotInfo(standard, &word, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
        CHECK_FAILS(SetMailslotInfo(standard, 0), ERROR_INVALID_HANDLE);
    }
    CHECK(printf("# standard output is still open\n") > 0 && fflush(stdout) == 0);
}

static void b44_read_on_client(void)
{
    HANDLE slot = create(SLOT("b44"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE both = open_with(SLOT("b44"), GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING);
    HANDLE writer = open_writer(SLOT("b44"));
    char byte;
    DWORD size = 0xDEAD;
    int round;

    for (round = 0; round < 2; round++) {
        CHECK_FAILS(ReadFile(both, &byte, 1, &size, NULL), ERROR_INVALID_PARAMETER);
        CHECK(size == 0);
        CHECK_FAILS(ReadFile(writer, &byte, 1, &size, NULL), ERROR_ACCESS_DENIED);
        CHECK(write_bytes(both, "x", 1));
    }
    CHECK(CloseHandle(both) && CloseHandle(writer) && CloseHandle(slot));
}

static void b45_b58_no_count(void)
{
    HANDLE slot = create(SLOT("b45"), 0, 0);
    HANDLE client = open_writer(SLOT("b45"));
    char byte = 0;

    CHECK_SUCCEEDS(WriteFile(client, "x", 1, NULL, NULL));
    CHECK_SUCCEEDS(ReadFile(slot, &byte, 1, NULL, NULL));
    CHECK(byte == 'x');
    CHECK_FAILS(ReadFile(slot, &byte, 1, NULL, NULL), ERROR_SEM_TIMEOUT);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void overlapped_handles_work_without_overlapped(void)
{
    HANDLE slot = create(SLOT("ov"), 0, 0);
    HANDLE client = CreateFile(SLOT("ov"), GENERIC_WRITE, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    char byte;
    DWORD size = 0xDEAD;

    CHECK_SUCCEEDS(WriteFile(client, "x", 1, &size, NULL));
    CHECK_SUCCEEDS(ReadFile(slot, &byte, 1, &size, NULL));
    CHECK(size == 1 && byte == 'x');
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b70_b71_write(void)
{
    HANDLE slot = create(SLOT("b70"), 0, 0);
    HANDLE client = open_writer(SLOT("b70"));
    DWORD written = 0xDEAD;

    CHECK_SUCCEEDS(WriteFile(client, "", 0, &written, NULL));
    CHECK(written == 0);
    CHECK(queue_is(slot, 0, 1));
    CHECK_SUCCEEDS(WriteFile(client, "seven b", 7, &written, NULL));
    CHECK(written == 7);
    CHECK(queue_is(slot, 0, 2));
    CHECK_FAILS(WriteFile(client, NULL, 1, &written, NULL), ERROR_INVALID_USER_BUFFER);
    CHECK(written == 0);
    CHECK(queue_is(slot, 0, 2));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b72_write_on_server(void)
{
    HANDLE slot = create(SLOT("b72"), 0, 0);
    DWORD written = 0xDEAD;

    CHECK_FAILS(WriteFile(slot, "x", 1, &written, NULL), ERROR_ACCESS_DENIED);
    CHECK(written == 0);
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(slot));
}

static void b73_too_large(void)
{
    HANDLE slot = create(SLOT("b73"), 10, 0);
    HANDLE client = open_writer(SLOT("b73"));
    DWORD written = 0xDEAD;

    CHECK(write_bytes(client, "0123456789", 10));
    CHECK_FAILS(WriteFile(client, "0123456789A", 11, &written, NULL), ERROR_INVALID_PARAMETER);
    CHECK(written == 0);
    CHECK(queue_is(slot, 10, 1));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b74_b76_sizes(void)
{
    static const DWORD sizes[] = {1, 63, 64, 65, 424, 425, 426, 4096, 65535, 65536, 65537, 1048576};
    HANDLE slot = create(SLOT("b74"), 0, 0);
    HANDLE client = open_writer(SLOT("b74"));
    /* Each message begins one byte later than the one before. */
    unsigned char *sent = (unsigned char *)malloc(1048576 + 12);
    unsigned char *got = (unsigned char *)malloc(1048576);
    unsigned i, j;

    for (i = 0; i < 1048576 + 12; i++)
        sent[i] = (unsigned char)(i * 2654435761u >> 24);
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        CHECK(write_bytes(client, sent + i, sizes[i] - i % 2));
    for (j = 0; j < i; j++) {
        DWORD size = 0, expected = sizes[j] - j % 2;
        CHECK(ReadFile(slot, got, 1048576, &size, NULL));
        CHECK(size == expected && memcmp(got, sent + j, size) == 0);
    }
    free(sent);
    free(got);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b75_ten_thousand(void)
{
    HANDLE slot = create(SLOT("b75"), 0, 0);
    HANDLE client = open_writer(SLOT("b75"));
    DWORD i, got, size;

    for (i = 0; i < 10000; i++)
        CHECK(write_bytes(client, &i, sizeof(i)));
    CHECK(queue_is(slot, sizeof(i), 10000));
    for (i = 0; i < 10000; i++)
        CHECK(ReadFile(slot, &got, sizeof(got), &size, NULL) && got == i);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b77_b78_b93_server_gone(void)
{
    HANDLE slot = create(SLOT("b77"), 0, 0);
    HANDLE client = open_writer(SLOT("b77"));
    DWORD written = 0xDEAD;

    CHECK(write_text(client, "never read"));
    CHECK(CloseHandle(slot));
    CHECK_FAILS(WriteFile(client, "x", 1, &written, NULL), ERROR_HANDLE_EOF);
    CHECK(written == 0);
    CHECK_FAILS(GetMailslotInfo(client, &written, NULL, NULL, NULL), ERROR_HANDLE_EOF);
    CHECK_FAILS(open_writer(SLOT("b77")) != NO_HANDLE, ERROR_FILE_NOT_FOUND);
    slot = create(SLOT("b77"), 0, 0);
    CHECK(slot != NO_HANDLE);
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK_FAILS(WriteFile(client, "x", 1, &written, NULL), ERROR_HANDLE_EOF);
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(handle_flags(client) == 0);
    CHECK_SUCCEEDS(CloseHandle(client));
    CHECK(CloseHandle(slot));
}

static void b81_b83_info(void)
{
    HANDLE slot = create(SLOT("b81"), 77, 88);
    DWORD word;

    CHECK_SUCCEEDS(GetMailslotInfo(slot, NULL, NULL, NULL, NULL));
    CHECK(GetMailslotInfo(slot, &word, NULL, NULL, NULL) && word == 77);
    CHECK(GetMailslotInfo(slot, NULL, &word, NULL, NULL) && word == MAILSLOT_NO_MESSAGE);
    CHECK(GetMailslotInfo(slot, NULL, NULL, &word, NULL) && word == 0);
    CHECK(GetMailslotInfo(slot, NULL, NULL, NULL, &word) && word == 88);
    CHECK(CloseHandle(slot));
}

static void b84_b86_counts(void)
{
    HANDLE slot = create(SLOT("b84"), 0, 0);
    HANDLE client = open_writer(SLOT("b84"));
    HANDLE both[2];
    int i;

    both[0] = slot;
    both[1] = client;
    CHECK(write_text(client, "a") && write_text(client, "bc") && write_text(client, ""));
    for (i = 0; i < 2; i++)
        CHECK(queue_is(both[i], 1, 3));
    CHECK(reads_text(slot, "a"));
    for (i = 0; i < 2; i++)
        CHECK(queue_is(both[i], 2, 2));
    CHECK(reads_text(slot, "bc"));
    for (i = 0; i < 2; i++)
        CHECK(queue_is(both[i], 0, 1));
    CHECK(reads_text(slot, ""));
    for (i = 0; i < 2; i++)
        CHECK(queue_is(both[i], MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b88_set_info(void)
{
    HANDLE slot = create(SLOT("b88"), 0, MAILSLOT_WAIT_FOREVER);
    HANDLE client = open_writer(SLOT("b88"));
    char byte;
    DWORD size, timeout = 1;

    CHECK_SUCCEEDS(SetMailslotInfo(slot, 0));
    CHECK(GetMailslotInfo(client, NULL, NULL, NULL, &timeout) && timeout == 0);
    CHECK_FAILS(ReadFile(slot, &byte, 1, &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK_FAILS(SetMailslotInfo(client, 5), ERROR_INVALID_PARAMETER);
    CHECK_SUCCEEDS(SetMailslotInfo(slot, MAILSLOT_WAIT_FOREVER));
    CHECK(GetMailslotInfo(slot, NULL, NULL, NULL, &timeout) && timeout == MAILSLOT_WAIT_FOREVER);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b100_protect(void)
{
    HANDLE slot = create(SLOT("b100"), 0, 0);

    CHECK_SUCCEEDS(SetHandleInformation(slot, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE));
    CHECK(handle_flags(slot) == HANDLE_FLAG_PROTECT_FROM_CLOSE);
    CHECK_FAILS(CloseHandle(slot), ERROR_INVALID_HANDLE);
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(SetHandleInformation(slot, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0));
    CHECK_SUCCEEDS(CloseHandle(slot));
}

static void b101_mask(void)
{
    HANDLE slot = create(SLOT("b101"), 0, 0);

    CHECK(SetHandleInformation(slot, 1, 3) && handle_flags(slot) == 1);
    CHECK(SetHandleInformation(slot, 2, 2) && handle_flags(slot) == 3);
    CHECK(SetHandleInformation(slot, 0, 0) && handle_flags(slot) == 3);
    CHECK(SetHandleInformation(slot, 4, 4) && handle_flags(slot) == 3);
    CHECK(SetHandleInformation(slot, 3, 0) && handle_flags(slot) == 0);
    CHECK_FAILS(GetHandleInformation(slot, NULL), ERROR_NOACCESS);
    CHECK(CloseHandle(slot));
}

static void b102_close(void)
{
    HANDLE slot = create(SLOT("b102"), 0, 0);
    HANDLE client = open_writer(SLOT("b102"));

    CHECK_SUCCEEDS(CloseHandle(client));
    CHECK_FAILS(CloseHandle(client), ERROR_INVALID_HANDLE);
    CHECK_SUCCEEDS(CloseHandle(slot));
    CHECK_FAILS(CloseHandle(slot), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CloseHandle(NULL), ERROR_INVALID_HANDLE);
    CHECK_SUCCEEDS(CloseHandle(INVALID_HANDLE_VALUE));
}

static void low_bits(void)
{
    HANDLE slot = create(SLOT("low"), 0, 0);
    int bits;

    for (bits = 0; bits < 4; bits++)
        CHECK(queue_is((HANDLE)((ULONG_PTR)slot | (ULONG_PTR)bits), MAILSLOT_NO_MESSAGE, 0));
    CHECK((ULONG_PTR)slot <= 0x7FFFFFFF);
    CHECK(CloseHandle((HANDLE)((ULONG_PTR)slot | 3)));
    CHECK_FAILS(CloseHandle(slot), ERROR_INVALID_HANDLE);
}

static void closed_handles_are_no_leak(void)
{
    HANDLE first = create(SLOT("leak"), 0, 0);
    HANDLE slot = first;
    int i;

    for (i = 0; i < 2000; i++) {
        HANDLE client = open_writer(SLOT("leak"));
        CHECK(write_bytes(client, &i, sizeof(i)));
        CHECK(CloseHandle(client));
        CHECK(CloseHandle(slot));
        slot = create(SLOT("leak"), 0, 0);
        CHECK(slot != NO_HANDLE);
    }
    CHECK(CloseHandle(slot));
}

static int other_thread(void *unused)
{
    (void)unused;
    if (GetLastError() != 0)
        return 0;
    SetLastError(2);
    return 1;
}

static void last_error_is_per_thread(void)
{
    thrd_t thread;
    int good = 0;

    SetLastError(1);
    CHECK(thrd_create(&thread, other_thread, NULL) == thrd_success);
    CHECK(thrd_join(thread, &good) == thrd_success && good);
    CHECK(GetLastError() == 1);
}

int main(void)
{
    tap_run("B33 B34 an empty slot without timeout is 121", b33_b34_empty);
    tap_run("B35 a read waits as long as the timeout, and never less", b35_timeout);
    tap_run("B36 a read without timeout ends with a message", b36_forever);
    tap_run("closing the handle ends a read with 995", close_ends_a_read);
    tap_run("B37 B38 messages of several clients in order, one a read", b37_b38_order);
    tap_run("B39 B40 B59 a buffer that is too small keeps the message", b39_b40_b59_too_small);
    tap_run("B41 B42 messages without bytes", b41_b42_zero_length);
    tap_run("B43 B85 B89 what is no handle is 6", b43_b85_b89_no_handle);
    tap_run("B44 reading from a client handle", b44_read_on_client);
    tap_run("B45 B58 the count may be NULL and the last error stays", b45_b58_no_count);
    tap_run("an overlapped handle works without OVERLAPPED", overlapped_handles_work_without_overlapped);
    tap_run("B70 B71 a write returns the size and is counted", b70_b71_write);
    tap_run("B72 writing on the server handle is 5", b72_write_on_server);
    tap_run("B73 more than the largest size is 87", b73_too_large);
    tap_run("B74 B76 sizes up to 1 MiB", b74_b76_sizes);
    tap_run("B75 ten thousand messages wait", b75_ten_thousand);
    tap_run("B77 B78 B93 clients outlive the slot and do not reach the next", b77_b78_b93_server_gone);
    tap_run("B81 B82 B83 each output alone and none", b81_b83_info);
    tap_run("B84 B86 next size and count at every step, from both ends", b84_b86_counts);
    tap_run("B88 the timeout can be changed", b88_set_info);
    tap_run("B100 a protected handle stays open", b100_protect);
    tap_run("B101 the mask says what is changed", b101_mask);
    tap_run("B102 closing twice, NULL and -1", b102_close);
    tap_run("the low two bits of a handle do not count", low_bits);
    tap_run("nothing is left of closed handles", closed_handles_are_no_leak);
    tap_run("each thread has its last error", last_error_is_per_thread);
    return tap_end();
}
