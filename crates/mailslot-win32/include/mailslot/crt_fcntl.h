/*
 * What Microsoft's fcntl.h has on top of C's. The numbers are Microsoft's; they tell text from binary, which Linux does not: the
 * functions of io.h leave them out before they call the C library.
 */
#ifndef MAILSLOT_CRT_FCNTL_H
#define MAILSLOT_CRT_FCNTL_H

#define _O_RDONLY O_RDONLY
#define _O_WRONLY O_WRONLY
#define _O_RDWR O_RDWR
#define _O_APPEND O_APPEND
#define _O_CREAT O_CREAT
#define _O_TRUNC O_TRUNC
#define _O_EXCL O_EXCL
#define _O_NOINHERIT O_CLOEXEC
#define _O_RANDOM 0
#define _O_SEQUENTIAL 0
#define _O_TEXT 0x4000
#define _O_BINARY 0x8000
#define _O_RAW _O_BINARY
#define _O_WTEXT 0x10000
#define _O_U16TEXT 0x20000
#define _O_U8TEXT 0x40000

/* For the C library's own open: nothing to say. */
#ifndef O_TEXT
#define O_TEXT 0
#endif
#ifndef O_BINARY
#define O_BINARY 0
#endif
#define O_NOINHERIT O_CLOEXEC

#endif
