/*
 * Threads of this process, calls that are queued to them, and their local storage.
 *
 * They are POSIX threads: whatever else starts threads (std::thread, pthread_create) can be used beside them, and every thread may use all
 * functions here.
 */
#ifndef MAILSLOT_THREADS_H
#define MAILSLOT_THREADS_H

#include "compat.h"
#include "constants.h"
#include "errors.h"
#include "functions.h"

#define CREATE_SUSPENDED 0x00000004
#define STACK_SIZE_PARAM_IS_A_RESERVATION 0x00010000
#define STILL_ACTIVE 259
#define TLS_OUT_OF_INDEXES 0xFFFFFFFFU
#define TLS_MINIMUM_AVAILABLE 64

#define THREAD_PRIORITY_IDLE (-15)
#define THREAD_PRIORITY_LOWEST (-2)
#define THREAD_PRIORITY_BELOW_NORMAL (-1)
#define THREAD_PRIORITY_NORMAL 0
#define THREAD_PRIORITY_ABOVE_NORMAL 1
#define THREAD_PRIORITY_HIGHEST 2
#define THREAD_PRIORITY_TIME_CRITICAL 15
#define THREAD_PRIORITY_ERROR_RETURN 0x7FFFFFFF

typedef DWORD(WINAPI *PTHREAD_START_ROUTINE)(LPVOID lpThreadParameter);
typedef PTHREAD_START_ROUTINE LPTHREAD_START_ROUTINE;
typedef void(NTAPI *PAPCFUNC)(ULONG_PTR Parameter);

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Starts a thread and returns a handle, which is signalled once the thread has ended.
 *   lpThreadAttributes  NULL, or inheritance; in a child the handle is none
 *   dwStackSize         counts if it is larger than the system's size for stacks (ulimit -s), or with
 *                       STACK_SIZE_PARAM_IS_A_RESERVATION
 *   dwCreationFlags     CREATE_SUSPENDED: it begins with ResumeThread
 *   lpThreadId          NULL, or receives the thread's number, which is the kernel's
 * NULL: 4 no descriptor left, 8 no memory or too many threads, 87 lpStartAddress is NULL.
 */
HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
                           LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter, DWORD dwCreationFlags,
                           LPDWORD lpThreadId);

/*
 * Ends the calling thread. C++ objects on its stack are destroyed, thread_local ones too, except in the
 * first thread. When that ends, the process goes on until its last thread ends. In a completion routine or a function of QueueUserAPC the thread counts as ended, but nothing is
 * destroyed.
 */
void WINAPI ExitThread(DWORD dwExitCode) __attribute__((__noreturn__));

/* STILL_ACTIVE while it runs. FALSE: 6 no thread. */
BOOL WINAPI GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode);

/* FALSE always: 50. Linux cannot end a thread at any point and leave the process usable. */
BOOL WINAPI TerminateThread(HANDLE hThread, DWORD dwExitCode);

/*
 * How often the thread was suspended before. Only threads that were created suspended and have not begun can be suspended (50):
 * Linux cannot stop one thread of a process. 0xFFFFFFFF: 6 no thread.
 */
DWORD WINAPI ResumeThread(HANDLE hThread);
DWORD WINAPI SuspendThread(HANDLE hThread);

/* 0: 6 no thread. */
DWORD WINAPI GetThreadId(HANDLE Thread);

/* Kept and told; without effect. */
BOOL WINAPI SetThreadPriority(HANDLE hThread, int nPriority);
int WINAPI GetThreadPriority(HANDLE hThread);

/*
 * Has the thread call pfnAPC when it waits alertably next, or before all else if it has not begun.
 * 0: 6 no thread, 31 it has ended, 87 pfnAPC is NULL.
 */
DWORD WINAPI QueueUserAPC(PAPCFUNC pfnAPC, HANDLE hThread, ULONG_PTR dwData);

/* A pointer per thread and index. TLS_OUT_OF_INDEXES: 259 there is none left; else 87 the index was not allocated. */
DWORD WINAPI TlsAlloc(void);
BOOL WINAPI TlsFree(DWORD dwTlsIndex);
LPVOID WINAPI TlsGetValue(DWORD dwTlsIndex);
BOOL WINAPI TlsSetValue(DWORD dwTlsIndex, LPVOID lpTlsValue);

int mailslot_libc_sched_yield(void) __asm__("sched_yield");
#ifdef __cplusplus
}
#endif

/* The pseudo handle of the calling thread. It need not be closed; DuplicateHandle makes a real one of it. */
static inline HANDLE GetCurrentThread(void)
{
    return (HANDLE)(LONG_PTR)-2;
}

/* Gives the rest of the time slice away. Whether another thread was ready is not known: TRUE. */
static inline BOOL SwitchToThread(void)
{
    return mailslot_libc_sched_yield() == 0;
}

#endif
