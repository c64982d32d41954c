/* Files that a child inherits by the values of their handles. Compiled as C and as C++, ANSI and UNICODE. */
#include <stdlib.h>
#include <windows.h>

#include "slots.h"
#include "tap.h"

static const char *self;

/* What a child does with the handle whose value it is told: reads from where the parent's position is, and appends. */
static int child(const char *value)
{
    HANDLE file = (HANDLE)(ULONG_PTR)strtoull(value, NULL, 10);
    char buffer[8];
    DWORD size;

    if (GetFileType(file) != FILE_TYPE_DISK || handle_flags(file) != HANDLE_FLAG_INHERIT)
        return 1;
    if (!ReadFile(file, buffer, 3, &size, NULL) || size != 3 || memcmp(buffer, "def", 3) != 0)
        return 2;
    return write_text(file, "child") && CloseHandle(file) && !CloseHandle(file) ? 42 : 3;
}

static DWORD run_child(HANDLE file)
{
    char line[512];
    STARTUPINFOA startup;
    PROCESS_INFORMATION process;
    DWORD code = 77;

    memset(&process, 0, sizeof(process));
    memset(&startup, 0, sizeof(startup));
    startup.cb = sizeof(startup);
    snprintf(line, sizeof(line), "\"%s\" child %llu", self, (unsigned long long)(ULONG_PTR)file);
    if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process))
        return code;
    CHECK(WaitForSingleObject(process.hProcess, INFINITE) == WAIT_OBJECT_0 && GetExitCodeProcess(process.hProcess, &code));
    CHECK(CloseHandle(process.hProcess) && CloseHandle(process.hThread));
    return code;
}

static void inheritance(void)
{
    SECURITY_ATTRIBUTES attributes = inheritable();
    HANDLE file = CreateFile(TEXT("inherit"), GENERIC_READ | GENERIC_WRITE, 0, &attributes, CREATE_NEW, 0, NULL);

    CHECK(write_text(file, "abcdef") && SetFilePointer(file, 3, NULL, FILE_BEGIN) == 3);
    CHECK(run_child(file) == 42);
    CHECK(SetFilePointer(file, 0, NULL, FILE_CURRENT) == 11 && GetFileSize(file, NULL) == 11);
    CHECK(SetHandleInformation(file, HANDLE_FLAG_INHERIT, 0) && run_child(file) == 1);
    CHECK(CloseHandle(file) && DeleteFile(TEXT("inherit")));
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc > 2 && strcmp(argv[1], "child") == 0)
        return child(argv[2]);
    tap_run("a child has an inherited file by its value", inheritance);
    return tap_end();
}
