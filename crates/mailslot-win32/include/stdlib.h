/* The C library's stdlib.h, with what Microsoft's has on top of it. */
#pragma GCC system_header
#include_next <stdlib.h>

#if !defined(MAILSLOT_LIBC_ALONE) && !defined(MAILSLOT_STDLIB_H)
#define MAILSLOT_STDLIB_H
#include "mailslot/crt_stdlib.h"
#endif
