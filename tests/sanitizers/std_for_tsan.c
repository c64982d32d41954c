/*
 * What ThreadSanitizer would see of Rust's standard library if that were built with it. The toolchain's is not, so the
 * sanitizer misses the synchronisation in its slow paths, and would report what they order as races. This file stands
 * between the mailslot crates and those functions (ld --wrap) and tells the sanitizer what they do, no more:
 *
 *   - A lock that was contended is taken in std. Its release is an exchange that is inlined into our code, and seen.
 *   - A condition variable releases the mutex and takes it again in std.
 *   - Once runs its closure and marks itself done in std. Those who find it done do so by an inlined load, which is seen. (Between
 *     the mark and the release below lies a moment in which another thread could find it done without the sanitizer's
 *     knowledge; it would have to use within it what the closure wrote.)
 *   - Arc's last owner acquires by a fence, which this sanitizer does not model at all: fetch_sub(1, Release), and if that was
 *     the last one, fence(Acquire). By the rules of C++ the fence acquires what the atomic operations before it read; the
 *     last fetch_sub of the thread is what Arc means.
 *
 * The macros are the mangled names of those functions that the crates call, as xtask found them in the library.
 */
#include <stddef.h>
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

/* Rust passes that many words in registers as C does, and returns one. */
typedef uintptr_t WORD;
#define PARAMETERS WORD a, WORD b, WORD c, WORD d, WORD e, WORD f

/* Defines the function that the crates call instead: it calls std's between two statements. */
#define AROUND(name, symbol, before, after)                                                                            \
    WORD real_##name(PARAMETERS) __asm__("__real_" symbol);                                                            \
    WORD wrap_##name(PARAMETERS) __asm__("__wrap_" symbol);                                                            \
    WORD wrap_##name(PARAMETERS)                                                                                       \
    {                                                                                                                  \
        WORD result;                                                                                                   \
                                                                                                                       \
        before;                                                                                                        \
        result = real_##name(a, b, c, d, e, f);                                                                        \
        after;                                                                                                         \
        return result;                                                                                                 \
    }

/* The lock is the first argument. */
#define TAKES(name, symbol) AROUND(name, symbol, (void)0, __tsan_acquire((void *)a))
/* The condition variable is the first argument, its mutex the second. */
#define GIVES_AND_TAKES(name, symbol) AROUND(name, symbol, __tsan_release((void *)b), __tsan_acquire((void *)b))
#define TAKES_AND_GIVES(name, symbol) AROUND(name, symbol, (void)0, __tsan_acquire((void *)a); __tsan_release((void *)a))

#ifdef MUTEX_LOCK
TAKES(mutex_lock, MUTEX_LOCK)
#endif
#ifdef RWLOCK_READ
TAKES(rwlock_read, RWLOCK_READ)
#endif
#ifdef RWLOCK_WRITE
TAKES(rwlock_write, RWLOCK_WRITE)
#endif
#ifdef CONDVAR_WAIT
GIVES_AND_TAKES(condvar_wait, CONDVAR_WAIT)
#endif
#ifdef CONDVAR_WAIT_TIMEOUT
GIVES_AND_TAKES(condvar_wait_timeout, CONDVAR_WAIT_TIMEOUT)
#endif
#ifdef ONCE_CALL
TAKES_AND_GIVES(once_call, ONCE_CALL)
#endif
#ifdef ONCE_WAIT
TAKES(once_wait, ONCE_WAIT)
#endif

static _Thread_local void *last_decremented;

int64_t __real___tsan_atomic64_fetch_sub(volatile int64_t *word, int64_t value, int order);
int64_t __wrap___tsan_atomic64_fetch_sub(volatile int64_t *word, int64_t value, int order);
int64_t __wrap___tsan_atomic64_fetch_sub(volatile int64_t *word, int64_t value, int order)
{
    last_decremented = (void *)word;
    return __real___tsan_atomic64_fetch_sub(word, value, order);
}

void __real___tsan_atomic_thread_fence(int order);
void __wrap___tsan_atomic_thread_fence(int order);
void __wrap___tsan_atomic_thread_fence(int order)
{
    __real___tsan_atomic_thread_fence(order);
    if (last_decremented != NULL && order != __ATOMIC_RELEASE)
        __tsan_acquire(last_decremented);
}
