/* The C library's wchar.h, with what Microsoft's has on top of it. */
#pragma GCC system_header
#include_next <wchar.h>

#if !defined(MAILSLOT_LIBC_ALONE)
#ifndef MAILSLOT_WCHAR_H
#define MAILSLOT_WCHAR_H
#include "mailslot/crt_wchar.h"
#endif
#include "mailslot/wide_names.h"
#endif
