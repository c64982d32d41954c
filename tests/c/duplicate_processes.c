/*
 * DuplicateHandle across processes: B91, B92, B95 to B98. The program starts itself: as a child it does what its standard
 * input says, one command a line, and answers with one line each. Compiled as C and as C++, ANSI and UNICODE, both widths of wchar_t.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <windows.h>

#include "slots.h"
#include "tap.h"

#define PATIENCE 60000

/* The child. */

static const char *outcome(BOOL good)
{
    static char text[32];

    snprintf(text, sizeof(text), "error %u", GetLastError());
    return good ? "good" : text;
}

static void answer(char *line)
{
    char *word = strtok(line, " \n");
    char *rest = strtok(NULL, "\n");
    HANDLE handle = (HANDLE)(ULONG_PTR)strtoul(rest ? rest : "", NULL, 10);
    char text[64];
    DWORD size = 0, flags = 0;
    BOOL good;

    if (strcmp(word, "create") == 0) {
        printf("%u\n", (unsigned)(ULONG_PTR)CreateMailslotA(rest, 0, 0, NULL));
    } else if (strcmp(word, "open") == 0) {
        printf("%u\n", (unsigned)(ULONG_PTR)CreateFileA(rest, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL));
    } else if (strcmp(word, "read") == 0) {
        good = ReadFile(handle, text, sizeof(text) - 1, &size, NULL);
        text[size] = 0;
        printf("%s\n", good ? text : outcome(good));
    } else if (strcmp(word, "write") == 0) {
        printf("%s\n", outcome(WriteFile(handle, "from the child", 14, &size, NULL)));
    } else if (strcmp(word, "close") == 0) {
        printf("%s\n", outcome(CloseHandle(handle)));
    } else if (strcmp(word, "protect") == 0) {
        printf("%s\n", outcome(SetHandleInformation(handle, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE)));
    } else if (strcmp(word, "flags") == 0) {
        good = GetHandleInformation(handle, &flags);
        printf(good ? "%u\n" : "error 6\n", flags);
    } else if (strcmp(word, "set") == 0) {
        printf("%s\n", outcome(SetEvent(handle)));
    } else if (strcmp(word, "wait") == 0) {
        printf("%u\n", WaitForSingleObject(handle, PATIENCE));
    } else if (strcmp(word, "release") == 0) {
        printf("%s\n", outcome(ReleaseMutex(handle)));
    } else if (strcmp(word, "process") == 0) {
        printf("%u\n", GetProcessId(handle));
    } else if (strcmp(word, "none") == 0) {
        printf("good\n");
    } else {
        printf("what?\n");
    }
    fflush(stdout);
}

static int child(void)
{
    char line[256];

    while (fgets(line, sizeof(line), stdin))
        answer(line);
    return 0;
}

/* The parent. */

static TCHAR self[4096];

typedef struct {
    PROCESS_INFORMATION information;
    FILE *orders;
    FILE *answers;
} CHILD;

static HANDLE handle_of(int descriptor)
{
    return (HANDLE)(ULONG_PTR)((descriptor + 1) << 2);
}

static CHILD start_child(DWORD flags)
{
    static TCHAR line[] = TEXT("duplicate_processes child");
    STARTUPINFO startup;
    CHILD started;
    int orders[2], answers[2];

    ZeroMemory(&started, sizeof(started));
    GetStartupInfo(&startup);
    if (pipe(orders) != 0 || pipe(answers) != 0)
        return started;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = handle_of(orders[0]);
    startup.hStdOutput = handle_of(answers[1]);
    CHECK(CreateProcess(self, line, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &started.information));
    close(orders[0]);
    close(answers[1]);
    started.orders = fdopen(orders[1], "w");
    started.answers = fdopen(answers[0], "r");
    return started;
}

static void end_child(CHILD *started)
{
    fclose(started->orders);
    CHECK(WaitForSingleObject(started->information.hProcess, PATIENCE) == WAIT_OBJECT_0);
    fclose(started->answers);
    CHECK(CloseHandle(started->information.hProcess) && CloseHandle(started->information.hThread));
}

/* What the child answers to an order about a handle of its own. */
static const char *ask(CHILD *started, const char *order, HANDLE handle)
{
    static char text[256];

    fprintf(started->orders, "%s %u\n", order, (unsigned)(ULONG_PTR)handle);
    fflush(started->orders);
    if (!fgets(text, sizeof(text), started->answers))
        return "the child has ended";
    text[strcspn(text, "\n")] = 0;
    return text;
}

#define ANSWERS(started, order, handle, expected)                                                                          \
    do {                                                                                                                   \
        const char *found = ask(started, order, handle);                                                                   \
        if (strcmp(found, expected) != 0) {                                                                                \
            printf("# %s:%d: %s: \"%s\" instead of \"%s\"\n", __FILE__, __LINE__, order, found, expected);                 \
            tap_is_good = 0;                                                                                               \
        }                                                                                                                  \
    } while (0)

/* A handle that the child makes. */
static HANDLE make(CHILD *started, const char *order)
{
    char text[256] = "";

    fprintf(started->orders, "%s\n", order);
    fflush(started->orders);
    if (!fgets(text, sizeof(text), started->answers))
        return NULL;
    return (HANDLE)(ULONG_PTR)strtoul(text, NULL, 10);
}

static BOOL give(CHILD *started, HANDLE handle, LPHANDLE out, DWORD access, BOOL inherit, DWORD options)
{
    return DuplicateHandle(GetCurrentProcess(), handle, started->information.hProcess, out, access, inherit, options);
}

static BOOL take(CHILD *started, HANDLE handle, LPHANDLE out, DWORD options)
{
    return DuplicateHandle(started->information.hProcess, handle, GetCurrentProcess(), out, 0, FALSE, options);
}

static BOOL is_gone(LPCTSTR name)
{
    int patience;

    for (patience = 0; patience < 1000; patience++) {
        HANDLE client = open_writer(name);
        if (client == NO_HANDLE)
            return GetLastError() == ERROR_FILE_NOT_FOUND;
        CloseHandle(client);
        Sleep(10);
    }
    return FALSE;
}

static void b92_into_a_child_and_gone_with_it(void)
{
    LPCTSTR name = SLOT("across\\into");
    HANDLE server = create(name, 0, 0), client = open_writer(name), theirs = NULL;
    CHILD started = start_child(0);
    int patience;

    CHECK(write_text(client, "first"));
    CHECK_SUCCEEDS(give(&started, server, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(theirs != NULL && theirs != server);
    CHECK(handle_flags(server) == 0);
    CHECK_SUCCEEDS(CloseHandle(server));
    CHECK(write_text(client, "second"));
    ANSWERS(&started, "read", theirs, "first");
    ANSWERS(&started, "read", theirs, "second");
    ANSWERS(&started, "read", theirs, "error 121");
    ANSWERS(&started, "write", theirs, "error 5");
    CHECK_FAILS(create(name, 0, 0) != NO_HANDLE, ERROR_ALREADY_EXISTS);
    CHECK(write_text(client, "third"));
    end_child(&started);
    CHECK(is_gone(name));
    /* A client looks every few milliseconds whether its server was killed. */
    for (patience = 0; patience < 1000 && write_text(client, "fourth"); patience++)
        Sleep(10);
    CHECK(patience < 1000);
    CHECK_SUCCEEDS(CloseHandle(client));
}

static void b92_on_the_way_it_lives_and_dies_with_the_target(void)
{
    LPCTSTR name = SLOT("across\\way");
    HANDLE server = create(name, 0, 0), client, theirs = NULL;
    CHILD started = start_child(0);

    CHECK_SUCCEEDS(give(&started, server, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    CHECK_FAILS(CloseHandle(server), ERROR_INVALID_HANDLE);
    client = open_writer(name);
    CHECK(client != NO_HANDLE && write_text(client, "unread"));
    CHECK_SUCCEEDS(TerminateProcess(started.information.hProcess, 1));
    end_child(&started);
    CHECK(is_gone(name));
    CHECK_SUCCEEDS(CloseHandle(client));
}

static void b91_from_a_child_and_alive_after_it(void)
{
    LPCTSTR name = SLOT("across\\from");
    CHILD started = start_child(0);
    HANDLE theirs = make(&started, "create \\\\.\\mailslot\\across\\from"), ours = NULL, client, write_end = NULL;

    client = make(&started, "open \\\\.\\mailslot\\across\\from");
    ANSWERS(&started, "write", client, "good");
    CHECK_SUCCEEDS(take(&started, theirs, &ours, DUPLICATE_SAME_ACCESS));
    CHECK_SUCCEEDS(take(&started, client, &write_end, DUPLICATE_SAME_ACCESS));
    end_child(&started);
    CHECK(reads_text(ours, "from the child"));
    CHECK(write_text(write_end, "from the parent"));
    CHECK(reads_text(ours, "from the parent"));
    CHECK(CloseHandle(write_end) && CloseHandle(ours));
    CHECK(is_gone(name));
}

static void b97_closing_the_source_in_the_child(void)
{
    CHILD started = start_child(0);
    HANDLE theirs = make(&started, "create \\\\.\\mailslot\\across\\close"), ours = NULL, other;

    CHECK_SUCCEEDS(take(&started, theirs, &ours, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    other = make(&started, "create \\\\.\\mailslot\\across\\other");
    ANSWERS(&started, "close", other, "good");
    ANSWERS(&started, "flags", theirs, "error 6");
    CHECK_SUCCEEDS(CloseHandle(ours));
    CHECK(is_gone(SLOT("across\\close")));
    /* Only to close: without a target. */
    theirs = make(&started, "create \\\\.\\mailslot\\across\\close");
    CHECK_SUCCEEDS(DuplicateHandle(started.information.hProcess, theirs, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    ANSWERS(&started, "close", theirs, "error 6");
    /* B98: one that is protected stays. */
    theirs = make(&started, "create \\\\.\\mailslot\\across\\close");
    ANSWERS(&started, "protect", theirs, "good");
    CHECK_SUCCEEDS(take(&started, theirs, &ours, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    ANSWERS(&started, "close", theirs, "error 6");
    ANSWERS(&started, "flags", theirs, "2");
    CHECK_SUCCEEDS(CloseHandle(ours));
    end_child(&started);
    CHECK(is_gone(SLOT("across\\close")));
}

static void b95_b96_rights_go_along(void)
{
    LPCTSTR name = SLOT("across\\rights");
    HANDLE server = create(name, 0, 0), client = open_writer(name), theirs = NULL;
    CHILD started = start_child(0);

    CHECK_SUCCEEDS(give(&started, client, &theirs, FILE_WRITE_ATTRIBUTES, FALSE, 0));
    ANSWERS(&started, "write", theirs, "error 5");
    CHECK_SUCCEEDS(give(&started, server, &theirs, 0, FALSE, 0));
    ANSWERS(&started, "read", theirs, "error 5");
    CHECK_SUCCEEDS(give(&started, client, &theirs, GENERIC_WRITE, FALSE, 0));
    ANSWERS(&started, "write", theirs, "good");
    CHECK(reads_text(server, "from the child"));
    theirs = (HANDLE)(ULONG_PTR)0xDEAD;
    CHECK_FAILS(give(&started, server, &theirs, GENERIC_WRITE, FALSE, 0), ERROR_ACCESS_DENIED);
    CHECK(theirs == NULL);
    CHECK(CloseHandle(client) && CloseHandle(server));
    end_child(&started);
    CHECK(is_gone(SLOT("across\\rights")));
}

static void the_inherit_flag_is_the_call_s(void)
{
    SECURITY_ATTRIBUTES attributes = inheritable();
    HANDLE server = CreateMailslot(SLOT("across\\flags"), 0, 0, &attributes), theirs = NULL;
    CHILD started = start_child(0);

    CHECK_SUCCEEDS(give(&started, server, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS));
    ANSWERS(&started, "flags", theirs, "0");
    CHECK_SUCCEEDS(give(&started, server, &theirs, 0, TRUE, DUPLICATE_SAME_ACCESS));
    ANSWERS(&started, "flags", theirs, "1");
    ANSWERS(&started, "close", theirs, "good");
    ANSWERS(&started, "close", theirs, "error 6");
    CHECK_SUCCEEDS(CloseHandle(server));
    end_child(&started);
    CHECK(is_gone(SLOT("across\\flags")));
}

static void from_one_child_into_another(void)
{
    CHILD first = start_child(0), second = start_child(0);
    HANDLE one = make(&first, "create \\\\.\\mailslot\\across\\both"), two = NULL, client;

    CHECK_SUCCEEDS(DuplicateHandle(first.information.hProcess, one, second.information.hProcess, &two, 0, FALSE,
                                   DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    client = open_writer(SLOT("across\\both"));
    CHECK(write_text(client, "moved"));
    end_child(&first);
    ANSWERS(&second, "read", two, "moved");
    end_child(&second);
    CHECK(is_gone(SLOT("across\\both")));
    CHECK_SUCCEEDS(CloseHandle(client));
}

static void process_handles_as_sources(void)
{
    CHILD started = start_child(0);
    HANDLE own = NULL, theirs = NULL;
    char number[32];

    CHECK_SUCCEEDS(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(), &own, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(own != NULL && own != GetCurrentProcess() && GetProcessId(own) == GetCurrentProcessId());
    snprintf(number, sizeof(number), "%u", GetCurrentProcessId());
    CHECK_SUCCEEDS(give(&started, GetCurrentProcess(), &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS));
    ANSWERS(&started, "process", theirs, number);
    CHECK_SUCCEEDS(give(&started, own, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS));
    ANSWERS(&started, "process", theirs, number);
    /* A real handle of the own process is the own process. */
    CHECK_SUCCEEDS(DuplicateHandle(own, own, own, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(CloseHandle(theirs) && CloseHandle(own));
    snprintf(number, sizeof(number), "%u", started.information.dwProcessId);
    CHECK_SUCCEEDS(give(&started, started.information.hProcess, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS));
    ANSWERS(&started, "process", theirs, number);
    end_child(&started);
}

static void into_a_suspended_child(void)
{
    HANDLE server = create(SLOT("across\\suspended"), 0, 0), client = open_writer(SLOT("across\\suspended")), theirs[3];
    CHILD started = start_child(CREATE_SUSPENDED);
    int i;

    for (i = 0; i < 3; i++)
        CHECK_SUCCEEDS(give(&started, client, &theirs[i], 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(theirs[0] != theirs[1] && theirs[1] != theirs[2]);
    CHECK(ResumeThread(started.information.hThread) == 1);
    for (i = 0; i < 3; i++)
        ANSWERS(&started, "write", theirs[i], "good");
    CHECK(queue_is(server, 14, 3));
    end_child(&started);
    CHECK(CloseHandle(client) && CloseHandle(server));
}

static void objects_for_waiting(void)
{
    CHILD started = start_child(0);
    HANDLE ping = CreateEvent(NULL, FALSE, FALSE, NULL), pong = CreateEvent(NULL, FALSE, FALSE, NULL);
    HANDLE mutex = CreateMutex(NULL, FALSE, NULL), theirs[3] = {NULL, NULL, NULL}, any[3];

    CHECK_SUCCEEDS(give(&started, ping, &theirs[0], 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK_SUCCEEDS(give(&started, pong, &theirs[1], 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK_SUCCEEDS(give(&started, mutex, &theirs[2], 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(SetEvent(ping));
    ANSWERS(&started, "wait", theirs[0], "0");
    CHECK(WaitForSingleObject(ping, 0) == WAIT_TIMEOUT);
    ANSWERS(&started, "wait", theirs[2], "0");
    /* A process among events and mutexes. */
    any[0] = started.information.hProcess;
    any[1] = mutex;
    any[2] = pong;
    CHECK(WaitForMultipleObjects(3, any, FALSE, 20) == WAIT_TIMEOUT);
    ANSWERS(&started, "set", theirs[1], "good");
    CHECK(WaitForMultipleObjects(3, any, FALSE, PATIENCE) == WAIT_OBJECT_0 + 2);
    /* Ends without releasing the mutex. */
    fclose(started.orders);
    CHECK(WaitForMultipleObjects(1, any, FALSE, PATIENCE) == WAIT_OBJECT_0);
    CHECK(WaitForSingleObject(mutex, PATIENCE) == WAIT_ABANDONED);
    CHECK(ReleaseMutex(mutex));
    fclose(started.answers);
    CHECK(CloseHandle(started.information.hProcess) && CloseHandle(started.information.hThread));
    CHECK(CloseHandle(ping) && CloseHandle(pong) && CloseHandle(mutex));
}

static void what_cannot_be_duplicated(void)
{
    HANDLE server = create(SLOT("across\\not"), 0, 0), theirs = NULL, process;
    CHILD started = start_child(0);
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);

    CHECK_FAILS(give(&started, port, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS), ERROR_NOT_SUPPORTED);
    CHECK_FAILS(give(&started, GetCurrentThread(), &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS), ERROR_NOT_SUPPORTED);
    CHECK_FAILS(give(&started, started.information.hThread, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS), ERROR_NOT_SUPPORTED);
    CHECK_SUCCEEDS(CloseHandle(port));

    CHECK_FAILS(take(&started, handle_of(400), &theirs, DUPLICATE_SAME_ACCESS), ERROR_INVALID_HANDLE);
    CHECK_FAILS(take(&started, NULL, &theirs, DUPLICATE_SAME_ACCESS), ERROR_INVALID_HANDLE);
    CHECK_FAILS(give(&started, NULL, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS), ERROR_INVALID_HANDLE);
    CHECK_FAILS(DuplicateHandle(server, server, GetCurrentProcess(), &theirs, 0, FALSE, 0), ERROR_INVALID_HANDLE);
    CHECK_FAILS(DuplicateHandle(GetCurrentProcess(), server, server, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS), ERROR_INVALID_HANDLE);
    process = started.information.hProcess;
    CHECK(TerminateProcess(process, 0) && WaitForSingleObject(process, PATIENCE) == WAIT_OBJECT_0);
    CHECK_FAILS(give(&started, server, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS), ERROR_ACCESS_DENIED);
    CHECK_FAILS(take(&started, handle_of(3), &theirs, DUPLICATE_SAME_ACCESS), ERROR_ACCESS_DENIED);
    end_child(&started);
    CHECK_SUCCEEDS(CloseHandle(server));
}

static void into_a_program_without_the_library(void)
{
    HANDLE server = create(SLOT("across\\foreign"), 0, 0), theirs = NULL;
    PROCESS_INFORMATION information;
    STARTUPINFO startup;
    TCHAR line[] = TEXT("sleep 600");

    ZeroMemory(&startup, sizeof(startup));
    CHECK(CreateProcess(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information));
    CHECK_FAILS(DuplicateHandle(GetCurrentProcess(), server, information.hProcess, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS),
                ERROR_NOT_SUPPORTED);
    CHECK(theirs == NULL);
    CHECK_SUCCEEDS(TerminateProcess(information.hProcess, 0));
    CHECK(CloseHandle(information.hProcess) && CloseHandle(information.hThread));
    CHECK_SUCCEEDS(CloseHandle(server));
}

enum { MANY = 200 };

static void many_handles(void)
{
    HANDLE server = create(SLOT("across\\many"), 0, 0), client = open_writer(SLOT("across\\many"));
    static HANDLE theirs[MANY];
    CHILD started = start_child(0);
    int i, j;

    for (i = 0; i < MANY; i++) {
        CHECK_SUCCEEDS(give(&started, client, &theirs[i], 0, FALSE, DUPLICATE_SAME_ACCESS));
        for (j = 0; j < i; j++)
            CHECK(theirs[i] != theirs[j]);
    }
    for (i = 0; i < MANY; i++)
        ANSWERS(&started, "write", theirs[i], "good");
    CHECK(queue_is(server, 14, MANY));
    for (i = 0; i < MANY; i += 2)
        ANSWERS(&started, "close", theirs[i], "good");
    for (i = 0; i < MANY; i++)
        ANSWERS(&started, "write", theirs[i], i % 2 ? "good" : "error 6");
    CHECK(CloseHandle(client) && CloseHandle(server));
    end_child(&started);
}

typedef struct {
    CHILD *target;
    HANDLE source;
    HANDLE theirs[MANY / 2];
    int failures;
} SENDER;

static void *send_many(void *argument)
{
    SENDER *sender = (SENDER *)argument;
    int i;

    for (i = 0; i < MANY / 2; i++)
        sender->failures += !give(sender->target, sender->source, &sender->theirs[i], 0, FALSE, DUPLICATE_SAME_ACCESS);
    return NULL;
}

static void two_sources_at_once(void)
{
    HANDLE server = create(SLOT("across\\two"), 0, 0), client = open_writer(SLOT("across\\two"));
    static SENDER senders[2];
    CHILD started = start_child(0);
    pthread_t threads[2];
    int i, j;

    for (i = 0; i < 2; i++) {
        senders[i].target = &started;
        senders[i].source = client;
        senders[i].failures = 0;
        CHECK(pthread_create(&threads[i], NULL, send_many, &senders[i]) == 0);
    }
    /* The target takes handles out all the while. */
    for (i = 0; i < 200; i++)
        ANSWERS(&started, "flags", handle_of(300), "error 6");
    for (i = 0; i < 2; i++)
        CHECK(pthread_join(threads[i], NULL) == 0 && senders[i].failures == 0);
    for (i = 0; i < 2; i++)
        for (j = 0; j < MANY / 2; j++) {
            ANSWERS(&started, "write", senders[i].theirs[j], "good");
            ANSWERS(&started, "close", senders[i].theirs[j], "good");
        }
    CHECK(queue_is(server, 14, MANY));
    CHECK(CloseHandle(client) && CloseHandle(server));
    end_child(&started);
}

/* A fork that goes on without exec gets handles, once it has called the library. */
static void into_a_fork(void)
{
    HANDLE server = create(SLOT("across\\fork"), 0, 0), client = open_writer(SLOT("across\\fork")), process, theirs = NULL;
    int numbers[2], status = -1;
    DWORD size;
    pid_t forked;

    CHECK(pipe(numbers) == 0);
    forked = fork();
    if (forked == 0) {
        HANDLE handle = NULL;
        CloseHandle(NULL);
        if (read(numbers[0], &handle, sizeof(handle)) != sizeof(handle))
            _exit(1);
        _exit(WriteFile(handle, "from the fork", 13, &size, NULL) ? 0 : (int)GetLastError());
    }
    process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, (DWORD)forked);
    CHECK_SUCCEEDS(DuplicateHandle(GetCurrentProcess(), client, process, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(write(numbers[1], &theirs, sizeof(theirs)) == sizeof(theirs));
    CHECK(waitpid(forked, &status, 0) == forked && status == 0);
    CHECK(reads_text(server, "from the fork"));
    CHECK(close(numbers[0]) == 0 && close(numbers[1]) == 0);
    CHECK(CloseHandle(process) && CloseHandle(client) && CloseHandle(server));
}

int main(int argc, char **argv)
{
    char path[4096];
    ssize_t length, i;

    if (argc > 1 && strcmp(argv[1], "child") == 0)
        return child();
    length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    for (i = 0; i < length; i++)
        self[i] = (TCHAR)(unsigned char)path[i];
    tap_run("B92 into a child; the slot dies with it", b92_into_a_child_and_gone_with_it);
    tap_run("B92 a handle on its way keeps the slot, and dies with the target", b92_on_the_way_it_lives_and_dies_with_the_target);
    tap_run("B91 from a child; the slot outlives it", b91_from_a_child_and_alive_after_it);
    tap_run("B97 B98 closing the source in a child", b97_closing_the_source_in_the_child);
    tap_run("B95 B96 rights go along", b95_b96_rights_go_along);
    tap_run("inheritance is the call's", the_inherit_flag_is_the_call_s);
    tap_run("from one child into another", from_one_child_into_another);
    tap_run("process handles as sources", process_handles_as_sources);
    tap_run("into a child that was created suspended", into_a_suspended_child);
    tap_run("events and mutexes, and a process among them", objects_for_waiting);
    tap_run("B99 what cannot be duplicated", what_cannot_be_duplicated);
    /* Takes its time, which one kind of build is enough for. */
    if (sizeof(TCHAR) == 1)
        tap_run("a program without the library is 50", into_a_program_without_the_library);
    tap_run("200 handles", many_handles);
    tap_run("two sources at once", two_sources_at_once);
    tap_run("into a fork", into_a_fork);
    return tap_end();
}
