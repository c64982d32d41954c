/* Semaphores: counts, names, and waits for them in several threads and processes. */
#include "objects.h"

static void the_count_goes_up_and_down(void)
{
    HANDLE semaphore;
    LONG previous = -1;

    SetLastError(0xBEEF);
    semaphore = CreateSemaphore(NULL, 2, 3, NULL);
    CHECK(semaphore != NULL && GetLastError() == 0);
    CHECK(TAKES(semaphore) && TAKES(semaphore) && TIMES_OUT(semaphore));
    CHECK_SUCCEEDS(ReleaseSemaphore(semaphore, 1, &previous));
    CHECK(previous == 0);
    CHECK_SUCCEEDS(ReleaseSemaphore(semaphore, 2, &previous));
    CHECK(previous == 1);
    CHECK_FAILS(ReleaseSemaphore(semaphore, 1, &previous), ERROR_TOO_MANY_POSTS);
    CHECK(previous == 1);
    CHECK(TAKES(semaphore));
    CHECK_FAILS(ReleaseSemaphore(semaphore, 2, NULL), ERROR_TOO_MANY_POSTS);
    CHECK_FAILS(ReleaseSemaphore(semaphore, 0x7FFFFFFF, NULL), ERROR_TOO_MANY_POSTS);
    CHECK_SUCCEEDS(ReleaseSemaphore(semaphore, 1, NULL));
    CHECK(TAKES(semaphore) && TAKES(semaphore) && TAKES(semaphore) && TIMES_OUT(semaphore));
    CHECK(CloseHandle(semaphore));
}

static void wrong_arguments_are_refused(void)
{
    HANDLE semaphore = CreateSemaphore(NULL, 0, 1, NULL);
    HANDLE event = CreateEvent(NULL, FALSE, FALSE, NULL);

    CHECK_FAILS(CreateSemaphore(NULL, 2, 1, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateSemaphore(NULL, -1, 1, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateSemaphore(NULL, 0, 0, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateSemaphore(NULL, 0, -1, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateSemaphoreEx(NULL, 0, 1, NULL, 1, SEMAPHORE_ALL_ACCESS), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(ReleaseSemaphore(semaphore, 0, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(ReleaseSemaphore(semaphore, -1, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(ReleaseSemaphore(event, 1, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(SetEvent(semaphore), ERROR_INVALID_HANDLE);
    CHECK_FAILS(ReleaseMutex(semaphore), ERROR_INVALID_HANDLE);
    CHECK_FAILS(OpenSemaphore(SEMAPHORE_ALL_ACCESS, FALSE, NULL), ERROR_INVALID_PARAMETER);
    CHECK(CloseHandle(semaphore) && CloseHandle(event));
}

static void kinds_share_their_names(void)
{
    HANDLE semaphore = CreateSemaphore(NULL, 1, 1, TEXT("kinds"));
    HANDLE second;

    CHECK(semaphore != NULL);
    CHECK_FAILS(CreateEvent(NULL, FALSE, FALSE, TEXT("kinds")), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CreateMutex(NULL, FALSE, TEXT("kinds")), ERROR_INVALID_HANDLE);
    CHECK_FAILS(OpenEvent(EVENT_ALL_ACCESS, FALSE, TEXT("kinds")), ERROR_INVALID_HANDLE);
    CHECK_FAILS(OpenMutex(MUTEX_ALL_ACCESS, FALSE, TEXT("kinds")), ERROR_INVALID_HANDLE);
    second = CreateSemaphore(NULL, 0, 5, TEXT("kinds"));
    CHECK(second != NULL && GetLastError() == ERROR_ALREADY_EXISTS);
    CHECK(TAKES(second) && TIMES_OUT(semaphore));
    CHECK(ReleaseSemaphore(semaphore, 1, NULL));
    CHECK_FAILS(ReleaseSemaphore(second, 1, NULL), ERROR_TOO_MANY_POSTS);
    CHECK(CloseHandle(semaphore) && CloseHandle(second));
    second = CreateEvent(NULL, FALSE, FALSE, TEXT("kinds"));
    CHECK(second != NULL && GetLastError() == 0);
    CHECK_FAILS(OpenSemaphore(SEMAPHORE_ALL_ACCESS, FALSE, TEXT("kinds")), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(second));
}

#define WORKERS 4
#define ITEMS 20000

static HANDLE items, room;
static int made, taken;

static int produce(void *unused)
{
    int i;

    (void)unused;
    for (i = 0; i < ITEMS; i++) {
        if (WaitForSingleObject(room, PATIENCE) != WAIT_OBJECT_0)
            return 0;
        __atomic_fetch_add(&made, 1, __ATOMIC_SEQ_CST);
        if (!ReleaseSemaphore(items, 1, NULL))
            return 0;
    }
    return 1;
}

static int consume(void *unused)
{
    int i;

    (void)unused;
    for (i = 0; i < ITEMS; i++) {
        if (WaitForSingleObject(items, PATIENCE) != WAIT_OBJECT_0)
            return 0;
        if (__atomic_fetch_add(&taken, 1, __ATOMIC_SEQ_CST) >= __atomic_load_n(&made, __ATOMIC_SEQ_CST))
            return 0;
        if (!ReleaseSemaphore(room, 1, NULL))
            return 0;
    }
    return 1;
}

static void producers_and_consumers(void)
{
    thrd_t threads[WORKERS];
    int i;

    items = CreateSemaphore(NULL, 0, 3, NULL);
    room = CreateSemaphore(NULL, 3, 3, TEXT("room"));
    for (i = 0; i < WORKERS; i++)
        CHECK(start(&threads[i], i % 2 ? produce : consume, NULL));
    for (i = 0; i < WORKERS; i++)
        CHECK(result_of(threads[i]));
    CHECK(made == ITEMS * WORKERS / 2 && taken == made);
    CHECK(TIMES_OUT(items));
    CHECK(CloseHandle(items) && CloseHandle(room));
}

/* Of several waits at once each is satisfied by one unit, and a wait for all takes none until it can take all. */
static int take_both(void *argument)
{
    return WaitForMultipleObjects(2, (const HANDLE *)argument, TRUE, PATIENCE) == WAIT_OBJECT_0;
}

static void waits_for_all_take_all_or_none(void)
{
    HANDLE both[2];
    thrd_t threads[WORKERS];
    int i, round;

    both[0] = CreateSemaphore(NULL, 0, 1000000, NULL);
    both[1] = CreateSemaphore(NULL, 0, 1000000, NULL);
    CHECK(ReleaseSemaphore(both[0], 1, NULL));
    CHECK(WaitForMultipleObjects(2, both, TRUE, 0) == WAIT_TIMEOUT);
    CHECK(TAKES(both[0]));
    for (round = 0; round < 200; round++) {
        for (i = 0; i < WORKERS; i++)
            CHECK(start(&threads[i], take_both, both));
        for (i = 0; i < WORKERS; i++)
            CHECK(ReleaseSemaphore(both[i % 2], 2, NULL));
        for (i = 0; i < WORKERS; i++)
            CHECK(result_of(threads[i]));
        CHECK(TIMES_OUT(both[0]) && TIMES_OUT(both[1]));
    }
    CHECK(CloseHandle(both[0]) && CloseHandle(both[1]));
}

static int take_in_child(HANDLE semaphore)
{
    LONG previous = -1;

    return WaitForSingleObject(semaphore, PATIENCE) == WAIT_OBJECT_0 && ReleaseSemaphore(semaphore, 2, &previous) &&
           previous == 0;
}

static void processes_share_the_count(void)
{
    HANDLE semaphore = CreateSemaphore(NULL, 1, 5, TEXT("of two"));

    CHECK(in_child(take_in_child, semaphore));
    CHECK(TAKES(semaphore) && TAKES(semaphore) && TIMES_OUT(semaphore));
    CHECK(CloseHandle(semaphore));
}

int main(void)
{
    tap_run("a semaphore's count goes up and down", the_count_goes_up_and_down);
    tap_run("wrong arguments are refused", wrong_arguments_are_refused);
    tap_run("kinds of objects share their names", kinds_share_their_names);
    tap_run("producers and consumers", producers_and_consumers);
    tap_run("waits for all take all or none", waits_for_all_take_all_or_none);
    tap_run("processes share the count", processes_share_the_count);
    return tap_end();
}
