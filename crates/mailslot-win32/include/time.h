/* The C library's time.h, with what Microsoft's has on top of it. */
#pragma GCC system_header
#include_next <time.h>

#if !defined(MAILSLOT_LIBC_ALONE) && !defined(MAILSLOT_TIME_H)
#define MAILSLOT_TIME_H
#include "mailslot/crt_time.h"
#endif
