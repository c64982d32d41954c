/*
 * The C library's names for wide input and output, bound to the functions that follow Microsoft's rules. Without an include guard:
 * the C++ library undefines them when it takes the C names into std.
 */
#include "crt_wide_stdio.h"

#undef wprintf
#define wprintf mailslot_wprintf
#undef fwprintf
#define fwprintf mailslot_fwprintf
#undef swprintf
#define swprintf mailslot_snwprintf
#undef fputws
#define fputws mailslot_fputws
#undef putwchar
#define putwchar mailslot_putwchar
#if __SIZEOF_WCHAR_T__ == 4
#undef fgetws
#define fgetws mailslot_fgetws
#undef getwchar
#define getwchar mailslot_getwchar
#undef wscanf
#define wscanf mailslot_wscanf
#undef fwscanf
#define fwscanf mailslot_fwscanf
#undef swscanf
#define swscanf mailslot_swscanf
#endif
