/* The C library's malloc.h, with what Microsoft's has on top of it. */
#pragma GCC system_header
#include_next <malloc.h>

#if !defined(MAILSLOT_LIBC_ALONE) && !defined(MAILSLOT_MALLOC_H)
#define MAILSLOT_MALLOC_H
#include "mailslot/crt_malloc.h"
#endif
