/* FormatMessage. Compiled as C and as C++, ANSI and UNICODE. */
#include <windows.h>

#include "tap.h"

#define ROOM 512

static TCHAR text[ROOM];

static BOOL is(LPCTSTR a, LPCTSTR b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static DWORD length_of(LPCTSTR words)
{
    return (DWORD)lstrlen(words);
}

static DWORD system_text(DWORD code, DWORD flags)
{
    memset(text, 0xCC, sizeof(text));
    return FormatMessage(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | flags, NULL, code,
                         MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), text, ROOM, NULL);
}

/* What the list of inserts gives. */
static BOOL gives(LPCTSTR expected, LPCTSTR format, ...)
{
    va_list arguments;
    DWORD length;

    memset(text, 0xCC, sizeof(text));
    va_start(arguments, format);
    length = FormatMessage(FORMAT_MESSAGE_FROM_STRING, format, 0, 0, text, ROOM, &arguments);
    va_end(arguments);
    return length == length_of(expected) && is(text, expected);
}

static void of_codes(void)
{
    static const DWORD codes[] = {0, 2, 3, 4, 5, 6, 31, 38, 50, 80, 87, 120, 121, 122, 123, 183, 995, 996, 997, 998, 1168, 1306, 1338, 1359,
                                  1392, 1450, 1784, 1816, 3025};
    size_t i;

    for (i = 0; i < _countof(codes); i++) {
        DWORD length = system_text(codes[i], 0);

        CHECK(length > 5 && length == length_of(text));
        CHECK(is(text + length - 3, TEXT(".\r\n")));
    }
    CHECK(system_text(0x80070005, 0) > 5);
    SetLastError(0xBEEF);
    CHECK(system_text(5, 0) > 5 && GetLastError() == 0xBEEF);
    CHECK_FAILS(system_text(4711, 0), ERROR_MR_MID_NOT_FOUND);
    CHECK_FAILS(system_text(0x80004005, 0), ERROR_MR_MID_NOT_FOUND);
}

static void into_new_memory(void)
{
    LPTSTR memory = NULL;
    DWORD length = FormatMessage(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                                 ERROR_SEM_TIMEOUT, 0, (LPTSTR)&memory, 0, NULL);

    CHECK(memory != NULL && length == length_of(memory) && system_text(ERROR_SEM_TIMEOUT, 0) == length && is(text, memory));
    CHECK(LocalFree(memory) == NULL);
    memory = NULL;
    length = FormatMessage(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_STRING, TEXT("short"), 0, 0, (LPTSTR)&memory, 100, NULL);
    CHECK(length == 5 && memory != NULL);
    memory[99] = TEXT('x');
    LocalFree(memory);
    memory = text;
    CHECK_FAILS(FormatMessage(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM, NULL, 4711, 0, (LPTSTR)&memory, 0, NULL),
                ERROR_MR_MID_NOT_FOUND);
}

static void small_buffers(void)
{
    TCHAR small[6];

    CHECK(FormatMessage(FORMAT_MESSAGE_FROM_STRING, TEXT("12345"), 0, 0, small, 6, NULL) == 5 && is(small, TEXT("12345")));
    CHECK_FAILS(FormatMessage(FORMAT_MESSAGE_FROM_STRING, TEXT("12345"), 0, 0, small, 5, NULL), ERROR_INSUFFICIENT_BUFFER);
    CHECK_FAILS(FormatMessage(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 5, 0, small, 6, NULL), ERROR_INSUFFICIENT_BUFFER);
    CHECK_FAILS(FormatMessage(FORMAT_MESSAGE_FROM_STRING, NULL, 0, 0, small, 6, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(FormatMessage(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 5, 0, NULL, 6, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(FormatMessage(0, NULL, 5, 0, small, 6, NULL), ERROR_INVALID_PARAMETER);
}

static void inserts(void)
{
    DWORD_PTR values[3];

    CHECK(gives(TEXT("bob has 3 of 0x00ff"), TEXT("%1 has %2!d! of 0x%3!04x!"), TEXT("bob"), 3, 255));
    CHECK(gives(TEXT("b-a"), TEXT("%2!s!-%1"), TEXT("a"), TEXT("b")));
    CHECK(gives(TEXT("[  ab|c ]"), TEXT("[%1!*.*s!|%4!-2s!]"), 4, 2, TEXT("abc"), TEXT("c")));
    CHECK(gives(TEXT("line\r\nnext 100%."), TEXT("line%nnext 100%%%.")));
    CHECK(gives(TEXT("cut"), TEXT("cut%0 off")));
    CHECK(gives(TEXT("narrow \u00e4"), TEXT("%1!hs! %2"), "narrow", TEXT("\u00e4")));
    CHECK(gives(TEXT("-1 4294967295 -5000000000"), TEXT("%1!d! %2!u! %3!I64d!"), -1, -1, -5000000000LL));
    CHECK(gives(TEXT("twelve 12"), TEXT("%11 %12!d!"), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, TEXT("twelve"), 12));
    values[0] = (DWORD_PTR)TEXT("array");
    values[1] = 42;
    CHECK(FormatMessage(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY, TEXT("%1 %2!d!"), 0, 0, text, ROOM, (va_list *)values) == 8);
    CHECK(is(text, TEXT("array 42")));
    CHECK(FormatMessage(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_IGNORE_INSERTS, TEXT("%1 %2!d!"), 0, 0, text, ROOM, NULL) == 8);
    CHECK(is(text, TEXT("%1 %2!d!")));
    CHECK_FAILS(FormatMessage(FORMAT_MESSAGE_FROM_STRING, TEXT("%1"), 0, 0, text, ROOM, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(gives(TEXT(""), TEXT("%1!f!"), 1) && 0, ERROR_INVALID_PARAMETER);
}

static void widths(void)
{
    DWORD length = system_text(ERROR_ACCESS_DENIED, FORMAT_MESSAGE_MAX_WIDTH_MASK), i;

    CHECK(length > 5 && is(text + length - 2, TEXT(". ")));
    for (i = 0; i < length; i++)
        CHECK(text[i] != TEXT('\r') && text[i] != TEXT('\n'));
    CHECK(FormatMessage(FORMAT_MESSAGE_FROM_STRING | 8, TEXT("one two\r\nthree"), 0, 0, text, ROOM, NULL) == 14);
    CHECK(is(text, TEXT("one two\r\nthree")));
    CHECK(FormatMessage(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_MAX_WIDTH_MASK, TEXT("one\r\ntwo%nthree"), 0, 0, text, ROOM, NULL) == 14);
    CHECK(is(text, TEXT("one two\r\nthree")));
}

int main(void)
{
    tap_run("every code has a text that ends its line", of_codes);
    tap_run("texts in new memory", into_new_memory);
    tap_run("small buffers and missing sources", small_buffers);
    tap_run("inserts of lists and arrays", inserts);
    tap_run("line breaks by width", widths);
    return tap_end();
}
