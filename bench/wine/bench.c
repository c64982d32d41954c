/* What the benchmark measures of Wine's mailslots. Each call is one process of a measurement; numbers go to standard output, one
 * a line, name first. Compiled with MinGW. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static void fail(const char *what)
{
    fprintf(stderr, "%s: error %lu\n", what, GetLastError());
    exit(1);
}

static double now_ns(void)
{
    static LARGE_INTEGER frequency;
    LARGE_INTEGER now;
    if (!frequency.QuadPart) {
        QueryPerformanceFrequency(&frequency);
    }
    QueryPerformanceCounter(&now);
    return (double)now.QuadPart * 1e9 / (double)frequency.QuadPart;
}

static HANDLE create(const char *name)
{
    HANDLE slot = CreateMailslotA(name, 0, MAILSLOT_WAIT_FOREVER, NULL);
    if (slot == INVALID_HANDLE_VALUE) {
        fail("CreateMailslot");
    }
    return slot;
}

/* Waits until there is a slot of that name. */
static HANDLE open_slot(const char *name)
{
    for (int tries = 0; tries < 10000; tries++) {
        HANDLE slot = CreateFileA(name, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
        if (slot != INVALID_HANDLE_VALUE) {
            return slot;
        }
        Sleep(1);
    }
    fail("CreateFile");
    return NULL;
}

static void send_message(HANDLE slot, const void *message, DWORD bytes)
{
    DWORD written;
    if (!WriteFile(slot, message, bytes, &written, NULL) || written != bytes) {
        fail("WriteFile");
    }
}

static void receive_message(HANDLE slot, void *buffer, DWORD bytes)
{
    DWORD read;
    if (!ReadFile(slot, buffer, bytes, &read, NULL) || read != bytes) {
        fail("ReadFile");
    }
}

/* Reads so many; the first and the last eighth are not timed. */
static void reader(const char *name, DWORD bytes, long messages, char *buffer)
{
    HANDLE slot = create(name);
    long untimed = messages / 8;
    double start = 0, end = 0;
    for (long number = 0; number < messages; number++) {
        if (number == untimed) {
            start = now_ns();
        }
        if (number == messages - untimed) {
            end = now_ns();
        }
        receive_message(slot, buffer, bytes);
    }
    printf("ns %.3f\nmessages %ld\n", (end - start) / (double)(messages - 2 * untimed), messages - 2 * untimed);
}

static void writer(const char *name, DWORD bytes, long messages, char *buffer)
{
    HANDLE slot = open_slot(name);
    for (long number = 0; number < messages; number++) {
        memcpy(buffer, &number, sizeof number);
        send_message(slot, buffer, bytes);
    }
}

static void same(const char *name, DWORD bytes, long messages, char *buffer)
{
    HANDLE server = create(name), client = open_slot(name);
    double start = 0;
    for (long number = -100; number < messages; number++) {
        if (number == 0) {
            start = now_ns();
        }
        send_message(client, buffer, bytes);
        receive_message(server, buffer, bytes);
    }
    printf("ns %.3f\nmessages %ld\n", (now_ns() - start) / (double)messages, messages);
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Round trips: `name` is the asking side's slot, with "-there" behind it the other's. */
static void ask(const char *name, DWORD bytes, long messages, char *buffer)
{
    char there[256];
    snprintf(there, sizeof there, "%s-there", name);
    HANDLE server = create(name), client = open_slot(there);
    double *times = malloc((size_t)messages * sizeof *times);
    for (long number = -100; number < messages; number++) {
        double start = now_ns();
        send_message(client, buffer, bytes);
        receive_message(server, buffer, bytes);
        if (number >= 0) {
            times[number] = now_ns() - start;
        }
    }
    qsort(times, (size_t)messages, sizeof *times, compare);
    printf("ns %.3f\np99 %.3f\np99.9 %.3f\nmessages %ld\n", times[messages / 2], times[messages * 99 / 100],
           times[messages * 999 / 1000], messages);
}

static void answer(const char *name, DWORD bytes, long messages, char *buffer)
{
    char there[256];
    snprintf(there, sizeof there, "%s-there", name);
    HANDLE server = create(there), client = open_slot(name);
    for (long number = -100; number < messages; number++) {
        receive_message(server, buffer, bytes);
        send_message(client, buffer, bytes);
    }
}

static void open_close(const char *name, long times)
{
    double start = now_ns();
    for (long number = 0; number < times; number++) {
        HANDLE server = create(name), client = open_slot(name);
        CloseHandle(client);
        CloseHandle(server);
    }
    printf("ns %.3f\nmessages %ld\n", (now_ns() - start) / (double)times, times);
}

int main(int count, char **arguments)
{
    if (count != 5) {
        fprintf(stderr, "usage: %s ROLE NAME BYTES MESSAGES\n", arguments[0]);
        return 2;
    }
    const char *role = arguments[1], *name = arguments[2];
    DWORD bytes = (DWORD)atol(arguments[3]);
    long messages = atol(arguments[4]);
    char *buffer = calloc(1, bytes);
    if (!strcmp(role, "reader")) {
        reader(name, bytes, messages, buffer);
    } else if (!strcmp(role, "writer")) {
        writer(name, bytes, messages, buffer);
    } else if (!strcmp(role, "same")) {
        same(name, bytes, messages, buffer);
    } else if (!strcmp(role, "ask")) {
        ask(name, bytes, messages, buffer);
    } else if (!strcmp(role, "answer")) {
        answer(name, bytes, messages, buffer);
    } else if (!strcmp(role, "open-close")) {
        open_close(name, messages);
    } else {
        return strcmp(role, "nothing") ? 2 : 0;
    }
    return 0;
}
