/*
 * Microsoft's process.h: threads as its C library starts them, whose functions are in libmailslot_win32, and programs.
 */
#ifndef MAILSLOT_CRT_PROCESS_H
#define MAILSLOT_CRT_PROCESS_H

#include <stdint.h>

#include "mailslot/crt_spawn.h"
#include "mailslot/language.h"
#include "mailslot/libc_names.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Starts a thread that runs start_address(arglist); what that returns is the thread's exit code.
 *   security    NULL, or whether children inherit the handle
 *   stack_size  in bytes; 0 for the usual size
 *   initflag    0, or CREATE_SUSPENDED
 *   thrdaddr    NULL, or receives the thread's id
 * Returns the thread's handle, which the program closes. 0: the thread could not be started, errno says why.
 */
uintptr_t _beginthreadex(void *security, unsigned int stack_size, unsigned int(__stdcall *start_address)(void *), void *arglist,
                         unsigned int initflag, unsigned int *thrdaddr);
void _endthreadex(unsigned int retval) __attribute__((__noreturn__));

/* The same without an exit code, and the handle is closed when the thread ends. (uintptr_t)-1: not started, errno says why. */
uintptr_t _beginthread(void(__cdecl *start_address)(void *), unsigned int stack_size, void *arglist);
void _endthread(void) __attribute__((__noreturn__));

#ifdef __cplusplus
}
#endif

static inline int _getpid(void)
{
    return mailslot_libc_getpid();
}

#endif
