/* The headers' own functions: tchar.h, strsafe.h and the thin kernel32 calls. Compiled as C and as C++, ANSI and UNICODE. */
#include <stdlib.h>
#include <TCHAR.H>
#include <WinBase.h>
#include <StrSafe.h>
#include <SDKDDKVer.h>

#include "tap.h"

/* The sizes that 64-bit Windows programs count on. */
#define SAME(type, size) typedef char check_##type[sizeof(type) == (size) ? 1 : -1]
SAME(BYTE, 1);
SAME(WORD, 2);
SAME(DWORD, 4);
SAME(LONG, 4);
SAME(ULONG, 4);
SAME(BOOL, 4);
SAME(LONGLONG, 8);
SAME(HANDLE, 8);
SAME(SIZE_T, 8);
SAME(ULONG_PTR, 8);
SAME(SECURITY_ATTRIBUTES, 24);
SAME(OVERLAPPED, 32);
SAME(FILETIME, 8);
SAME(SYSTEMTIME, 16);
SAME(LARGE_INTEGER, 8);
SAME(SECURITY_DESCRIPTOR, 40);
SAME(ACL, 8);

static BOOL is(LPCTSTR found, LPCTSTR expected)
{
    BOOL same = lstrcmp(found, expected) == 0;

    if (!same)
        _tprintf(_T("# found [%s], expected [%s]\n"), found, expected);
    return same;
}

static void formats(void)
{
    TCHAR text[64];

    CHECK(StringCchPrintf(text, 64, TEXT("%s %d %c"), TEXT("text"), -5, TEXT('c')) == S_OK && is(text, TEXT("text -5 c")));
    CHECK(StringCchPrintf(text, 64, TEXT("%hs %ls %5s|%-5s|%.2s%%"), "narrow", L"wide", TEXT("ri"), TEXT("le"), TEXT("cut")) == S_OK);
    CHECK(is(text, TEXT("narrow wide    ri|le   |cu%")));
    CHECK(StringCbPrintf(text, sizeof(text), TEXT("%08X %u %lld"), 0xBEEFu, 7u, 1LL << 40) == S_OK);
    CHECK(is(text, TEXT("0000BEEF 7 1099511627776")));
    CHECK(_stprintf(text, TEXT("%s-%d"), TEXT("ab"), 12) == 5 && is(text, TEXT("ab-12")));
    CHECK(_sntprintf(text, 4, TEXT("%d"), 12345) == -1);
    CHECK(_stprintf_s(text, 64, TEXT("%s"), TEXT("secure")) == 6 && is(text, TEXT("secure")));
    CHECK(_stprintf_s(text, 3, TEXT("%s"), TEXT("secure")) == -1 && is(text, TEXT("")));
}

static void truncation(void)
{
    TCHAR text[6];
    size_t length = 77;

    CHECK(StringCchPrintf(text, 6, TEXT("%s"), TEXT("too long")) == STRSAFE_E_INSUFFICIENT_BUFFER && is(text, TEXT("too l")));
    CHECK(StringCchCopy(text, 6, TEXT("too long")) == STRSAFE_E_INSUFFICIENT_BUFFER && is(text, TEXT("too l")));
    CHECK(StringCchCopy(text, 6, TEXT("fits!")) == S_OK && is(text, TEXT("fits!")));
    CHECK(StringCchCopyN(text, 6, TEXT("prefix"), 3) == S_OK && is(text, TEXT("pre")));
    CHECK(StringCchCat(text, 6, TEXT("ab")) == S_OK && is(text, TEXT("preab")));
    CHECK(StringCbCat(text, sizeof(text), TEXT("c")) == STRSAFE_E_INSUFFICIENT_BUFFER && is(text, TEXT("preab")));
    CHECK(StringCchLength(text, 6, &length) == S_OK && length == 5);
    CHECK(StringCbLength(text, sizeof(text), &length) == S_OK && length == 5 * sizeof(TCHAR));
    CHECK(StringCchLength(text, 5, &length) == STRSAFE_E_INVALID_PARAMETER && length == 0);
    CHECK(StringCchCopy(text, 0, TEXT("x")) == STRSAFE_E_INVALID_PARAMETER);
    CHECK(FAILED(STRSAFE_E_INSUFFICIENT_BUFFER) && SUCCEEDED(S_OK));
}

static void ends_and_rests(void)
{
    TCHAR text[8], *end = NULL;
    size_t rest = 0;

    CHECK(StringCchCopyEx(text, 8, TEXT("abc"), &end, &rest, 0) == S_OK && end == text + 3 && rest == 5);
    CHECK(StringCchCatEx(text, 8, TEXT("de"), &end, &rest, STRSAFE_FILL_BYTE(0x41)) == S_OK && end == text + 5 && rest == 3);
    CHECK(is(text, TEXT("abcde")) && text[6] != 0 && ((char *)(text + 7))[0] == 'A');
    CHECK(StringCchCatEx(text, 8, TEXT("fghi"), &end, &rest, STRSAFE_NO_TRUNCATION) == STRSAFE_E_INSUFFICIENT_BUFFER);
    CHECK(is(text, TEXT("abcde")) && end == text + 5 && rest == 3);
    CHECK(StringCchCatEx(text, 8, TEXT("fghi"), &end, &rest, 0) == STRSAFE_E_INSUFFICIENT_BUFFER && is(text, TEXT("abcdefg")));
    CHECK(end == text + 7 && rest == 1);
    CHECK(StringCchCopyEx(text, 8, NULL, &end, &rest, STRSAFE_IGNORE_NULLS) == S_OK && is(text, TEXT("")) && rest == 8);
    CHECK(StringCchCopyEx(text, 8, NULL, NULL, NULL, 0) == STRSAFE_E_INVALID_PARAMETER);
    CHECK(StringCchPrintfEx(text, 8, &end, &rest, 0, TEXT("%s=%d"), TEXT("n"), 42) == S_OK && is(text, TEXT("n=42")) && rest == 4);
    CHECK(StringCchPrintfEx(text, 8, NULL, NULL, STRSAFE_NULL_ON_FAILURE, TEXT("%d"), 123456789) == STRSAFE_E_INSUFFICIENT_BUFFER);
    CHECK(is(text, TEXT("")));
}

static void texts(void)
{
    TCHAR text[16];
    TCHAR *copy;

    CHECK(lstrlen(NULL) == 0 && lstrlen(TEXT("four")) == 4);
    CHECK(is(lstrcpy(text, TEXT("ab")), TEXT("ab")) && is(lstrcat(text, TEXT("cd")), TEXT("abcd")));
    CHECK(is(lstrcpyn(text, TEXT("abcdef"), 4), TEXT("abc")));
    CHECK(lstrcmp(TEXT("a"), TEXT("b")) < 0 && lstrcmp(TEXT("b"), TEXT("a")) > 0 && lstrcmp(TEXT("a"), TEXT("A")) != 0);
    CHECK(lstrcmpi(TEXT("MixeD"), TEXT("mIXEd")) == 0 && lstrcmpi(TEXT("a"), TEXT("ab")) < 0);
    CHECK(_tcslen(_T("abc")) == 3 && _tcscmp(_T("a"), _T("a")) == 0 && _tcsncmp(_T("abX"), _T("abY"), 2) == 0);
    CHECK(_tcsicmp(_T("ABC"), _T("abc")) == 0 && _tcsnicmp(_T("ABX"), _T("aby"), 2) == 0);
    CHECK(_tcschr(_T("a-b"), _T('-')) != NULL && _tcsstr(_T("find me"), _T("me")) != NULL);
    CHECK(_tcscpy_s(text, _countof(text), _T("safe")) == 0 && is(text, TEXT("safe")));
    CHECK(_tcscat_s(text, _countof(text), _T("ty")) == 0 && is(text, TEXT("safety")));
    CHECK(_tcscpy_s(text, 3, _T("long")) != 0 && is(text, TEXT("")));
    CHECK(_tcsncpy_s(text, 3, _T("long"), _TRUNCATE) == STRUNCATE && is(text, TEXT("lo")));
    CHECK(_ttoi(_T("-42")) == -42 && _tstoi(_T("7")) == 7 && _tcstol(_T("ff"), NULL, 16) == 255);
    copy = _tcsdup(_T("copy"));
    CHECK(copy != NULL && is(copy, TEXT("copy")));
    free(copy);
}

static void files(void)
{
    TCHAR line[32], word[32];
    int number = 0;
    FILE *file = _tfopen(_T("headers-\u00e4.txt"), _T("w"));

    CHECK(file != NULL);
    CHECK(_fputts(_T("first \u4e2d\n"), file) >= 0 && _ftprintf(file, _T("%s %d\n"), _T("second"), 2) > 0);
    CHECK(fprintf(file, "narrow\n") > 0 && _ftprintf(file, _T("last")) > 0);
    CHECK(fclose(file) == 0);
    CHECK(_tfopen_s(&file, _T("headers-\u00e4.txt"), _T("r")) == 0);
    CHECK(_fgetts(line, _countof(line), file) != NULL && is(line, TEXT("first \u4e2d\n")));
    CHECK(_ftscanf(file, _T("%s %d "), word, &number) == 2 && is(word, TEXT("second")) && number == 2);
    CHECK(_fgetts(line, 4, file) != NULL && is(line, TEXT("nar")));
    CHECK(_fgetts(line, _countof(line), file) != NULL && is(line, TEXT("row\n")));
    CHECK(_fgetts(line, _countof(line), file) != NULL && is(line, TEXT("last")));
    CHECK(_fgetts(line, _countof(line), file) == NULL && feof(file));
    CHECK(fclose(file) == 0);
    CHECK(_tfopen_s(&file, _T("no/such/file"), _T("r")) != 0 && file == NULL);
    CHECK(remove("headers-\xC3\xA4.txt") == 0);
}

static void memory_and_time(void)
{
    BYTE *memory = (BYTE *)GlobalAlloc(GPTR, 100);
    ULONGLONG start = GetTickCount64();

    CHECK(memory != NULL && memory[0] == 0 && memory[99] == 0);
    FillMemory(memory, 100, 0xAB);
    CHECK(memory[99] == 0xAB);
    ZeroMemory(memory, 100);
    CHECK(memory[0] == 0);
    CHECK(GlobalFree(memory) == NULL);
    CHECK(LocalFree(LocalAlloc(LPTR, 0)) == NULL);
    Sleep(30);
    Sleep(0);
    CHECK(GetTickCount64() - start >= 29);
    CHECK(GetCurrentProcessId() != 0 && GetCurrentThreadId() != 0);
}

static FILETIME file_time(ULONGLONG intervals)
{
    FILETIME time;

    time.dwLowDateTime = (DWORD)intervals;
    time.dwHighDateTime = (DWORD)(intervals >> 32);
    return time;
}

static SYSTEMTIME date_of(WORD year, WORD month, WORD day, WORD hour, WORD minute, WORD second, WORD milliseconds)
{
    SYSTEMTIME date;

    date.wYear = year;
    date.wMonth = month;
    date.wDay = day;
    date.wDayOfWeek = 77;
    date.wHour = hour;
    date.wMinute = minute;
    date.wSecond = second;
    date.wMilliseconds = milliseconds;
    return date;
}

/* The date is this moment, both ways. */
static BOOL is_moment(SYSTEMTIME date, WORD day_of_week, ULONGLONG intervals)
{
    FILETIME expected = file_time(intervals), found;
    SYSTEMTIME back;

    if (!SystemTimeToFileTime(&date, &found) || CompareFileTime(&found, &expected) != 0)
        return FALSE;
    date.wDayOfWeek = day_of_week;
    return FileTimeToSystemTime(&expected, &back) && memcmp(&date, &back, sizeof(date)) == 0;
}

static void dates(void)
{
    FILETIME early = file_time(19999), late = file_time(0x100000000ULL), now;
    SYSTEMTIME date;

    CHECK(is_moment(date_of(1601, 1, 1, 0, 0, 0, 0), 1, 0));
    CHECK(is_moment(date_of(1970, 1, 1, 0, 0, 0, 0), 4, 116444736000000000ULL));
    CHECK(is_moment(date_of(1969, 12, 31, 23, 59, 59, 999), 3, 116444735999990000ULL));
    CHECK(is_moment(date_of(2000, 2, 29, 12, 34, 56, 789), 2, 125963012967890000ULL));
    CHECK(is_moment(date_of(30827, 12, 31, 23, 59, 59, 999), 5, 9223149887999990000ULL));
    CHECK(FileTimeToSystemTime(&early, &date) && date.wMilliseconds == 1 && date.wSecond == 0);
    CHECK(CompareFileTime(&early, &late) == -1 && CompareFileTime(&late, &early) == 1 && CompareFileTime(&late, &late) == 0);
    GetSystemTimeAsFileTime(&now);
    CHECK(FileTimeToSystemTime(&now, &date) && date.wYear >= 2024 && date.wYear < 2200);
}

/* The conversion fails with 87 and leaves the output alone. */
static BOOL is_no_date(SYSTEMTIME date)
{
    FILETIME found = file_time(4711);

    SetLastError(0);
    return !SystemTimeToFileTime(&date, &found) && GetLastError() == ERROR_INVALID_PARAMETER && found.dwLowDateTime == 4711;
}

static void no_dates(void)
{
    FILETIME negative = file_time(1ULL << 63);
    SYSTEMTIME date;

    CHECK(is_no_date(date_of(1600, 12, 31, 0, 0, 0, 0)));
    CHECK(is_no_date(date_of(30828, 1, 1, 0, 0, 0, 0)));
    CHECK(is_no_date(date_of(2023, 2, 29, 0, 0, 0, 0)));
    CHECK(is_no_date(date_of(2023, 0, 1, 0, 0, 0, 0)));
    CHECK(is_no_date(date_of(2023, 13, 1, 0, 0, 0, 0)));
    CHECK(is_no_date(date_of(2023, 1, 0, 0, 0, 0, 0)));
    CHECK(is_no_date(date_of(2023, 1, 1, 24, 0, 0, 0)));
    CHECK(is_no_date(date_of(2023, 1, 1, 0, 60, 0, 0)));
    CHECK(is_no_date(date_of(2023, 1, 1, 0, 0, 60, 0)));
    CHECK(is_no_date(date_of(2023, 1, 1, 0, 0, 0, 1000)));
    CHECK_FAILS(FileTimeToSystemTime(&negative, &date), ERROR_INVALID_PARAMETER);
}

int _tmain(void)
{
    tap_run("formats by Microsoft's rules", formats);
    tap_run("strsafe.h cuts off and tells", truncation);
    tap_run("strsafe.h tells ends and rests", ends_and_rests);
    tap_run("text functions", texts);
    tap_run("files in both kinds of text", files);
    tap_run("memory and time", memory_and_time);
    tap_run("dates and file times are the same moments", dates);
    tap_run("what is no date is refused", no_dates);
    return tap_end();
}
