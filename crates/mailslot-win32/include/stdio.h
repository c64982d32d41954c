/* The C library's stdio.h, with what Microsoft's has on top of it. */
#pragma GCC system_header
#include_next <stdio.h>

#if !defined(MAILSLOT_LIBC_ALONE)
#ifndef MAILSLOT_STDIO_H
#define MAILSLOT_STDIO_H
#include "mailslot/crt_stdio.h"
#endif
#include "mailslot/wide_names.h"
#endif
