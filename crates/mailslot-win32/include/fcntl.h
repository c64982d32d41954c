/* The C library's fcntl.h, with what Microsoft's has on top of it. */
#pragma GCC system_header
#include_next <fcntl.h>

#if !defined(MAILSLOT_LIBC_ALONE) && !defined(MAILSLOT_FCNTL_H)
#define MAILSLOT_FCNTL_H
#include "mailslot/crt_fcntl.h"
#endif
