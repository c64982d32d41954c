/* Locks in the program's memory: critical sections, slim locks, condition variables, one-time initialisation. */
#include "objects.h"

#define WORKERS 4
#define TURNS 20000

static CRITICAL_SECTION section;
static SRWLOCK slim = SRWLOCK_INIT;
static CONDITION_VARIABLE changed = CONDITION_VARIABLE_INIT;
static int counter;

static int cannot_enter(void *unused)
{
    (void)unused;
    return !TryEnterCriticalSection(&section);
}

static int enters(void *unused)
{
    (void)unused;
    if (!TryEnterCriticalSection(&section))
        return 0;
    LeaveCriticalSection(&section);
    return 1;
}

static int count_in_section(void *unused)
{
    int i;

    (void)unused;
    for (i = 0; i < TURNS; i++) {
        EnterCriticalSection(&section);
        EnterCriticalSection(&section);
        counter++;
        LeaveCriticalSection(&section);
        LeaveCriticalSection(&section);
    }
    return 1;
}

static int in_all_threads(thrd_start_t work)
{
    thrd_t threads[WORKERS];
    int i, good = 0;

    for (i = 0; i < WORKERS; i++)
        CHECK(start(&threads[i], work, NULL));
    for (i = 0; i < WORKERS; i++)
        good += result_of(threads[i]);
    return good == WORKERS;
}

static void one_thread_is_in_a_critical_section(void)
{
    InitializeCriticalSection(&section);
    EnterCriticalSection(&section);
    CHECK(TryEnterCriticalSection(&section));
    CHECK(in_thread(cannot_enter, NULL));
    LeaveCriticalSection(&section);
    CHECK(in_thread(cannot_enter, NULL));
    LeaveCriticalSection(&section);
    CHECK(in_thread(enters, NULL));
    counter = 0;
    CHECK(in_all_threads(count_in_section) && counter == WORKERS * TURNS);
    DeleteCriticalSection(&section);
    CHECK(InitializeCriticalSectionAndSpinCount(&section, 4000));
    CHECK(SetCriticalSectionSpinCount(&section, 1) == 4000 && SetCriticalSectionSpinCount(&section, 0) == 1);
    CHECK(in_thread(enters, NULL));
    DeleteCriticalSection(&section);
    CHECK(InitializeCriticalSectionEx(&section, 0, 0));
    DeleteCriticalSection(&section);
}

static int can_read_only(void *unused)
{
    (void)unused;
    if (TryAcquireSRWLockExclusive(&slim) || !TryAcquireSRWLockShared(&slim))
        return 0;
    ReleaseSRWLockShared(&slim);
    return 1;
}

static int can_do_nothing(void *unused)
{
    (void)unused;
    return !TryAcquireSRWLockExclusive(&slim) && !TryAcquireSRWLockShared(&slim);
}

static int both_values[2];

static int write_and_read(void *unused)
{
    int i, good = 1;

    (void)unused;
    for (i = 0; i < TURNS && good; i++) {
        if (i % 8 == 0) {
            AcquireSRWLockExclusive(&slim);
            both_values[0]++;
            both_values[1]++;
            ReleaseSRWLockExclusive(&slim);
        } else {
            AcquireSRWLockShared(&slim);
            good = both_values[0] == both_values[1];
            ReleaseSRWLockShared(&slim);
        }
    }
    return good;
}

static void slim_locks_have_one_writer_or_many_readers(void)
{
    AcquireSRWLockShared(&slim);
    CHECK(in_thread(can_read_only, NULL));
    ReleaseSRWLockShared(&slim);
    AcquireSRWLockExclusive(&slim);
    CHECK(in_thread(can_do_nothing, NULL));
    ReleaseSRWLockExclusive(&slim);
    CHECK(in_all_threads(write_and_read) && both_values[0] == WORKERS * TURNS / 8);
    InitializeSRWLock(&slim);
    CHECK(TryAcquireSRWLockExclusive(&slim));
    ReleaseSRWLockExclusive(&slim);
}

static int stock;

static int consume_in_section(void *unused)
{
    int i;

    (void)unused;
    for (i = 0; i < TURNS; i++) {
        EnterCriticalSection(&section);
        while (stock == 0)
            if (!SleepConditionVariableCS(&changed, &section, PATIENCE))
                return 0;
        stock--;
        LeaveCriticalSection(&section);
    }
    return 1;
}

static int wait_as_reader(void *unused)
{
    int good = 1;

    (void)unused;
    AcquireSRWLockShared(&slim);
    while (stock == 0 && good)
        good = SleepConditionVariableSRW(&changed, &slim, PATIENCE, CONDITION_VARIABLE_LOCKMODE_SHARED);
    ReleaseSRWLockShared(&slim);
    return good;
}

static void condition_variables_wake(void)
{
    thrd_t threads[WORKERS];
    int i;

    InitializeConditionVariable(&changed);
    InitializeCriticalSection(&section);
    EnterCriticalSection(&section);
    CHECK_FAILS(SleepConditionVariableCS(&changed, &section, 10), ERROR_TIMEOUT);
    LeaveCriticalSection(&section);
    AcquireSRWLockExclusive(&slim);
    CHECK_FAILS(SleepConditionVariableSRW(&changed, &slim, 10, 0), ERROR_TIMEOUT);
    ReleaseSRWLockExclusive(&slim);
    for (i = 0; i < WORKERS; i++)
        CHECK(start(&threads[i], consume_in_section, NULL));
    for (i = 0; i < WORKERS * TURNS; i++) {
        EnterCriticalSection(&section);
        stock++;
        LeaveCriticalSection(&section);
        WakeConditionVariable(&changed);
    }
    for (i = 0; i < WORKERS; i++)
        CHECK(result_of(threads[i]));
    CHECK(stock == 0);
    for (i = 0; i < WORKERS; i++)
        CHECK(start(&threads[i], wait_as_reader, NULL));
    Sleep(20);
    AcquireSRWLockExclusive(&slim);
    stock = 1;
    ReleaseSRWLockExclusive(&slim);
    WakeAllConditionVariable(&changed);
    for (i = 0; i < WORKERS; i++)
        CHECK(result_of(threads[i]));
    DeleteCriticalSection(&section);
}

static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static ULONGLONG made[2];

static BOOL CALLBACK make(PINIT_ONCE unused, PVOID parameter, PVOID *context)
{
    (void)unused;
    Sleep(10);
    counter++;
    if (parameter == NULL)
        return FALSE;
    *context = made;
    return TRUE;
}

static int use_once(void *unused)
{
    PVOID context = NULL;

    (void)unused;
    return InitOnceExecuteOnce(&once, make, made, &context) && context == made;
}

static void initialisation_happens_once(void)
{
    PVOID context = NULL;
    BOOL is_pending = FALSE;

    counter = 0;
    CHECK_FAILS(InitOnceBeginInitialize(&once, INIT_ONCE_CHECK_ONLY, &is_pending, &context), ERROR_GEN_FAILURE);
    CHECK(!InitOnceExecuteOnce(&once, make, NULL, &context) && counter == 1);
    CHECK(in_all_threads(use_once) && counter == 2);
    CHECK(InitOnceBeginInitialize(&once, INIT_ONCE_CHECK_ONLY, &is_pending, &context) && !is_pending && context == made);
    InitOnceInitialize(&once);
    CHECK(InitOnceBeginInitialize(&once, 0, &is_pending, NULL) && is_pending);
    CHECK(InitOnceComplete(&once, INIT_ONCE_INIT_FAILED, NULL));
    CHECK(InitOnceBeginInitialize(&once, 0, &is_pending, NULL) && is_pending);
    CHECK_SUCCEEDS(InitOnceComplete(&once, 0, made));
    CHECK(InitOnceBeginInitialize(&once, 0, &is_pending, &context) && !is_pending && context == made);
    CHECK_FAILS(InitOnceComplete(&once, 0, made), ERROR_GEN_FAILURE);
    CHECK_FAILS(InitOnceBeginInitialize(&once, INIT_ONCE_ASYNC, &is_pending, NULL), ERROR_INVALID_PARAMETER);
}

int main(void)
{
    tap_run("one thread at a time is in a critical section", one_thread_is_in_a_critical_section);
    tap_run("slim locks have one writer or many readers", slim_locks_have_one_writer_or_many_readers);
    tap_run("condition variables wake", condition_variables_wake);
    tap_run("initialisation happens once", initialisation_happens_once);
    return tap_end();
}
