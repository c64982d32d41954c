/* Events: states, names, and waits for them in several threads and in several processes. */
#include <sys/resource.h>

#include "objects.h"

#define IS_SET TAKES
#define IS_NOT_SET TIMES_OUT

static void an_event_resets_itself_or_not(void)
{
    HANDLE automatic = CreateEvent(NULL, FALSE, FALSE, NULL);
    HANDLE manual = CreateEvent(NULL, TRUE, TRUE, NULL);

    CHECK(automatic != NULL && manual != NULL);
    CHECK(IS_NOT_SET(automatic));
    CHECK_SUCCEEDS(SetEvent(automatic));
    CHECK_SUCCEEDS(SetEvent(automatic));
    CHECK(IS_SET(automatic) && IS_NOT_SET(automatic));
    CHECK(IS_SET(manual) && IS_SET(manual));
    CHECK_SUCCEEDS(ResetEvent(manual));
    CHECK(IS_NOT_SET(manual));
    CHECK(SetEvent(automatic));
    CHECK_SUCCEEDS(ResetEvent(automatic));
    CHECK(IS_NOT_SET(automatic));
    CHECK_SUCCEEDS(PulseEvent(manual));
    CHECK(IS_NOT_SET(manual));
    CHECK(SetEvent(manual) && PulseEvent(manual) && IS_NOT_SET(manual));
    CHECK(CloseHandle(automatic) && CloseHandle(manual));
}

static void creation_sets_the_last_error(void)
{
    HANDLE event, second;

    SetLastError(0xBEEF);
    event = CreateEvent(NULL, FALSE, FALSE, NULL);
    CHECK(event != NULL && GetLastError() == 0);
    CHECK(CloseHandle(event));
    SetLastError(0xBEEF);
    event = CreateEvent(NULL, FALSE, FALSE, TEXT("last error"));
    CHECK(event != NULL && GetLastError() == 0);
    second = CreateEvent(NULL, TRUE, TRUE, TEXT("last error"));
    CHECK(second != NULL && GetLastError() == ERROR_ALREADY_EXISTS);
    CHECK(second != event);
    CHECK(IS_NOT_SET(second));
    CHECK(CloseHandle(event) && CloseHandle(second));
}

static void wrong_handles_are_error_6(void)
{
    HANDLE event = CreateEvent(NULL, FALSE, FALSE, NULL);
    HANDLE slot = CreateMailslot(TEXT("\\\\.\\mailslot\\no event"), 0, 0, NULL);
    char byte;
    DWORD size;

    CHECK_FAILS(SetEvent(slot), ERROR_INVALID_HANDLE);
    CHECK_FAILS(ResetEvent(slot), ERROR_INVALID_HANDLE);
    CHECK_FAILS(PulseEvent(slot), ERROR_INVALID_HANDLE);
    CHECK_FAILS(SetEvent(NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(SetEvent((HANDLE)4000), ERROR_INVALID_HANDLE);
    CHECK_FAILS(ReadFile(event, &byte, 1, &size, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(WriteFile(event, "x", 1, &size, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(GetMailslotInfo(event, NULL, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(event) && CloseHandle(slot));
    CHECK_FAILS(SetEvent(event), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CloseHandle(event), ERROR_INVALID_HANDLE);
}

static void a_name_leads_to_one_event(void)
{
    HANDLE event = CreateEvent(NULL, FALSE, FALSE, TEXT("Local\\shared"));
    HANDLE global = OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("Global\\shared"));
    HANDLE plain = OpenEvent(EVENT_MODIFY_STATE, FALSE, TEXT("shared"));

    CHECK(event != NULL && global != NULL && plain != NULL);
    CHECK(SetEvent(global));
    CHECK(IS_SET(plain) && IS_NOT_SET(event));
    CHECK_FAILS(OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("Shared")), ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(event) && CloseHandle(global));
    CHECK(SetEvent(plain));
    event = OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("shared"));
    CHECK(IS_SET(event));
    CHECK(CloseHandle(event) && CloseHandle(plain));
    CHECK_FAILS(OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("shared")), ERROR_FILE_NOT_FOUND);
    event = CreateEvent(NULL, FALSE, TRUE, TEXT("shared"));
    CHECK(GetLastError() == 0 && IS_SET(event));
    CHECK(CloseHandle(event));
}

/* A name of that many letters. */
static TCHAR *long_name(int length)
{
    static TCHAR name[400];
    int i;

    for (i = 0; i < length; i++)
        name[i] = TEXT('n');
    name[length] = 0;
    return name;
}

static void wrong_names_are_refused(void)
{
    static const TCHAR no_ascii[] = {(TCHAR)0xE4, '%', '/', '.', '.', 0};
    HANDLE event;

    CHECK_FAILS(CreateEvent(NULL, FALSE, FALSE, TEXT("a\\b")), ERROR_PATH_NOT_FOUND);
    CHECK_FAILS(CreateEvent(NULL, FALSE, FALSE, TEXT("\\a")), ERROR_PATH_NOT_FOUND);
    CHECK_FAILS(CreateEvent(NULL, FALSE, FALSE, TEXT("local\\a")), ERROR_PATH_NOT_FOUND);
    CHECK_FAILS(CreateEvent(NULL, FALSE, FALSE, TEXT("Local\\a\\b")), ERROR_PATH_NOT_FOUND);
    CHECK_FAILS(CreateEvent(NULL, FALSE, FALSE, TEXT("Local\\")), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CreateEvent(NULL, FALSE, FALSE, long_name(MAX_PATH + 1)), ERROR_FILENAME_EXCED_RANGE);
    CHECK_FAILS(OpenEvent(EVENT_ALL_ACCESS, FALSE, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("nothing")), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(CreateEventEx(NULL, NULL, 4, EVENT_ALL_ACCESS), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("")), ERROR_INVALID_PARAMETER);
    event = CreateEvent(NULL, FALSE, FALSE, TEXT(""));
    CHECK(event != NULL && CloseHandle(event));
    event = CreateEvent(NULL, FALSE, FALSE, long_name(MAX_PATH));
    CHECK(event != NULL);
    CHECK_FAILS(OpenEvent(EVENT_ALL_ACCESS, FALSE, long_name(MAX_PATH - 1)), ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(event));
    event = CreateEventEx(NULL, no_ascii, CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET, EVENT_ALL_ACCESS);
    CHECK(event != NULL && IS_SET(event) && IS_SET(event));
    CHECK(CloseHandle(event));
}

static void a_duplicate_is_the_same_event(void)
{
    HANDLE event = CreateEvent(NULL, FALSE, FALSE, TEXT("duplicated"));
    HANDLE duplicate = NULL;

    CHECK(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &duplicate, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(duplicate != event && SetEvent(duplicate) && IS_SET(event));
    CHECK(CloseHandle(event));
    event = OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("duplicated"));
    CHECK(event != NULL && SetEvent(event) && IS_SET(duplicate));
    CHECK(CloseHandle(event) && CloseHandle(duplicate));
    CHECK_FAILS(OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("duplicated")), ERROR_FILE_NOT_FOUND);
}

typedef struct {
    HANDLE ping;
    HANDLE pong;
    int rounds;
} GAME;

static int answer(void *argument)
{
    const GAME *game = (const GAME *)argument;
    int i;

    for (i = 0; i < game->rounds; i++)
        if (WaitForSingleObject(game->ping, PATIENCE) != WAIT_OBJECT_0 || !SetEvent(game->pong))
            return 0;
    return 1;
}

static void two_threads_wake_each_other(void)
{
    GAME game;
    thrd_t thread;
    int i;

    game.ping = CreateEvent(NULL, FALSE, FALSE, NULL);
    game.pong = CreateEvent(NULL, FALSE, FALSE, TEXT("pong"));
    game.rounds = 20000;
    CHECK(start(&thread, answer, &game));
    for (i = 0; i < game.rounds; i++) {
        if (!SetEvent(game.ping) || WaitForSingleObject(game.pong, PATIENCE) != WAIT_OBJECT_0)
            break;
    }
    CHECK(i == game.rounds);
    CHECK(result_of(thread));
    CHECK(CloseHandle(game.ping) && CloseHandle(game.pong));
}

#define TAKERS 4
#define TURNS 5000

static HANDLE one_at_a_time;
static int inside;

static int take_turns(void *unused)
{
    int i;

    (void)unused;
    for (i = 0; i < TURNS; i++) {
        if (WaitForSingleObject(one_at_a_time, PATIENCE) != WAIT_OBJECT_0)
            return 0;
        if (__atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST) != 0)
            return 0;
        __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
        SetEvent(one_at_a_time);
    }
    return 1;
}

static void one_set_satisfies_one_wait(void)
{
    thrd_t threads[TAKERS];
    int i;

    one_at_a_time = CreateEvent(NULL, FALSE, TRUE, NULL);
    for (i = 0; i < TAKERS; i++)
        CHECK(start(&threads[i], take_turns, NULL));
    for (i = 0; i < TAKERS; i++)
        CHECK(result_of(threads[i]));
    CHECK(IS_SET(one_at_a_time) && IS_NOT_SET(one_at_a_time));
    CHECK(CloseHandle(one_at_a_time));
}

static int wait_for_it(void *argument)
{
    return WaitForSingleObject(*(HANDLE *)argument, PATIENCE) == WAIT_OBJECT_0;
}

static void a_manual_event_releases_all(void)
{
    HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
    thrd_t threads[TAKERS];
    int i;

    for (i = 0; i < TAKERS; i++)
        CHECK(start(&threads[i], wait_for_it, &event));
    Sleep(50);
    CHECK(SetEvent(event));
    for (i = 0; i < TAKERS; i++)
        CHECK(result_of(threads[i]));
    CHECK(CloseHandle(event));
}

static void waits_for_several(void)
{
    HANDLE events[3];
    thrd_t thread;

    events[0] = CreateEvent(NULL, FALSE, FALSE, NULL);
    events[1] = CreateEvent(NULL, TRUE, FALSE, TEXT("second"));
    events[2] = CreateEvent(NULL, FALSE, FALSE, NULL);
    CHECK(WaitForMultipleObjects(3, events, FALSE, 10) == WAIT_TIMEOUT);
    CHECK(SetEvent(events[2]) && SetEvent(events[1]));
    CHECK(WaitForMultipleObjects(3, events, TRUE, 10) == WAIT_TIMEOUT);
    CHECK(WaitForMultipleObjects(3, events, FALSE, 10) == WAIT_OBJECT_0 + 1);
    CHECK(SetEvent(events[0]));
    CHECK(WaitForMultipleObjects(3, events, TRUE, 10) == WAIT_OBJECT_0);
    CHECK(IS_NOT_SET(events[0]) && IS_SET(events[1]) && IS_NOT_SET(events[2]));
    /* The handed-over signal of SignalObjectAndWait. */
    CHECK(start(&thread, wait_for_it, &events[0]));
    CHECK(SignalObjectAndWait(events[0], events[1], PATIENCE, FALSE) == WAIT_OBJECT_0);
    CHECK(result_of(thread));
    CHECK(CloseHandle(events[0]) && CloseHandle(events[1]) && CloseHandle(events[2]));
}

static int open_and_set(HANDLE unused)
{
    HANDLE event = OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("of two"));

    (void)unused;
    return event != NULL && SetEvent(event) && CloseHandle(event);
}

static int leave_open(HANDLE unused)
{
    (void)unused;
    return CreateEvent(NULL, FALSE, FALSE, TEXT("left")) != NULL && GetLastError() == 0;
}

static void processes_share_a_name(void)
{
    HANDLE event = CreateEvent(NULL, FALSE, FALSE, TEXT("of two"));

    CHECK(in_child(open_and_set, NULL));
    CHECK(IS_SET(event));
    CHECK(CloseHandle(event));
    CHECK(in_child(leave_open, NULL));
    CHECK_FAILS(OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("left")), ERROR_FILE_NOT_FOUND);
    CHECK(in_child(leave_open, NULL));
    event = CreateEvent(NULL, FALSE, FALSE, TEXT("left"));
    CHECK(event != NULL && GetLastError() == 0);
    CHECK(CloseHandle(event));
}

static const char *self;

static void a_child_inherits_by_number(void)
{
    SECURITY_ATTRIBUTES attributes = {sizeof(attributes), NULL, TRUE};
    HANDLE inherited = CreateEvent(&attributes, FALSE, FALSE, NULL);
    HANDLE named = CreateEvent(NULL, FALSE, FALSE, TEXT("inherited"));
    HANDLE opened = OpenEvent(EVENT_ALL_ACCESS, TRUE, TEXT("inherited"));

    CHECK(has_succeeded(start_program(self, "set", inherited)));
    CHECK(IS_SET(inherited));
    CHECK(has_succeeded(start_program(self, "set", opened)));
    CHECK(IS_SET(named));
    CHECK(has_succeeded(start_program(self, "none", named)));
    CHECK(CloseHandle(inherited) && CloseHandle(named));
    /* What the child closed and left is still ours. */
    named = OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("inherited"));
    CHECK(named != NULL);
    CHECK(CloseHandle(named) && CloseHandle(opened));
    CHECK_FAILS(OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("inherited")), ERROR_FILE_NOT_FOUND);
}

static int child(const char *what, HANDLE handle)
{
    if (strcmp(what, "set") == 0)
        return SetEvent(handle) && CloseHandle(handle) && !CloseHandle(handle);
    return !SetEvent(handle) && GetLastError() == ERROR_INVALID_HANDLE;
}

/* Waiting costs no processor time: the threads are switched in once to begin and once to end. */
static void idle_waits_cost_nothing(void)
{
    HANDLE events[2];
    struct rusage before, after;
    thrd_t threads[2];

    events[0] = CreateEvent(NULL, FALSE, FALSE, NULL);
    events[1] = CreateEvent(NULL, FALSE, FALSE, TEXT("idle"));
    CHECK(start(&threads[0], wait_for_it, &events[0]) && start(&threads[1], wait_for_it, &events[1]));
    Sleep(100);
    getrusage(RUSAGE_SELF, &before);
    Sleep(500);
    getrusage(RUSAGE_SELF, &after);
    CHECK(after.ru_nvcsw - before.ru_nvcsw < 10);
    CHECK(SetEvent(events[0]) && SetEvent(events[1]));
    CHECK(result_of(threads[0]) && result_of(threads[1]));
    CHECK(CloseHandle(events[0]) && CloseHandle(events[1]));
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc == 3)
        return !child(argv[1], (HANDLE)(ULONG_PTR)strtoull(argv[2], NULL, 10));
    tap_run("an event resets itself or not", an_event_resets_itself_or_not);
    tap_run("creation sets the last error", creation_sets_the_last_error);
    tap_run("wrong handles are error 6", wrong_handles_are_error_6);
    tap_run("a name leads to one event", a_name_leads_to_one_event);
    tap_run("wrong names are refused", wrong_names_are_refused);
    tap_run("a duplicate is the same event", a_duplicate_is_the_same_event);
    tap_run("two threads wake each other", two_threads_wake_each_other);
    tap_run("one set satisfies one wait", one_set_satisfies_one_wait);
    tap_run("a manual event releases all", a_manual_event_releases_all);
    tap_run("waits for several events", waits_for_several);
    tap_run("processes share a name", processes_share_a_name);
    tap_run("a child inherits an event by number", a_child_inherits_by_number);
    tap_run("idle waits cost nothing", idle_waits_cost_nothing);
    return tap_end();
}
