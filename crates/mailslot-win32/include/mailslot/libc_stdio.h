/* The C library's stdio.h for our own headers, as libc_plain.h has the others. */
#ifndef MAILSLOT_LIBC_STDIO_H
#define MAILSLOT_LIBC_STDIO_H

#include "libc_plain.h"

#define MAILSLOT_LIBC_ALONE
#include <stdio.h>
#undef MAILSLOT_LIBC_ALONE

#endif
