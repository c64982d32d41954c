/* Consoles by their handles, on a terminal of the test's own. Compiled as C and as C++, ANSI and UNICODE. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <windows.h>

#include "slots.h"
#include "tap.h"

/* The terminal's other end, and the handles of this one. */
static int master;
static HANDLE input, output;

static BOOL open_terminal(void)
{
    char name[32];
    unsigned int number = 0;
    int unlocked = 0;

    master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    if (master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) != 0 || ioctl(master, TIOCGPTN, &number) != 0)
        return FALSE;
    snprintf(name, sizeof(name), "\\dev\\pts\\%u", number);
    input = CreateFileA(name, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    output = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    return input != NO_HANDLE && output != NO_HANDLE;
}

/* What the terminal shows next. */
static BOOL shows(const char *text)
{
    char shown[64];
    size_t length = 0;

    while (length < strlen(text)) {
        long size = read(master, shown + length, strlen(text) - length);

        if (size <= 0)
            return FALSE;
        length += (size_t)size;
    }
    return memcmp(shown, text, length) == 0;
}

static void types(const char *text)
{
    CHECK(write(master, text, strlen(text)) == (long)strlen(text));
}

static DWORD mode_of(HANDLE console)
{
    DWORD mode = 0xDEAD;

    CHECK_SUCCEEDS(GetConsoleMode(console, &mode));
    return mode;
}

static void lines(void)
{
    TCHAR text[16];
    DWORD size = 77;

    CHECK(GetFileType(input) == FILE_TYPE_CHAR && GetFileType(output) == FILE_TYPE_CHAR);
    CHECK(mode_of(input) == (ENABLE_PROCESSED_INPUT | ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT));
    CHECK(mode_of(output) == (ENABLE_PROCESSED_OUTPUT | ENABLE_WRAP_AT_EOL_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING));
    types("z\xC3\xA4!\n");
    CHECK(shows("z\xC3\xA4!\r\n"));
    CHECK_SUCCEEDS(ReadConsole(input, text, 16, &size, NULL));
    CHECK(size == (DWORD)lstrlen(TEXT("z\u00e4!\n")) && memcmp(text, TEXT("z\u00e4!\n"), size * sizeof(TCHAR)) == 0);
    size = (DWORD)lstrlen(TEXT("\u00e4\n"));
    CHECK_SUCCEEDS(WriteConsole(output, TEXT("\u00e4\n"), size, &size, NULL));
    CHECK(size == (DWORD)lstrlen(TEXT("\u00e4\n")) && shows("\xC3\xA4\r\n"));
    CHECK(write_text(output, "file\n") && shows("file\r\n"));
    CHECK_FAILS(WriteFile(input, "x", 1, &size, NULL), ERROR_ACCESS_DENIED);
    CHECK_FAILS(GetConsoleMode(input, NULL), ERROR_NOACCESS);
}

static void keys(void)
{
    DWORD before = mode_of(input), size = 77;
    char byte = 0;
    TCHAR text[16];

    CHECK_SUCCEEDS(SetConsoleMode(input, ENABLE_PROCESSED_INPUT));
    CHECK(mode_of(input) == ENABLE_PROCESSED_INPUT);
    types("k");
    CHECK(ReadFile(input, &byte, 1, &size, NULL) && size == 1 && byte == 'k');
    types("y");
    CHECK(ReadConsole(input, text, 16, &size, NULL) && size == 1 && text[0] == TEXT('y'));
    CHECK(SetConsoleMode(input, before) && mode_of(input) == before);
    CHECK_SUCCEEDS(SetConsoleMode(output, 0));
    CHECK(mode_of(input) == before);
}

int main(void)
{
    if (!open_terminal()) {
        printf("ok 1 - skipped: no terminal can be opened here\n1..1\n");
        return 0;
    }
    tap_run("lines of text", lines);
    tap_run("single keys without echo", keys);
    CHECK(CloseHandle(input) && CloseHandle(output) && close(master) == 0);
    return tap_end();
}
