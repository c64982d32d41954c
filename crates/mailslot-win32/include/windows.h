/*
 * The part of the Windows SDK's windows.h that mailslot programs use.
 *
 *   mailslot/types.h      base types and structures, with the widths that they have on 64-bit Windows
 *   mailslot/constants.h  access rights, dispositions, flags
 *   mailslot/errors.h     ERROR_... codes
 *   mailslot/functions.h  the functions of libmailslot_win32, with their contracts
 *   mailslot/wait.h       waiting for objects
 *   mailslot/overlapped.h asynchronous operations and completion ports
 *   mailslot/sync.h       events, mutexes, semaphores and timers
 *   mailslot/mapping.h    file mappings and their views
 *   mailslot/critical.h   critical sections, slim locks, condition variables, one-time initialisation
 *   mailslot/threads.h    threads, calls that are queued to them, and their local storage
 *   mailslot/compat.h     thin stand-ins over the C library (lstrlen, GlobalAlloc, ...): inline, no mailslots in them
 *   mailslot/process.h    processes: CreateProcess and what is done with their handles
 *   mailslot/filetime.h   FILETIME and SYSTEMTIME over the C library: inline
 *   mailslot/security.h   building a SECURITY_DESCRIPTOR, with mailslot/acl.h and mailslot/sid.h: inline
 *   mailslot/token.h      whose process this is: inline
 *   mailslot/clock.h      clocks, time zones: inline
 *   mailslot/codepage.h   MultiByteToWideChar, WideCharToMultiByte: inline
 *   mailslot/characters.h CharUpper, wsprintf, language numbers: inline
 *   mailslot/console.h    the terminal: mostly inline
 *   mailslot/message_box.h MessageBox, to standard error: inline
 *   mailslot/environment.h variables, folders, names, command line: inline
 *   mailslot/heap.h       HeapAlloc, GlobalReAlloc: inline; VirtualAlloc
 *   mailslot/interlocked.h InterlockedIncrement and so on: inline
 *   mailslot/modules.h    LoadLibrary, GetModuleFileName over dlopen: inline
 *   mailslot/system.h     GetSystemInfo, GetVersionEx: inline
 *   mailslot/wsa_errors.h the WSAE... codes
 *   mailslot/security.h   building a SECURITY_DESCRIPTOR: inline
 *   mailslot/files.h      files that are no mailslots, over POSIX
 *   mailslot/find.h       FindFirstFile: the live mailslots, or the files of a folder
 *   mailslot/pipes.h      named pipes, which are not offered
 *   mailslot/console_io.h terminals as consoles
 *   mailslot/messages.h   FormatMessage
 *
 * ANSI builds use the ...A functions and char, builds with UNICODE defined the ...W functions and wchar_t. Compiles as C (C99 and
 * later) and as C++ (C++11 and later) with gcc and clang on 64-bit Linux.
 */
#ifndef MAILSLOT_WINDOWS_H
#define MAILSLOT_WINDOWS_H

#include "mailslot/types.h"

#include "mailslot/constants.h"
#include "mailslot/errors.h"
#include "mailslot/functions.h"
#include "mailslot/wait.h"
#include "mailslot/overlapped.h"

#include "mailslot/compat.h"
#include "mailslot/filetime.h"
#include "mailslot/process.h"
#include "mailslot/clock.h"
#include "mailslot/codepage.h"
#include "mailslot/characters.h"
#include "mailslot/console.h"
#include "mailslot/message_box.h"
#include "mailslot/environment.h"
#include "mailslot/heap.h"
#include "mailslot/interlocked.h"
#include "mailslot/modules.h"
#include "mailslot/system.h"
#include "mailslot/wsa_errors.h"
#include "mailslot/security.h"
#include "mailslot/token.h"
#include "mailslot/sync.h"
#include "mailslot/mapping.h"
#include "mailslot/critical.h"
#include "mailslot/threads.h"
#include "mailslot/files.h"
#include "mailslot/find.h"
#include "mailslot/pipes.h"
#include "mailslot/console_io.h"
#include "mailslot/messages.h"

#endif
