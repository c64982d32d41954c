/* What the test programs share: one line of TAP for each behaviour, and why it failed. */
#ifndef TAP_H
#define TAP_H

#include <stdio.h>
#include <windows.h>

static int tap_number;
static int tap_failures;
static int tap_is_good;

/* A check within a behaviour: says what did not hold, and goes on. */
#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            printf("# %s:%d: %s (last error %u)\n", __FILE__, __LINE__, #condition, GetLastError());                   \
            tap_is_good = 0;                                                                                           \
        }                                                                                                              \
    } while (0)

/* The call fails with this last error. */
#define CHECK_FAILS(call, error)                                                                                       \
    do {                                                                                                               \
        SetLastError(0xBEEF);                                                                                          \
        CHECK(!(call));                                                                                                \
        CHECK(GetLastError() == (DWORD)(error));                                                                       \
    } while (0)

/* The call succeeds and leaves the last error alone. */
#define CHECK_SUCCEEDS(call)                                                                                           \
    do {                                                                                                               \
        SetLastError(0xBEEF);                                                                                          \
        CHECK(call);                                                                                                   \
        CHECK(GetLastError() == 0xBEEF);                                                                               \
    } while (0)

static inline void tap_run(const char *behaviour, void (*test)(void))
{
    tap_is_good = 1;
    test();
    tap_number++;
    tap_failures += !tap_is_good;
    printf("%sok %d - %s\n", tap_is_good ? "" : "not ", tap_number, behaviour);
    fflush(stdout);
}

static inline int tap_end(void)
{
    printf("1..%d\n", tap_number);
    return tap_failures != 0;
}

#endif
