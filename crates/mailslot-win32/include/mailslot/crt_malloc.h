/* What Microsoft's malloc.h has on top of C's. */
#ifndef MAILSLOT_CRT_MALLOC_H
#define MAILSLOT_CRT_MALLOC_H

#include <alloca.h>

#include "libc_names.h"

#define _alloca alloca
#define _malloca malloc
#define _freea free
#define _msize mailslot_libc_malloc_usable_size

#endif
