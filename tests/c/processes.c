/*
 * What several processes do with one slot. The test that runs this program starts one process for each role:
 *
 *   hold NAME                create NAME, queue a message, and wait to be killed                          (B94)
 *   check NAME LAST_ERROR    opening NAME for writing ends with that last error; 0 is success             (B93, B94)
 *   read NAME COUNT BYTES    create NAME, read COUNT messages of `write`, check each, and tell what came  (B80)
 *   write NAME WRITER COUNT BYTES   write COUNT messages of up to BYTES bytes each                        (B80)
 *   parent NAME              make inheritable handles and let children use them by number                 (B17, B32, B87)
 *   child-read NUMBER, child-write NUMBER, child-none NUMBER    what `parent` starts
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <windows.h>

/* What a message says of itself; the rest is filled with `fill`. */
typedef struct {
    DWORD writer;
    DWORD number;
    DWORD size;
    BYTE fill;
} HEADER;

#define MAX_WRITERS 64
#define TELL(...)                                                                                                      \
    do {                                                                                                               \
        printf(__VA_ARGS__);                                                                                           \
        fflush(stdout);                                                                                                \
    } while (0)
#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            TELL("%s:%d: %s (last error %u)\n", __FILE__, __LINE__, #condition, GetLastError());                       \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static HANDLE open_writer(const char *name)
{
    return CreateFileA(name, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
}

static int hold(const char *name)
{
    HANDLE slot = CreateMailslotA(name, 0, MAILSLOT_WAIT_FOREVER, NULL);
    HANDLE client;
    DWORD written;

    EXPECT(slot != INVALID_HANDLE_VALUE);
    client = open_writer(name);
    EXPECT(WriteFile(client, "of the dead", 11, &written, NULL));
    TELL("ready\n");
    Sleep(INFINITE);
    return 0;
}

static int check(const char *name, DWORD expected)
{
    HANDLE client;

    SetLastError(0xBEEF);
    client = open_writer(name);
    TELL("opened with %u\n", GetLastError());
    EXPECT(GetLastError() == expected);
    EXPECT((client != INVALID_HANDLE_VALUE) == (expected == 0));
    return 0;
}

static int write_all(const char *name, DWORD writer, DWORD count, DWORD bytes)
{
    BYTE *message = (BYTE *)malloc(bytes);
    HANDLE client = open_writer(name);
    HEADER header;

    EXPECT(client != INVALID_HANDLE_VALUE);
    EXPECT(bytes >= sizeof(header));
    ZeroMemory(&header, sizeof(header));
    header.writer = writer;
    for (header.number = 0; header.number < count; header.number++) {
        DWORD written = 0;
        header.size = (DWORD)sizeof(header) + header.number * 7919 % (bytes - (DWORD)sizeof(header) + 1);
        header.fill = (BYTE)(writer * 31 + header.number);
        FillMemory(message, header.size, header.fill);
        CopyMemory(message, &header, sizeof(header));
        EXPECT(WriteFile(client, message, header.size, &written, NULL) && written == header.size);
    }
    EXPECT(CloseHandle(client));
    free(message);
    return 0;
}

static int read_all(const char *name, DWORD count, DWORD bytes)
{
    HANDLE slot = CreateMailslotA(name, bytes, MAILSLOT_WAIT_FOREVER, NULL);
    BYTE *message = (BYTE *)malloc(bytes);
    DWORD next[MAX_WRITERS] = {0};
    DWORD i, at, size;

    EXPECT(slot != INVALID_HANDLE_VALUE);
    TELL("ready\n");
    for (i = 0; i < count; i++) {
        HEADER header;
        EXPECT(ReadFile(slot, message, bytes, &size, NULL));
        EXPECT(size >= sizeof(header));
        CopyMemory(&header, message, sizeof(header));
        EXPECT(header.size == size);
        EXPECT(header.writer < MAX_WRITERS);
        EXPECT(header.number == next[header.writer]);
        next[header.writer]++;
        for (at = sizeof(header); at < size; at++)
            EXPECT(message[at] == header.fill);
    }
    EXPECT(GetMailslotInfo(slot, NULL, NULL, &size, NULL) && size == 0);
    EXPECT(CloseHandle(slot));
    TELL("read %u messages, each whole, once and in order\n", count);
    free(message);
    return 0;
}

/* main's argv[0]. (Under valgrind, /proc/self/exe is valgrind.) */
static const char *self;

/* Starts this program again, as Windows programs hand handles over: as a decimal number on the command line. */
static int run_child(const char *role, HANDLE handle)
{
    char number[32];
    int status = -1;
    pid_t child;

    snprintf(number, sizeof(number), "%d", (int)(INT_PTR)handle);
    child = fork();
    if (child == 0) {
        execl(self, "processes", role, number, (char *)NULL);
        _exit(127);
    }
    waitpid(child, &status, 0);
    return status;
}

static int parent(const char *name)
{
    SECURITY_ATTRIBUTES attributes = {sizeof(attributes), NULL, TRUE};
    HANDLE slot = CreateMailslotA(name, 0, 0, &attributes);
    HANDLE client = CreateFileA(name, GENERIC_WRITE, FILE_SHARE_READ, &attributes, OPEN_EXISTING, 0, NULL);
    HANDLE kept = open_writer(name);
    HANDLE forked = open_writer(name);
    int status = -1;
    DWORD timeout = 0, size = 0;
    char text[64];
    pid_t child;

    EXPECT(slot != INVALID_HANDLE_VALUE && client != INVALID_HANDLE_VALUE && kept != INVALID_HANDLE_VALUE);
    EXPECT(WriteFile(client, "from the parent", 15, &size, NULL));
    EXPECT(run_child("child-read", slot) == 0);
    EXPECT(GetMailslotInfo(slot, NULL, NULL, NULL, &timeout) && timeout == 4711);
    EXPECT(run_child("child-write", client) == 0);
    EXPECT(ReadFile(slot, text, sizeof(text), &size, NULL) && size == 14 && memcmp(text, "from the child", 14) == 0);
    EXPECT(run_child("child-none", kept) == 0);
    /* A plain fork has all handles. */
    child = fork();
    if (child == 0)
        _exit(WriteFile(forked, "from the fork", 13, &size, NULL) ? 0 : 1);
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
    EXPECT(WriteFile(forked, "and after it", 12, &size, NULL));
    EXPECT(ReadFile(slot, text, sizeof(text), &size, NULL) && size == 13 && memcmp(text, "from the fork", 13) == 0);
    EXPECT(ReadFile(slot, text, sizeof(text), &size, NULL) && size == 12);
    EXPECT(CloseHandle(forked) && CloseHandle(kept) && CloseHandle(client) && CloseHandle(slot));
    TELL("handles went to children by number\n");
    return 0;
}

static int child_read(HANDLE slot)
{
    char text[64];
    DWORD size = 0, flags = 0;
    HANDLE second = NULL;
    FILETIME time;

    EXPECT(ReadFile(slot, text, sizeof(text), &size, NULL));
    EXPECT(size == 15 && memcmp(text, "from the parent", 15) == 0);
    EXPECT(!ReadFile(slot, text, sizeof(text), &size, NULL) && GetLastError() == ERROR_SEM_TIMEOUT);
    EXPECT(!WriteFile(slot, text, 1, &size, NULL) && GetLastError() == ERROR_ACCESS_DENIED);
    EXPECT(GetHandleInformation(slot, &flags) && flags == HANDLE_FLAG_INHERIT);
    EXPECT(SetMailslotInfo(slot, 4711));
    EXPECT(GetFileTime(slot, &time, NULL, NULL) && SetFileTime(slot, &time, NULL, NULL));
    EXPECT(DuplicateHandle(GetCurrentProcess(), slot, GetCurrentProcess(), &second, 0, FALSE, DUPLICATE_SAME_ACCESS));
    EXPECT(!ReadFile(second, text, sizeof(text), &size, NULL) && GetLastError() == ERROR_SEM_TIMEOUT && CloseHandle(second));
    EXPECT(CloseHandle(slot));
    EXPECT(!CloseHandle(slot) && GetLastError() == ERROR_INVALID_HANDLE);
    return 0;
}

static int child_write(HANDLE client)
{
    DWORD written = 0;
    FILETIME time;

    EXPECT(GetFileTime(client, NULL, NULL, &time) && SetFileTime(client, NULL, NULL, &time));
    EXPECT(WriteFile(client, "from the child", 14, &written, NULL) && written == 14);
    EXPECT(!ReadFile(client, &written, 1, NULL, NULL) && GetLastError() == ERROR_ACCESS_DENIED);
    EXPECT(CloseHandle(client));
    return 0;
}

static int child_none(HANDLE handle)
{
    DWORD flags;

    EXPECT(!GetHandleInformation(handle, &flags) && GetLastError() == ERROR_INVALID_HANDLE);
    EXPECT(!CloseHandle(handle) && GetLastError() == ERROR_INVALID_HANDLE);
    return 0;
}

int main(int argc, char **argv)
{
    const char *role = argc > 1 ? argv[1] : "";
    const char *text = argc > 2 ? argv[2] : "";
    DWORD numbers[3];
    HANDLE handle = (HANDLE)(INT_PTR)atoi(text);
    int i;

    self = argv[0];
    for (i = 0; i < 3; i++)
        numbers[i] = argc > i + 3 ? (DWORD)atoi(argv[i + 3]) : 0;
    if (strcmp(role, "hold") == 0)
        return hold(text);
    if (strcmp(role, "check") == 0)
        return check(text, numbers[0]);
    if (strcmp(role, "read") == 0)
        return read_all(text, numbers[0], numbers[1]);
    if (strcmp(role, "write") == 0)
        return write_all(text, numbers[0], numbers[1], numbers[2]);
    if (strcmp(role, "parent") == 0)
        return parent(text);
    if (strcmp(role, "child-read") == 0)
        return child_read(handle);
    if (strcmp(role, "child-write") == 0)
        return child_write(handle);
    if (strcmp(role, "child-none") == 0)
        return child_none(handle);
    TELL("usage: see the top of processes.c\n");
    return 2;
}
