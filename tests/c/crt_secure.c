/* Microsoft's C library where it goes beyond C's: the _s functions, names with an underscore, formats. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <io.h>
#include <fcntl.h>
#include <malloc.h>
#include <windows.h>
#include <tchar.h>

#include "tap.h"

static BOOL is(const char *found, const char *expected)
{
    BOOL same = strcmp(found, expected) == 0;

    if (!same)
        printf("# found [%s], expected [%s]\n", found, expected);
    return same;
}

static BOOL is_wide(const wchar_t *found, const wchar_t *expected)
{
    BOOL same = lstrcmpW(found, expected) == 0;

    if (!same)
        wprintf(L"# found [%s], expected [%s]\n", found, expected);
    return same;
}

static void copies(void)
{
    char text[8], *rest = NULL;
    char list[] = ",a,,bc,";
    wchar_t wide[8];

    CHECK(strcpy_s(text, 8, "seven77") == 0 && is(text, "seven77"));
    CHECK(strcpy_s(text, 8, "eight888") == ERANGE && is(text, ""));
    CHECK(strcpy_s(NULL, 8, "x") == EINVAL && strcpy_s(text, 0, "x") == EINVAL && strcpy_s(text, 8, NULL) == EINVAL);
    CHECK(strncpy_s(text, 8, "abcdef", 3) == 0 && is(text, "abc"));
    CHECK(strncpy_s(text, 4, "abcdef", _TRUNCATE) == STRUNCATE && is(text, "abc"));
    CHECK(strcat_s(text, 8, "def") == 0 && is(text, "abcdef"));
    CHECK(strncat_s(text, 8, "ghi", 1) == 0 && is(text, "abcdefg"));
    CHECK(strncat_s(text, 8, "h", _TRUNCATE) == STRUNCATE && is(text, "abcdefg"));
    CHECK(strcat_s(text, 8, "h") == ERANGE && is(text, ""));
    CHECK(wcscpy_s(wide, 8, L"wide") == 0 && wcscat_s(wide, 8, L"ly") == 0 && is_wide(wide, L"widely"));
    CHECK(wcscat_s(wide, 8, L"no") == ERANGE && wide[0] == 0);
    CHECK(is(strtok_s(list, ",", &rest), "a") && is(strtok_s(NULL, ",", &rest), "bc"));
    CHECK(strtok_s(NULL, ",", &rest) == NULL);
    CHECK(memcpy_s(text, 4, "abc", 4) == 0 && is(text, "abc"));
    CHECK(memcpy_s(text, 2, "xyz", 3) == ERANGE && text[0] == 0 && text[1] == 0 && text[2] == 'c');
}

static void cases(void)
{
    char text[] = "MiXed";
    wchar_t wide[] = L"MiXed";
    char *copy = _strdup("copy");

    CHECK(_stricmp("ABC", "abc") == 0 && _stricmp("a", "B") < 0 && _strnicmp("abX", "ABY", 2) == 0);
    CHECK(_wcsicmp(L"ABC", L"abc") == 0 && _wcsnicmp(L"abX", L"ABY", 2) == 0 && stricmp("a", "A") == 0);
    CHECK(is(_strupr(text), "MIXED") && is(_strlwr(text), "mixed") && is(_strrev(text), "dexim"));
    CHECK(is_wide(_wcsupr(wide), L"MIXED") && is_wide(_wcslwr(wide), L"mixed"));
    CHECK(_memicmp("aB1", "Ab1", 3) == 0 && copy != NULL && is(copy, "copy"));
    free(copy);
}

static void formats(void)
{
    char text[40];
    wchar_t wide[40];
    LONG negative = -5;
    DWORD largest = 0xFFFFFFFF;

    /* l is 32 bits, as the types are that programs print with it. */
    CHECK(sprintf_s(text, 40, "%ld %lu %lx %I64d", negative, largest, largest, 1LL << 40) == 36);
    CHECK(is(text, "-5 4294967295 ffffffff 1099511627776"));
    CHECK(sprintf_s(text, 4, "%d", 12345) == -1 && is(text, ""));
    CHECK(_snprintf(text, 4, "%d", 12345) == -1 && is(text, "123") && _snprintf(text, 40, "%d", 12345) == 5);
    CHECK(_snprintf_s(text, 4, _TRUNCATE, "%s", "abcdef") == -1 && is(text, "abc"));
    CHECK(_snprintf_s(text, 40, 2, "%s", "abcdef") == -1 && is(text, "ab"));
    CHECK(_snprintf_s(text, 4, 10, "%s", "abcdef") == -1 && is(text, ""));
    CHECK(_scprintf("%s-%d", "ab", 7) == 4);
    CHECK(swprintf_s(wide, 40, L"%s|%S|%hs|%ls|%c", L"w\u00e4", "n", "h", L"l", L'c') == 10);
    CHECK(is_wide(wide, L"w\u00e4|n|h|l|c"));
    CHECK(swprintf_s(wide, 40, L"[%6s][%-6s][%.2s][%*d][%-4d]", L"r", L"l", L"cut", 4, 7, 8) == 32);
    CHECK(is_wide(wide, L"[     r][l     ][cu][   7][8   ]"));
    CHECK(swprintf_s(wide, 40, L"%ld %08lX %5.1f %% %I64u", negative, largest, 2.25, 1ULL << 63) == 39);
    CHECK(is_wide(wide, L"-5 FFFFFFFF   2.2 % 9223372036854775808"));
    CHECK(swprintf_s(wide, 4, L"%s", L"long") == -1 && wide[0] == 0);
    CHECK(_snwprintf(wide, 4, L"%s", L"long") == -1 && is_wide(wide, L"lon"));
    CHECK(swprintf(wide, 40, L"%s", L"standard") == 8 && is_wide(wide, L"standard"));
    CHECK(wsprintfA(text, "%s %lu", "ansi", largest) == 15 && is(text, "ansi 4294967295"));
    CHECK(wsprintfW(wide, L"%s %hs", L"wide", "narrow") == 11 && is_wide(wide, L"wide narrow"));
}

static void numbers(void)
{
    char text[70];
    wchar_t wide[70];

    CHECK(_itoa_s(-255, text, 70, 10) == 0 && is(text, "-255") && _itoa_s(-1, text, 70, 16) == 0 && is(text, "ffffffff"));
    CHECK(_itoa_s(12345, text, 5, 10) == ERANGE && is(text, "") && _itoa_s(1, text, 70, 1) == EINVAL);
    CHECK(is(_itoa(0, text, 2), "0") && is(_ultoa(0xFFFFFFFFu, text, 36), "1z141z3") && is(_ltoa(-7, text, 10), "-7"));
    CHECK(is(_i64toa(-9223372036854775807LL - 1, text, 10), "-9223372036854775808"));
    CHECK(is(_ui64toa(~0ULL, text, 2), "1111111111111111111111111111111111111111111111111111111111111111"));
    CHECK(is_wide(_ultow(4000000000u, wide, 10), L"4000000000") && is_wide(_itow(-12, wide, 10), L"-12"));
    CHECK(_wtoi(L"  -42x") == -42 && _wtoi64(L"9000000000") == 9000000000LL && _atoi64("9000000000") == 9000000000LL);
    CHECK(_wtof(L"2.5") > 2.4 && _wtof(L"2.5") < 2.6);
    CHECK(_ttoi(_T("7")) == 7 && _tstoi(_T("8")) == 8 && _ttoi64(_T("9")) == 9);
}

static void scans(void)
{
    char text[4] = "old", more[10] = "", set[10] = "", two[2];
    int number = 0, count = -1;
    LONGLONG big = 0;

    CHECK(sscanf_s("abc 42 rest", "%s %d", text, (unsigned)sizeof(text), &number) == 2 && is(text, "abc") && number == 42);
    CHECK(sscanf_s("abcd 43", "%s %d", text, (unsigned)sizeof(text), &number) == 0 && is(text, "") && number == 42);
    CHECK(sscanf_s("abcd", "%3s%s", text, (unsigned)sizeof(text), more, (unsigned)sizeof(more)) == 2);
    CHECK(is(text, "abc") && is(more, "d"));
    CHECK(sscanf_s("key=value", "%[^=]=%[a-z]%n", set, 10u, more, 10u, &count) == 2 && is(set, "key") && is(more, "value"));
    CHECK(count == 9);
    CHECK(sscanf_s("xyz", "%2c", two, 2u) == 1 && two[0] == 'x' && two[1] == 'y');
    CHECK(sscanf_s("xyz", "%2c", two, 1u) == 0);
    CHECK(sscanf_s("1:2:3000000000", "%*d:%d:%I64d", &number, &big) == 2 && number == 2 && big == 3000000000LL);
    CHECK(sscanf_s("7 %", "%d %%%n", &number, &count) == 1 && number == 7 && count == 3);
    CHECK(sscanf_s("", "%d", &number) == EOF && sscanf_s("x", "%d", &number) == 0 && sscanf_s("5 x", "%d %d", &number, &count) == 1);
    CHECK(sscanf_s("a b", "%s%s%s", text, 4u, more, 10u, set, 10u) == 2);
}

static void streams(void)
{
    char line[16], word[16];
    FILE *file = NULL, *again = NULL;
    int number = 0;

    CHECK(fopen_s(&file, "crt-secure.txt", "w, ccs=UTF-8") == 0 && file != NULL);
    CHECK(fprintf_s(file, "%s %ld\n", "word", (LONG)-3) == 8 && fwprintf(file, L"%s\n", L"w\u00e4") == 3);
    CHECK(_isatty(_fileno(file)) == 0 && _setmode(_fileno(file), _O_U16TEXT) == _O_TEXT && fclose(file) == 0);
    CHECK(fopen_s(&file, "crt-secure.txt", "rt") == 0);
    CHECK(fscanf_s(file, "%s %d ", word, (unsigned)sizeof(word), &number) == 2 && is(word, "word") && number == -3);
    CHECK(fgets(line, sizeof(line), file) != NULL && is(line, "w\xC3\xA4\n") && fclose(file) == 0);
    CHECK(fopen_s(&file, "no/such/file", "r") == ENOENT && file == NULL && fopen_s(NULL, "x", "r") == EINVAL);
    CHECK(_access("crt-secure.txt", 0) == 0 && _access("no/such/file", 0) == -1);
    CHECK(freopen_s(&again, "crt-secure.txt", "r", stdin) == 0 && again == stdin);
    CHECK(gets_s(line, sizeof(line)) != NULL && is(line, "word -3") && gets_s(line, 3) == NULL && is(line, ""));
    CHECK(_unlink("crt-secure.txt") == 0 && _access("crt-secure.txt", 0) == -1);
    file = _popen("echo through a pipe", "rt");
    CHECK(file != NULL && fgets(line, sizeof(line), file) != NULL && is(line, "through a pipe\n") && _pclose(file) == 0);
}

static void times(void)
{
    time_t moment = 86400 * 40 + 3723;
    struct tm date;
    char text[26];

    CHECK(gmtime_s(&date, &moment) == 0 && date.tm_mon == 1 && date.tm_mday == 10 && date.tm_hour == 1 && date.tm_sec == 3);
    moment = 86400;
    CHECK(gmtime_s(&date, &moment) == 0 && asctime_s(text, sizeof(text), &date) == 0 && is(text, "Fri Jan 02 00:00:00 1970\n"));
    CHECK(asctime_s(text, 25, &date) == EINVAL && is(text, ""));
    CHECK(localtime_s(&date, &moment) == 0 && localtime_s(NULL, &moment) == EINVAL && localtime_s(&date, NULL) == EINVAL);
    CHECK(ctime_s(text, sizeof(text), &moment) == 0 && strlen(text) == 25 && CLK_TCK == CLOCKS_PER_SEC);
}

static void surroundings(void)
{
    char text[16], drive[_MAX_DRIVE], folder[_MAX_DIR], name[_MAX_FNAME], extension[_MAX_EXT], *copy = NULL;
    size_t length = 0;

    CHECK(_putenv_s("CRT_SECURE", "value") == 0 && getenv_s(&length, text, sizeof(text), "CRT_SECURE") == 0 && length == 6);
    CHECK(is(text, "value") && getenv_s(&length, text, 3, "CRT_SECURE") == ERANGE && length == 6);
    CHECK(_dupenv_s(&copy, &length, "CRT_SECURE") == 0 && copy != NULL && is(copy, "value") && length == 6);
    free(copy);
    CHECK(_putenv("CRT_SECURE=") == 0 && getenv("CRT_SECURE") == NULL);
    _splitpath("C:\\dir\\sub/name.tar.gz", drive, folder, name, extension);
    CHECK(is(drive, "C:") && is(folder, "\\dir\\sub/") && is(name, "name.tar") && is(extension, ".gz"));
}

/* The forms of C++, where the size of an array need not be told. */
static void sizes_of_arrays(void)
{
#ifdef __cplusplus
    char text[6];
    wchar_t wide[6];

    CHECK(sprintf_s(text, "%d", 12345) == 5 && is(text, "12345") && sprintf_s(text, "%d", 123456) == -1);
    CHECK(strcpy_s(text, "short") == 0 && strcpy_s(text, "longer") == ERANGE && strcat_s(text, "x") == 0 && is(text, "x"));
    CHECK(swprintf_s(wide, L"%s", L"wide") == 4 && is_wide(wide, L"wide") && wcscpy_s(wide, L"w") == 0);
    CHECK(_itoa_s(7, text, 10) == 0 && is(text, "7") && _snprintf_s(text, _TRUNCATE, "%s", "longer") == -1 && is(text, "longe"));
    CHECK(std::wprintf(L"# %s\n", L"std::wprintf is the same") > 0);
#endif
}

static __declspec(thread) int of_the_thread = 3;
__declspec(noinline) static int WINAPI annotated(_In_ int a, _Out_opt_ int *b)
{
    UNREFERENCED_PARAMETER(b);
    return a + of_the_thread;
}
/* g++ before version 13 does not let a header switch this warning off. */
#ifndef __cplusplus
#pragma comment(lib, "ws2_32.lib")
#pragma warning(disable : 4996)
#endif

static void language(void)
{
    unsigned __int64 big = 1;
    __int32 small = -1;

    CHECK(annotated(1, NULL) == 4 && sizeof(big) == 8 && sizeof(small) == 4);
}

int main(void)
{
    tap_run("copies check sizes", copies);
    tap_run("letter case", cases);
    tap_run("formats by Microsoft's rules", formats);
    tap_run("numbers as text", numbers);
    tap_run("scanf_s takes sizes", scans);
    tap_run("files and pipes", streams);
    tap_run("dates in Microsoft's order of arguments", times);
    tap_run("environment and paths", surroundings);
    tap_run("C++ knows the sizes of arrays", sizes_of_arrays);
    tap_run("Microsoft's language", language);
    return tap_end();
}
