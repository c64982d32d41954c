/*
 * Microsoft's tchar.h: names that mean char functions in ANSI builds and wchar_t functions in builds with _UNICODE defined.
 * Inline, over the C library and what the other headers here add to it.
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

#include "mailslot/crt_direct.h"
#include "mailslot/language.h"
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
#define _vstprintf_s vswprintf_s
#define _sntprintf_s _snwprintf_s
#define _vsntprintf_s _vsnwprintf_s
#define _tprintf_s mailslot_wprintf
#define _ftprintf_s mailslot_fwprintf
#define _sctprintf _scwprintf
#define _vsctprintf _vscwprintf
#define _fputts mailslot_fputws
#define _putts _putws
#define _puttchar mailslot_putwchar
#define _puttc mailslot_fputwc
#define _fputtc mailslot_fputwc
#define _tperror _wperror
#define _tfopen _wfopen
#define _tfopen_s _wfopen_s
#define _tfsopen _wfsopen
#define _tremove _wremove
#define _trename _wrename
#define _tsystem _wsystem
#define _tgetenv _wgetenv
#define _tchdir _wchdir
#define _tmkdir _wmkdir
#define _trmdir _wrmdir
#define _tunlink _wunlink
#define _taccess _waccess
#define _tsetlocale _wsetlocale

#define _tscanf mailslot_wscanf
#define _ftscanf mailslot_fwscanf
#define _stscanf mailslot_swscanf
#define _tscanf_s wscanf_s
#define _ftscanf_s fwscanf_s
#define _stscanf_s swscanf_s
#define _fgetts mailslot_fgetws
#define _gettchar mailslot_getwchar
#define _gettc mailslot_fgetwc
#define _fgettc mailslot_fgetwc
#define _getts _getws
#define _getts_s _getws_s

#define _tcslen wcslen
#define _tcsclen wcslen
#define _tcsnlen wcsnlen_s
#define _tcscpy wcscpy
#define _tcsncpy wcsncpy
#define _tcscat wcscat
#define _tcsncat wcsncat
#define _tcscmp wcscmp
#define _tcsncmp wcsncmp
#define _tcsicmp _wcsicmp
#define _tcsnicmp _wcsnicmp
#define _tcscoll wcscoll
#define _tcschr wcschr
#define _tcsrchr wcsrchr
#define _tcsstr wcsstr
#define _tcsspn wcsspn
#define _tcscspn wcscspn
#define _tcspbrk wcspbrk
#define _tcstok mailslot_wcstok
#define _tcstok_s wcstok_s
#define _tcsdup _wcsdup
#define _tcscpy_s wcscpy_s
#define _tcsncpy_s wcsncpy_s
#define _tcscat_s wcscat_s
#define _tcsncat_s wcsncat_s
#define _tcsnlen_s wcsnlen_s
#define _tcslwr _wcslwr
#define _tcsupr _wcsupr
#define _tcslwr_s _wcslwr_s
#define _tcsupr_s _wcsupr_s
#define _tcsrev _wcsrev
#define _tcsftime wcsftime

#define _tcstol wcstol
#define _tcstoul wcstoul
#define _tcstod wcstod
#define _tcstoi64 _wcstoi64
#define _tcstoui64 _wcstoui64
#define _ttoi _wtoi
#define _tstoi _wtoi
#define _ttol _wtol
#define _tstol _wtol
#define _ttoi64 _wtoi64
#define _tstoi64 _wtoi64
#define _tstof _wtof
#define _ttof _wtof
#define _itot _itow
#define _ltot _ltow
#define _ultot _ultow
#define _i64tot _i64tow
#define _ui64tot _ui64tow
#define _itot_s _itow_s
#define _ltot_s _ltow_s
#define _ultot_s _ultow_s
#define _i64tot_s _i64tow_s
#define _ui64tot_s _ui64tow_s

#define _totupper towupper
#define _totlower towlower
#define _istalpha iswalpha
#define _istdigit iswdigit
#define _istalnum iswalnum
#define _istspace iswspace
#define _istupper iswupper
#define _istlower iswlower
#define _istprint iswprint
#define _istpunct iswpunct
#define _istcntrl iswcntrl
#define _istxdigit iswxdigit
#define _istgraph iswgraph

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

#define _tprintf mailslot_printf
#define _vtprintf mailslot_vprintf
#define _ftprintf mailslot_fprintf
#define _vftprintf mailslot_vfprintf
#define _stprintf mailslot_sprintf
#define _sntprintf mailslot_snprintf
#define _vsntprintf mailslot_vsnprintf
#define _stprintf_s sprintf_s
#define _vstprintf_s vsprintf_s
#define _sntprintf_s _snprintf_s
#define _vsntprintf_s _vsnprintf_s
#define _tprintf_s mailslot_printf
#define _ftprintf_s mailslot_fprintf
#define _sctprintf _scprintf
#define _vsctprintf _vscprintf
#define _fputts fputs
#define _putts puts
#define _puttchar putchar
#define _puttc putc
#define _fputtc fputc
#define _tperror perror
#define _tfopen fopen
#define _tfopen_s fopen_s
#define _tfsopen _fsopen
#define _tremove remove
#define _trename rename
#define _tsystem system
#define _tgetenv getenv
#define _tchdir _chdir
#define _tmkdir _mkdir
#define _trmdir _rmdir
#define _tunlink _unlink
#define _taccess _access
#define _tsetlocale setlocale

#define _tscanf scanf
#define _ftscanf fscanf
#define _stscanf sscanf
#define _tscanf_s scanf_s
#define _ftscanf_s fscanf_s
#define _stscanf_s sscanf_s
#define _fgetts fgets
#define _gettchar getchar
#define _gettc getc
#define _fgettc fgetc
#define _getts mailslot_libc_gets
#define _getts_s gets_s

#define _tcslen strlen
#define _tcsclen strlen
#define _tcsnlen strnlen_s
#define _tcscpy strcpy
#define _tcsncpy strncpy
#define _tcscat strcat
#define _tcsncat strncat
#define _tcscmp strcmp
#define _tcsncmp strncmp
#define _tcsicmp _stricmp
#define _tcsnicmp _strnicmp
#define _tcscoll strcoll
#define _tcschr strchr
#define _tcsrchr strrchr
#define _tcsstr strstr
#define _tcsspn strspn
#define _tcscspn strcspn
#define _tcspbrk strpbrk
#define _tcstok strtok
#define _tcstok_s strtok_s
#define _tcsdup _strdup
#define _tcscpy_s strcpy_s
#define _tcsncpy_s strncpy_s
#define _tcscat_s strcat_s
#define _tcsncat_s strncat_s
#define _tcsnlen_s strnlen_s
#define _tcslwr _strlwr
#define _tcsupr _strupr
#define _tcslwr_s _strlwr_s
#define _tcsupr_s _strupr_s
#define _tcsrev _strrev
#define _tcsftime strftime

#define _tcstol strtol
#define _tcstoul strtoul
#define _tcstod strtod
#define _tcstoi64 _strtoi64
#define _tcstoui64 _strtoui64
#define _ttoi atoi
#define _tstoi atoi
#define _ttol atol
#define _tstol atol
#define _ttoi64 _atoi64
#define _tstoi64 _atoi64
#define _tstof atof
#define _ttof atof
#define _itot _itoa
#define _ltot _ltoa
#define _ultot _ultoa
#define _i64tot _i64toa
#define _ui64tot _ui64toa
#define _itot_s _itoa_s
#define _ltot_s _ltoa_s
#define _ultot_s _ultoa_s
#define _i64tot_s _i64toa_s
#define _ui64tot_s _ui64toa_s

#define _totupper toupper
#define _totlower tolower
#define _istalpha isalpha
#define _istdigit isdigit
#define _istalnum isalnum
#define _istspace isspace
#define _istupper isupper
#define _istlower islower
#define _istprint isprint
#define _istpunct ispunct
#define _istcntrl iscntrl
#define _istxdigit isxdigit
#define _istgraph isgraph

#endif

#define _T(text) __T(text)
#define _TEXT(text) __T(text)

#endif
