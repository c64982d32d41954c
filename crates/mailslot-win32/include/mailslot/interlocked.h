/* Variables that several threads change: the compiler's atomic operations, in one order for all threads. */
#ifndef MAILSLOT_INTERLOCKED_H
#define MAILSLOT_INTERLOCKED_H

#include "types.h"

#define MemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define YieldProcessor() __asm__ __volatile__("" ::: "memory")

#ifdef __cplusplus

/* For LONG, and for the long of programs that were written where that is the same. */
extern "C++" {
#define MAILSLOT_INTERLOCKED(name, operation)                                                                          \
    template <typename T> inline T name(T volatile *target) { return operation(target, 1, __ATOMIC_SEQ_CST); }
#define MAILSLOT_INTERLOCKED_WITH(name, operation)                                                                     \
    template <typename T, typename V> inline T name(T volatile *target, V value)                                       \
    {                                                                                                                  \
        return operation(target, static_cast<T>(value), __ATOMIC_SEQ_CST);                                             \
    }
#define MAILSLOT_INTERLOCKED_COMPARE(name)                                                                             \
    template <typename T, typename V, typename C> inline T name(T volatile *target, V value, C expected)               \
    {                                                                                                                  \
        T found = static_cast<T>(expected);                                                                            \
        __atomic_compare_exchange_n(target, &found, static_cast<T>(value), false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
        return found;                                                                                                  \
    }
MAILSLOT_INTERLOCKED(InterlockedIncrement, __atomic_add_fetch)
MAILSLOT_INTERLOCKED(InterlockedDecrement, __atomic_sub_fetch)
MAILSLOT_INTERLOCKED_WITH(InterlockedExchange, __atomic_exchange_n)
MAILSLOT_INTERLOCKED_WITH(InterlockedExchangeAdd, __atomic_fetch_add)
MAILSLOT_INTERLOCKED_WITH(InterlockedAdd, __atomic_add_fetch)
MAILSLOT_INTERLOCKED_WITH(InterlockedAnd, __atomic_fetch_and)
MAILSLOT_INTERLOCKED_WITH(InterlockedOr, __atomic_fetch_or)
MAILSLOT_INTERLOCKED_WITH(InterlockedXor, __atomic_fetch_xor)
MAILSLOT_INTERLOCKED_COMPARE(InterlockedCompareExchange)
inline PVOID InterlockedExchangePointer(PVOID volatile *target, PVOID value)
{
    return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}
inline PVOID InterlockedCompareExchangePointer(PVOID volatile *target, PVOID value, PVOID expected)
{
    __atomic_compare_exchange_n(target, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}
}

#else

#define InterlockedIncrement(target) __atomic_add_fetch((target), 1, __ATOMIC_SEQ_CST)
#define InterlockedDecrement(target) __atomic_sub_fetch((target), 1, __ATOMIC_SEQ_CST)
#define InterlockedExchange(target, value) __atomic_exchange_n((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedExchangeAdd(target, value) __atomic_fetch_add((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedAdd(target, value) __atomic_add_fetch((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedAnd(target, value) __atomic_fetch_and((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedOr(target, value) __atomic_fetch_or((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedXor(target, value) __atomic_fetch_xor((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedCompareExchange(target, value, expected)                                                            \
    __extension__({                                                                                                    \
        __typeof__(*(target) + 0) mailslot_found = (expected);                                                         \
        __atomic_compare_exchange_n((target), &mailslot_found, (value), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);        \
        mailslot_found;                                                                                                \
    })
#define InterlockedExchangePointer(target, value) __atomic_exchange_n((void *volatile *)(target), (value), __ATOMIC_SEQ_CST)
#define InterlockedCompareExchangePointer(target, value, expected)                                                     \
    __extension__({                                                                                                    \
        void *mailslot_found = (expected);                                                                             \
        __atomic_compare_exchange_n((void *volatile *)(target), &mailslot_found, (value), 0, __ATOMIC_SEQ_CST,         \
                                    __ATOMIC_SEQ_CST);                                                                 \
        mailslot_found;                                                                                                \
    })

#endif

#define InterlockedIncrement64 InterlockedIncrement
#define InterlockedDecrement64 InterlockedDecrement
#define InterlockedExchange64 InterlockedExchange
#define InterlockedExchangeAdd64 InterlockedExchangeAdd
#define InterlockedAdd64 InterlockedAdd
#define InterlockedAnd64 InterlockedAnd
#define InterlockedOr64 InterlockedOr
#define InterlockedXor64 InterlockedXor
#define InterlockedCompareExchange64 InterlockedCompareExchange

#endif
