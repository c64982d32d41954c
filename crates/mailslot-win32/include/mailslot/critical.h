/*
 * Locks within one process: critical sections, slim reader/writer locks, condition variables, one-time initialisation. They lie in
 * the program's memory. Their insides are the library's own.
 */
#ifndef MAILSLOT_CRITICAL_H
#define MAILSLOT_CRITICAL_H

#include "types.h"

typedef struct _RTL_CRITICAL_SECTION {
    ULONGLONG mailslot_mutex[6];
    DWORD mailslot_spin_count;
} RTL_CRITICAL_SECTION, *PRTL_CRITICAL_SECTION, CRITICAL_SECTION, *PCRITICAL_SECTION, *LPCRITICAL_SECTION;

typedef struct _RTL_SRWLOCK {
    ULONGLONG mailslot_lock[8];
} RTL_SRWLOCK, *PRTL_SRWLOCK, SRWLOCK, *PSRWLOCK;
#define SRWLOCK_INIT {{0, 0, 0, 0, 0, 0, 0, 0}}
#define RTL_SRWLOCK_INIT SRWLOCK_INIT

typedef struct _RTL_CONDITION_VARIABLE {
    DWORD mailslot_words[2];
} RTL_CONDITION_VARIABLE, *PRTL_CONDITION_VARIABLE, CONDITION_VARIABLE, *PCONDITION_VARIABLE;
#define CONDITION_VARIABLE_INIT {{0, 0}}
#define RTL_CONDITION_VARIABLE_INIT CONDITION_VARIABLE_INIT
#define CONDITION_VARIABLE_LOCKMODE_SHARED 0x1

typedef struct _RTL_RUN_ONCE {
    DWORD mailslot_state;
    PVOID mailslot_context;
} RTL_RUN_ONCE, *PRTL_RUN_ONCE, INIT_ONCE, *PINIT_ONCE, *LPINIT_ONCE;
#define INIT_ONCE_STATIC_INIT {0, NULL}
#define RTL_RUN_ONCE_INIT INIT_ONCE_STATIC_INIT
#define INIT_ONCE_CHECK_ONLY 0x1U
#define INIT_ONCE_ASYNC 0x2U
#define INIT_ONCE_INIT_FAILED 0x4U
#define INIT_ONCE_CTX_RESERVED_BITS 2
typedef BOOL(WINAPI *PINIT_ONCE_FN)(PINIT_ONCE InitOnce, PVOID Parameter, PVOID *Context);

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One thread at a time is inside; it may enter several times and leaves as often. Spin counts are kept and without effect.
 * InitializeCriticalSectionAndSpinCount and ...Ex return FALSE when there is no memory (8).
 */
void WINAPI InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
BOOL WINAPI InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount);
BOOL WINAPI InitializeCriticalSectionEx(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount, DWORD Flags);
DWORD WINAPI SetCriticalSectionSpinCount(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount);
void WINAPI EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
void WINAPI LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
void WINAPI DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection);

/* One writer, or any number of readers. A thread that takes one twice waits for ever. */
void WINAPI InitializeSRWLock(PSRWLOCK SRWLock);
void WINAPI AcquireSRWLockExclusive(PSRWLOCK SRWLock);
void WINAPI AcquireSRWLockShared(PSRWLOCK SRWLock);
BOOLEAN WINAPI TryAcquireSRWLockExclusive(PSRWLOCK SRWLock);
BOOLEAN WINAPI TryAcquireSRWLockShared(PSRWLOCK SRWLock);
void WINAPI ReleaseSRWLockExclusive(PSRWLOCK SRWLock);
void WINAPI ReleaseSRWLockShared(PSRWLOCK SRWLock);

/* The lock is free while the thread sleeps. Wakes may come for no reason. FALSE: 1460 the time is up. */
void WINAPI InitializeConditionVariable(PCONDITION_VARIABLE ConditionVariable);
BOOL WINAPI SleepConditionVariableCS(PCONDITION_VARIABLE ConditionVariable, PCRITICAL_SECTION CriticalSection,
                                     DWORD dwMilliseconds);
BOOL WINAPI SleepConditionVariableSRW(PCONDITION_VARIABLE ConditionVariable, PSRWLOCK SRWLock, DWORD dwMilliseconds,
                                      ULONG Flags);
void WINAPI WakeConditionVariable(PCONDITION_VARIABLE ConditionVariable);
void WINAPI WakeAllConditionVariable(PCONDITION_VARIABLE ConditionVariable);

/* The first thread initialises, the others wait for it. INIT_ONCE_ASYNC is refused (87). */
void WINAPI InitOnceInitialize(PINIT_ONCE InitOnce);
BOOL WINAPI InitOnceExecuteOnce(PINIT_ONCE InitOnce, PINIT_ONCE_FN InitFn, PVOID Parameter, LPVOID *Context);
BOOL WINAPI InitOnceBeginInitialize(LPINIT_ONCE lpInitOnce, DWORD dwFlags, PBOOL fPending, LPVOID *lpContext);
BOOL WINAPI InitOnceComplete(LPINIT_ONCE lpInitOnce, DWORD dwFlags, LPVOID lpContext);

#ifdef __cplusplus
}
#endif

#endif
