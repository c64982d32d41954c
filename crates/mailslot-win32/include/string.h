/* The C library's string.h, with what Microsoft's has on top of it. */
#pragma GCC system_header
#include_next <string.h>

#if !defined(MAILSLOT_LIBC_ALONE) && !defined(MAILSLOT_STRING_H)
#define MAILSLOT_STRING_H
#include "mailslot/crt_string.h"
#endif
