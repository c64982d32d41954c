/* What Microsoft's wchar.h has on top of C's: it is in string.h and stdio.h, too. Inline. */
#ifndef MAILSLOT_CRT_WCHAR_H
#define MAILSLOT_CRT_WCHAR_H

#include "crt_string.h"
#include "crt_wide_stdio.h"

#endif
