/*
 * Microsoft's tchar.h: names that mean char functions in ANSI builds and wchar_t functions in builds with _UNICODE defined.
 * Also the _s functions that such programs use. Inline, over the C library.
 *
 * With _UNICODE the input and output names follow Microsoft's rules (%s is wide text) and may be mixed with printf and std::cout
 * on one stream: see mailslot/wide.h. With -fshort-wchar only the text and conversion names exist, since the C library knows
 * 32-bit wchar_t only.
 */
#ifndef MAILSLOT_TCHAR_H
#define MAILSLOT_TCHAR_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "mailslot/secure.h"
#include "mailslot/tchar_text.h"
#include "mailslot/wide.h"

#ifdef _UNICODE

#include "mailslot/wmain.h"

#define __T(text) L##text
typedef wchar_t _TCHAR, _TSCHAR, _TUCHAR, _TXCHAR;
typedef wint_t _TINT;
#ifndef _TCHAR_DEFINED
#define _TCHAR_DEFINED
typedef wchar_t TCHAR, *PTCHAR;
typedef wchar_t TBYTE, *PTBYTE;
#endif
#define _TEOF WEOF

#define _tprintf mailslot_wprintf
#define _vtprintf mailslot_vwprintf
#define _ftprintf mailslot_fwprintf
#define _vftprintf mailslot_vfwprintf
#define _stprintf mailslot_swprintf
#define _sntprintf mailslot_snwprintf
#define _vsntprintf mailslot_vsnwprintf
#define _stprintf_s swprintf_s
#define _tprintf_s mailslot_wprintf
#define _ftprintf_s mailslot_fwprintf
#define _tscanf mailslot_wscanf
#define _ftscanf mailslot_fwscanf
#define _stscanf mailslot_swscanf
#define _fputts mailslot_fputws
#define _putts mailslot_putws
#define _puttchar mailslot_putwchar
#define _puttc mailslot_fputwc
#define _fputtc mailslot_fputwc
#define _fgetts mailslot_fgetws
#define _gettchar mailslot_getwchar
#define _gettc mailslot_fgetwc
#define _fgettc mailslot_fgetwc
#define _getts_s _getws_s
#define _tperror mailslot_wperror
#define _tfopen mailslot_wfopen
#define _tfopen_s _wfopen_s
#define _tsystem mailslot_wsystem

#define _tcslen wcslen
#define _tcsclen wcslen
#define _tcsnlen mailslot_wcsnlen
#define _tcscpy wcscpy
#define _tcsncpy wcsncpy
#define _tcscat wcscat
#define _tcsncat wcsncat
#define _tcscmp wcscmp
#define _tcsncmp wcsncmp
#define _tcsicmp mailslot_wcsicmp
#define _tcsnicmp mailslot_wcsnicmp
#define _tcschr wcschr
#define _tcsrchr wcsrchr
#define _tcsstr wcsstr
#define _tcsspn wcsspn
#define _tcscspn wcscspn
#define _tcspbrk wcspbrk
#define _tcstok_s wcstok
#define _tcsdup mailslot_wcsdup
#define _tcscpy_s wcscpy_s
#define _tcsncpy_s wcsncpy_s
#define _tcscat_s wcscat_s
#define _tcstol wcstol
#define _tcstoul wcstoul
#define _tcstod wcstod
#define _ttoi mailslot_wtoi
#define _tstoi mailslot_wtoi
#define _ttol mailslot_wtol
#define _tstol mailslot_wtol
#define _totupper towupper
#define _totlower towlower
#define _istalpha iswalpha
#define _istdigit iswdigit
#define _istalnum iswalnum
#define _istspace iswspace
#define _istupper iswupper
#define _istlower iswlower
#define _istprint iswprint

#else

#define __T(text) text
typedef char _TCHAR;
typedef signed char _TSCHAR;
typedef unsigned char _TUCHAR, _TXCHAR;
typedef int _TINT;
#ifndef _TCHAR_DEFINED
#define _TCHAR_DEFINED
typedef char TCHAR, *PTCHAR;
typedef unsigned char TBYTE, *PTBYTE;
#endif
#define _TEOF EOF
#define _tmain main

#define _tprintf printf
#define _vtprintf vprintf
#define _ftprintf fprintf
#define _vftprintf vfprintf
#define _stprintf sprintf
#define _sntprintf mailslot_snprintf
#define _vsntprintf mailslot_vsnprintf
#define _stprintf_s sprintf_s
#define _tprintf_s printf
#define _ftprintf_s fprintf
#define _tscanf scanf
#define _ftscanf fscanf
#define _stscanf sscanf
#define _fputts fputs
#define _putts puts
#define _puttchar putchar
#define _puttc putc
#define _fputtc fputc
#define _fgetts fgets
#define _gettchar getchar
#define _gettc getc
#define _fgettc fgetc
#define _getts_s gets_s
#define _tperror perror
#define _tfopen fopen
#define _tfopen_s fopen_s
#define _tsystem system

#define _tcslen strlen
#define _tcsclen strlen
#define _tcsnlen mailslot_strnlen
#define _tcscpy strcpy
#define _tcsncpy strncpy
#define _tcscat strcat
#define _tcsncat strncat
#define _tcscmp strcmp
#define _tcsncmp strncmp
#define _tcsicmp mailslot_stricmp
#define _tcsnicmp mailslot_strnicmp
#define _tcschr strchr
#define _tcsrchr strrchr
#define _tcsstr strstr
#define _tcsspn strspn
#define _tcscspn strcspn
#define _tcspbrk strpbrk
#define _tcstok strtok
#define _tcstok_s mailslot_strtok_s
#define _tcsdup mailslot_strdup
#define _tcscpy_s strcpy_s
#define _tcsncpy_s strncpy_s
#define _tcscat_s strcat_s
#define _tcstol strtol
#define _tcstoul strtoul
#define _tcstod strtod
#define _ttoi atoi
#define _tstoi atoi
#define _ttol atol
#define _tstol atol
#define _totupper toupper
#define _totlower tolower
#define _istalpha isalpha
#define _istdigit isdigit
#define _istalnum isalnum
#define _istspace isspace
#define _istupper isupper
#define _istlower islower
#define _istprint isprint

#endif

#define _T(text) __T(text)
#define _TEXT(text) __T(text)

#endif
