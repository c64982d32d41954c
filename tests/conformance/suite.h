/* What the behaviours share: checks, and short forms of the calls that they make most. */
#ifndef SUITE_H
#define SUITE_H

/* Less of the Windows headers, which compiles in half the time. */
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0602
#endif

#include <stdio.h>
#include <string.h>
#include <windows.h>

#include "behaviours.h"
#include "guesses.h"

#define SLOT(name) "\\\\.\\mailslot\\conformance\\" name
#define NO_HANDLE INVALID_HANDLE_VALUE

/* For waits that something must end: the watchdog is faster. */
#define LONG_WAIT 60000

/* For waits that nothing may end. */
#define SHORT_WAIT 200

/* Says what does not hold, and goes on. */
#define CHECK(condition) check((condition) != 0, __FILE__, __LINE__, #condition)

/* The call fails with this last error. */
#define CHECK_FAILS(call, error)                                                                                       \
    do {                                                                                                               \
        SetLastError(UNTOUCHED);                                                                                       \
        check_call(!(call), (DWORD)(error), __FILE__, __LINE__, #call " fails with " #error);                          \
    } while (0)

/* The call succeeds and leaves the last error alone. */
#define CHECK_SUCCEEDS(call)                                                                                           \
    do {                                                                                                               \
        SetLastError(UNTOUCHED);                                                                                       \
        check_call((call) != 0, UNTOUCHED, __FILE__, __LINE__, #call " leaves the last error");                        \
    } while (0)

/* No call sets the last error to this. */
#define UNTOUCHED 0xBEEF

BOOL check(BOOL holds, const char *file, int line, const char *what);

/* `as_expected` tells of the result; the last error must be this too. */
void check_call(BOOL as_expected, DWORD last_error, const char *file, int line, const char *what);

/* The behaviour cannot be seen on this machine. */
void skip(const char *reason);

HANDLE create_slot(const char *name, DWORD max_size, DWORD timeout_ms);
HANDLE open_with(const char *name, DWORD access, DWORD disposition, DWORD flags);
HANDLE open_client(const char *name);
BOOL write_bytes(HANDLE client, const void *bytes, DWORD size);
BOOL write_text(HANDLE client, const char *text);

/* The next message is this text. */
BOOL reads_text(HANDLE server, const char *text);

/* What is queued: the size of the next message, and how many. */
BOOL queue_is(HANDLE handle, DWORD next_size, DWORD count);

/* 0xDEAD if they cannot be told. */
DWORD handle_flags(HANDLE handle);

SECURITY_ATTRIBUTES inheritable(void);

/* An asynchronous operation with its buffer. */
typedef struct {
    OVERLAPPED overlapped;
    char buffer[64];
} operation;

/* hEvent may be NULL. */
void prepare(operation *read, HANDLE event);

/* Starts a read, which pends. */
BOOL read_pends(HANDLE server, operation *read);

/* The operation has completed, or does so while this waits: with `error`, or 0 and `size` bytes. */
BOOL completes(HANDLE handle, operation *done, DWORD error, DWORD size);

HANDLE new_event(void);
BOOL is_signalled(HANDLE object);

/* This program again, as a process of its own: `arguments` follow its name. */
BOOL start_self(const char *arguments, BOOL inherit_handles, PROCESS_INFORMATION *process);

/* Its exit code; closes the handles. 0xDEAD if it does not end. */
DWORD finish(PROCESS_INFORMATION *process);

/* What a child does: its exit code. argv[0] is the role. */
int play_role(int argc, char **argv);

#endif
