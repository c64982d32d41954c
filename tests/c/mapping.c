/* File mappings and their views, of files and of memory, in one process and several. Compiled as C and as C++, ANSI and UNICODE. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <windows.h>

#include "slots.h"
#include "tap.h"

#define KIB 1024
#define MEMORY INVALID_HANDLE_VALUE
#define NAME TEXT("Local\\a mapping")

static const char *self;

static HANDLE memory(DWORD size)
{
    return CreateFileMapping(MEMORY, NULL, PAGE_READWRITE, 0, size, NULL);
}

static char *view(HANDLE mapping, DWORD access)
{
    return (char *)MapViewOfFile(mapping, access, 0, 0, 0);
}

static HANDLE file_of(const char *text)
{
    HANDLE file = CreateFile(TEXT("mapped"), GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);

    CHECK(file != INVALID_HANDLE_VALUE && (!*text || write_text(file, text)));
    return file;
}

static void remove_file(HANDLE file)
{
    CHECK(CloseHandle(file) && DeleteFile(TEXT("mapped")));
}

static void memory_is_cleared_and_shared(void)
{
    HANDLE mapping = memory(100 * KIB);
    char *one, *two;
    int i, sum = 0;

    CHECK(mapping != NULL && GetLastError() == 0);
    one = view(mapping, FILE_MAP_ALL_ACCESS);
    two = (char *)MapViewOfFile(mapping, FILE_MAP_READ, 0, 64 * KIB, 36 * KIB);
    CHECK(one && two && (ULONG_PTR)one % (64 * KIB) == 0 && (ULONG_PTR)two % (64 * KIB) == 0);
    for (i = 0; i < 100 * KIB; i++)
        sum += one[i] != 0;
    CHECK(sum == 0);
    one[64 * KIB] = 'x';
    one[100 * KIB - 1] = 'y';
    CHECK(two[0] == 'x' && two[36 * KIB - 1] == 'y');
    CHECK_SUCCEEDS(FlushViewOfFile(one, 0));
    CHECK_SUCCEEDS(UnmapViewOfFile(one));
    CHECK_FAILS(UnmapViewOfFile(one), ERROR_INVALID_ADDRESS);
    CHECK(two[0] == 'x' && UnmapViewOfFile(two) && CloseHandle(mapping));
}

static void views_outlive_handles(void)
{
    HANDLE mapping = CreateFileMapping(MEMORY, NULL, PAGE_READWRITE, 0, 4 * KIB, NAME);
    char *kept = view(mapping, FILE_MAP_WRITE);

    CHECK(kept && CloseHandle(mapping));
    kept[0] = 'k';
    CHECK(kept[0] == 'k');
    /* The name is free, for it goes with the handles. */
    CHECK_FAILS(OpenFileMapping(FILE_MAP_READ, FALSE, NAME), ERROR_FILE_NOT_FOUND);
    mapping = CreateFileMapping(MEMORY, NULL, PAGE_READWRITE, 0, 4 * KIB, NAME);
    CHECK(mapping && GetLastError() == 0);
    CHECK(CloseHandle(mapping) && UnmapViewOfFile(kept));
}

static void files(void)
{
    HANDLE file = file_of("in a file"), mapping = CreateFileMapping(file, NULL, PAGE_READWRITE, 0, 0, NULL);
    char *text, *copy, buffer[16];
    DWORD size;

    CHECK(mapping && GetLastError() == 0);
    text = view(mapping, FILE_MAP_WRITE);
    copy = view(mapping, FILE_MAP_COPY);
    CHECK(text && copy && memcmp(text, "in a file", 9) == 0);
    text[0] = 'I';
    copy[1] = 'N';
    CHECK(copy[0] == 'I' && text[1] == 'n');
    CHECK_SUCCEEDS(FlushViewOfFile(text, 9));
    CHECK(SetFilePointer(file, 0, NULL, FILE_BEGIN) == 0 && ReadFile(file, buffer, sizeof(buffer), &size, NULL));
    CHECK(size == 9 && memcmp(buffer, "In a file", 9) == 0);
    /* The file's own size, to the byte. */
    CHECK_FAILS(MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 10), ERROR_ACCESS_DENIED);
    remove_file(file);
    text[0] = 'i';
    CHECK(view(mapping, FILE_MAP_READ)[0] == 'i');
    CHECK(UnmapViewOfFile(text) && UnmapViewOfFile(copy) && CloseHandle(mapping));
}

static void files_grow(void)
{
    HANDLE file = file_of(""), mapping;
    char *end;

    CHECK_FAILS(CreateFileMapping(file, NULL, PAGE_READWRITE, 0, 0, NULL), ERROR_FILE_INVALID);
    CHECK_FAILS(CreateFileMapping(file, NULL, PAGE_READONLY, 0, 10, NULL), ERROR_NOT_ENOUGH_MEMORY);
    mapping = CreateFileMapping(file, NULL, PAGE_READWRITE, 0, 64 * KIB + 10, NULL);
    CHECK(mapping && GetFileSize(file, NULL) == 64 * KIB + 10);
    end = (char *)MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 64 * KIB, 0);
    CHECK(end && end[9] == 0);
    end[9] = 'e';
    CHECK(UnmapViewOfFile(end));
    /* Somebody cuts the file: that is an error, and no signal. */
    CHECK(SetFilePointer(file, 64 * KIB, NULL, FILE_BEGIN) == 64 * KIB && SetEndOfFile(file));
    CHECK_FAILS(MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0), ERROR_FILE_INVALID);
    CHECK(CloseHandle(mapping));
    remove_file(file);
}

static void protections(void)
{
    HANDLE file = file_of("protected"), reader, writer, mapping;
    char *copy;

    reader = CreateFile(TEXT("mapped"), GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    writer = CreateFile(TEXT("mapped"), GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    CHECK_FAILS(CreateFileMapping(reader, NULL, PAGE_READWRITE, 0, 0, NULL), ERROR_ACCESS_DENIED);
    CHECK_FAILS(CreateFileMapping(writer, NULL, PAGE_READONLY, 0, 0, NULL), ERROR_ACCESS_DENIED);
    mapping = CreateFileMapping(reader, NULL, PAGE_WRITECOPY | SEC_COMMIT, 0, 0, NULL);
    CHECK(mapping != NULL);
    CHECK_FAILS(view(mapping, FILE_MAP_WRITE), ERROR_ACCESS_DENIED);
    CHECK_FAILS(view(mapping, FILE_MAP_ALL_ACCESS), ERROR_ACCESS_DENIED);
    CHECK_FAILS(view(mapping, FILE_MAP_READ | FILE_MAP_EXECUTE), ERROR_ACCESS_DENIED);
    copy = view(mapping, FILE_MAP_COPY);
    CHECK(copy != NULL);
    copy[0] = 'P';
    CHECK(UnmapViewOfFile(copy) && (copy = view(mapping, FILE_MAP_READ)) != NULL && copy[0] == 'p');
    CHECK(UnmapViewOfFile(copy) && CloseHandle(mapping) && CloseHandle(reader) && CloseHandle(writer));
    remove_file(file);
}

static void mistakes(void)
{
    HANDLE mapping = memory(128 * KIB), slot, event;
    char *at;

    CHECK_FAILS(CreateFileMapping(MEMORY, NULL, PAGE_READWRITE, 0, 0, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateFileMapping(MEMORY, NULL, 0, 0, 1, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateFileMapping(MEMORY, NULL, PAGE_NOACCESS, 0, 1, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateFileMapping(MEMORY, NULL, PAGE_READWRITE | SEC_COMMIT | SEC_RESERVE, 0, 1, NULL),
                ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateFileMapping(MEMORY, NULL, PAGE_READWRITE | SEC_IMAGE, 0, 1, NULL), ERROR_NOT_SUPPORTED);
    CHECK_FAILS(CreateFileMapping(MEMORY, NULL, PAGE_READWRITE, 0xFFFFFFFF, 0xFFFFFFFF, NULL), ERROR_NOT_ENOUGH_MEMORY);
    CHECK_FAILS(CreateFileMapping(NULL, NULL, PAGE_READWRITE, 0, 1, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CreateFileMapping(mapping, NULL, PAGE_READWRITE, 0, 1, NULL), ERROR_INVALID_HANDLE);
    slot = CreateMailslot(TEXT("\\\\.\\mailslot\\no file"), 0, 0, NULL);
    CHECK_FAILS(CreateFileMapping(slot, NULL, PAGE_READONLY, 0, 1, NULL), ERROR_BAD_EXE_FORMAT);
    CHECK_FAILS(view(slot, FILE_MAP_READ), ERROR_INVALID_HANDLE);
    CHECK_FAILS(view(NULL, FILE_MAP_READ), ERROR_INVALID_HANDLE);
    CHECK_FAILS(MapViewOfFile(mapping, FILE_MAP_READ, 0, 4 * KIB, 0), ERROR_MAPPED_ALIGNMENT);
    CHECK_FAILS(MapViewOfFile(mapping, FILE_MAP_READ, 0, 64 * KIB, 64 * KIB + 1), ERROR_ACCESS_DENIED);
    CHECK_FAILS(MapViewOfFile(mapping, FILE_MAP_READ, 0, 128 * KIB, 0), ERROR_ACCESS_DENIED);
    CHECK_FAILS(MapViewOfFile(mapping, FILE_MAP_READ, 1, 0, 1), ERROR_ACCESS_DENIED);
    CHECK_FAILS(MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, (SIZE_T)-1), ERROR_ACCESS_DENIED);
    CHECK_FAILS(UnmapViewOfFile(NULL), ERROR_INVALID_ADDRESS);
    CHECK_FAILS(UnmapViewOfFile(&mapping), ERROR_INVALID_ADDRESS);
    CHECK_FAILS(FlushViewOfFile(&mapping, 0), ERROR_INVALID_ADDRESS);
    /* Nobody waits for a mapping, and it is none of the other objects. */
    CHECK(WaitForSingleObject(mapping, 0) == WAIT_FAILED && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK_FAILS(SetEvent(mapping), ERROR_INVALID_HANDLE);
    event = CreateEvent(NULL, TRUE, TRUE, NULL);
    CHECK_FAILS(view(event, FILE_MAP_READ), ERROR_INVALID_HANDLE);
    at = view(mapping, FILE_MAP_WRITE);
    CHECK_FAILS(FlushViewOfFile(at, 128 * KIB + 1), ERROR_INVALID_ADDRESS);
    CHECK_FAILS(VirtualFree(at, 0, MEM_RELEASE), ERROR_INVALID_ADDRESS);
    CHECK_FAILS(MapViewOfFileEx(mapping, FILE_MAP_READ, 0, 0, 0, at), ERROR_INVALID_ADDRESS);
    CHECK_FAILS(MapViewOfFileEx(mapping, FILE_MAP_READ, 0, 0, 0, at + 4 * KIB), ERROR_MAPPED_ALIGNMENT);
    CHECK(VirtualAlloc(at + 64 * KIB, 64 * KIB, MEM_COMMIT, PAGE_READWRITE) == at + 64 * KIB);
    CHECK(UnmapViewOfFile(at) && MapViewOfFileEx(mapping, FILE_MAP_READ, 0, 0, 0, at) == at && UnmapViewOfFile(at));
    CHECK(CloseHandle(mapping) && CloseHandle(event) && CloseHandle(slot));
    CHECK_FAILS(view(mapping, FILE_MAP_READ), ERROR_INVALID_HANDLE);
}

static void names(void)
{
    HANDLE first = CreateFileMapping(MEMORY, NULL, PAGE_READWRITE, 0, 8 * KIB, NAME), second, reader, event;
    char *one = view(first, FILE_MAP_WRITE), *two;

    CHECK(one != NULL);
    SetLastError(0);
    second = CreateFileMapping(MEMORY, NULL, PAGE_READWRITE, 0, 4 * KIB, TEXT("a mapping"));
    CHECK(second && GetLastError() == ERROR_ALREADY_EXISTS);
    two = view(second, FILE_MAP_READ);
    strcpy(one + 4 * KIB, "the same");
    CHECK(two && strcmp(two + 4 * KIB, "the same") == 0);
    CHECK_FAILS(CreateEvent(NULL, FALSE, FALSE, NAME), ERROR_INVALID_HANDLE);
    CHECK_FAILS(OpenMutex(SYNCHRONIZE, FALSE, NAME), ERROR_INVALID_HANDLE);
    event = CreateEvent(NULL, FALSE, FALSE, TEXT("an event"));
    CHECK_FAILS(CreateFileMapping(MEMORY, NULL, PAGE_READWRITE, 0, 1, TEXT("an event")), ERROR_INVALID_HANDLE);
    CHECK_FAILS(OpenFileMapping(FILE_MAP_READ, FALSE, TEXT("an event")), ERROR_INVALID_HANDLE);
    CHECK_FAILS(OpenFileMapping(FILE_MAP_READ, FALSE, TEXT("nothing")), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(OpenFileMapping(FILE_MAP_READ, FALSE, NULL), ERROR_INVALID_PARAMETER);
    reader = OpenFileMapping(FILE_MAP_READ, FALSE, NAME);
    CHECK(reader != NULL);
    CHECK_FAILS(view(reader, FILE_MAP_WRITE), ERROR_ACCESS_DENIED);
    CHECK(UnmapViewOfFile(two) && (two = view(reader, FILE_MAP_READ)) != NULL && two[4 * KIB] == 't');
    CHECK(CloseHandle(first) && CloseHandle(second) && CloseHandle(event));
    /* The handle that is left keeps the name. */
    first = OpenFileMapping(FILE_MAP_ALL_ACCESS, FALSE, NAME);
    CHECK(first && CloseHandle(first) && CloseHandle(reader));
    CHECK(UnmapViewOfFile(one) && UnmapViewOfFile(two));
    CHECK_FAILS(OpenFileMapping(FILE_MAP_READ, FALSE, NAME), ERROR_FILE_NOT_FOUND);
}

static void no_memory_is_an_error(void)
{
    /* 2^46 bytes; no file system in memory has so many. */
    CHECK_FAILS(CreateFileMapping(MEMORY, NULL, PAGE_READWRITE, 0x4000, 0, NAME), ERROR_NO_SYSTEM_RESOURCES);
    CHECK_FAILS(OpenFileMapping(FILE_MAP_READ, FALSE, NAME), ERROR_FILE_NOT_FOUND);
}

static void duplicates(void)
{
    HANDLE mapping = memory(4 * KIB), second = NULL, reader = NULL, process = GetCurrentProcess();
    char *one = view(mapping, FILE_MAP_WRITE), *two;

    CHECK(DuplicateHandle(process, mapping, process, &second, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(DuplicateHandle(process, mapping, process, &reader, FILE_MAP_READ, FALSE, 0));
    CHECK(CloseHandle(mapping));
    one[0] = 'd';
    two = view(second, FILE_MAP_WRITE);
    CHECK(two && two[0] == 'd' && UnmapViewOfFile(two));
    CHECK_FAILS(view(reader, FILE_MAP_WRITE), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(second) && CloseHandle(reader) && UnmapViewOfFile(one));
}

/* What a child does with a mapping whose first bytes are "parent". */
static int child(const char *how, const char *value)
{
    HANDLE mapping = (HANDLE)(ULONG_PTR)strtoull(value, NULL, 10);
    char *text;

    if (strcmp(how, "name") == 0)
        mapping = OpenFileMapping(FILE_MAP_WRITE, FALSE, NAME);
    if (strcmp(how, "wait") == 0) {
        /* The parent gives it a duplicate, and tells by the event which. */
        HANDLE event = mapping, shared = OpenFileMapping(FILE_MAP_READ, FALSE, TEXT("the number"));
        HANDLE *number = (HANDLE *)MapViewOfFile(shared, FILE_MAP_READ, 0, 0, 0);
        if (!number || WaitForSingleObject(event, 30000) != WAIT_OBJECT_0)
            return 4;
        mapping = *number;
    }
    if (!(text = view(mapping, FILE_MAP_WRITE)))
        return 10 + (int)GetLastError();
    if (memcmp(text, "parent", 6) != 0)
        return 2;
    memcpy(text, "child!", 6);
    return UnmapViewOfFile(text) && CloseHandle(mapping) && !CloseHandle(mapping) ? 42 : 3;
}

static HANDLE start_child(const char *how, HANDLE handle)
{
    char line[512];
    STARTUPINFOA startup;
    PROCESS_INFORMATION process;

    memset(&process, 0, sizeof(process));
    memset(&startup, 0, sizeof(startup));
    startup.cb = sizeof(startup);
    snprintf(line, sizeof(line), "\"%s\" %s %llu", self, how, (unsigned long long)(ULONG_PTR)handle);
    CHECK(CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process));
    CHECK(CloseHandle(process.hThread));
    return process.hProcess;
}

static DWORD exit_code(HANDLE process)
{
    DWORD code = 77;

    CHECK(WaitForSingleObject(process, INFINITE) == WAIT_OBJECT_0 && GetExitCodeProcess(process, &code));
    CHECK(CloseHandle(process));
    return code;
}

/* Whether a child sees what is in the mapping, and changes it. */
static void check_child(const char *how, HANDLE mapping)
{
    char *text = view(mapping, FILE_MAP_WRITE);
    DWORD code;

    CHECK(text != NULL);
    memcpy(text, "parent", 6);
    code = exit_code(start_child(how, mapping));
    CHECK(code == 42);
    if (code != 42)
        printf("# the child ended with %u\n", code);
    CHECK(memcmp(text, "child!", 6) == 0 && UnmapViewOfFile(text));
}

static void inheritance(void)
{
    SECURITY_ATTRIBUTES attributes = inheritable();
    HANDLE file = file_of("parent"), mapping;

    mapping = CreateFileMapping(MEMORY, &attributes, PAGE_READWRITE, 0, 10, NULL);
    check_child("number", mapping);
    CHECK(SetHandleInformation(mapping, HANDLE_FLAG_INHERIT, 0));
    CHECK(exit_code(start_child("number", mapping)) == 10 + ERROR_INVALID_HANDLE && CloseHandle(mapping));
    mapping = CreateFileMapping(file, &attributes, PAGE_READWRITE, 0, 0, NULL);
    check_child("number", mapping);
    CHECK(CloseHandle(mapping));
    mapping = CreateFileMapping(file, &attributes, PAGE_READONLY, 0, 0, NULL);
    CHECK(exit_code(start_child("number", mapping)) == 10 + ERROR_ACCESS_DENIED && CloseHandle(mapping));
    remove_file(file);
}

static void names_across_processes(void)
{
    HANDLE file = file_of("parent"), mapping = CreateFileMapping(MEMORY, NULL, PAGE_READWRITE, 0, 10, NAME);

    check_child("name", mapping);
    CHECK(CloseHandle(mapping));
    CHECK(exit_code(start_child("name", NULL)) == 10 + ERROR_INVALID_HANDLE);
    mapping = CreateFileMapping(file, NULL, PAGE_READWRITE, 0, 0, NAME);
    check_child("name", mapping);
    CHECK(CloseHandle(mapping));
    remove_file(file);
}

static void duplicates_across_processes(void)
{
    SECURITY_ATTRIBUTES attributes = inheritable();
    HANDLE event = CreateEvent(&attributes, TRUE, FALSE, NULL), mapping = memory(10), process;
    HANDLE shared = CreateFileMapping(MEMORY, NULL, PAGE_READWRITE, 0, sizeof(HANDLE), TEXT("the number"));
    HANDLE *number = (HANDLE *)MapViewOfFile(shared, FILE_MAP_WRITE, 0, 0, 0);
    char *text = view(mapping, FILE_MAP_WRITE);

    CHECK(number && text);
    memcpy(text, "parent", 6);
    process = start_child("wait", event);
    CHECK(DuplicateHandle(GetCurrentProcess(), mapping, process, number, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(SetEvent(event) && exit_code(process) == 42 && memcmp(text, "child!", 6) == 0);
    CHECK(UnmapViewOfFile(text) && UnmapViewOfFile(number));
    CHECK(CloseHandle(mapping) && CloseHandle(shared) && CloseHandle(event));
}

/* A descriptor that the program opened by other means is no handle, however much its file looks like one of this library. */
static void foreign_files(void)
{
    int file = open("foreign", O_RDWR | O_CREAT | O_EXCL, 0600);
    HANDLE handle = (HANDLE)(((ULONG_PTR)file + 1) << 2);

    CHECK(file >= 0 && ftruncate(file, 128 * KIB) == 0);
    CHECK_FAILS(view(handle, FILE_MAP_READ), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CloseHandle(handle), ERROR_INVALID_HANDLE);
    CHECK(write(file, "mine", 4) == 4 && close(file) == 0 && unlink("foreign") == 0);
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc > 2)
        return child(argv[1], argv[2]);
    tap_run("memory is cleared, and shared by its views", memory_is_cleared_and_shared);
    tap_run("views outlive the handles, the name does not", views_outlive_handles);
    tap_run("files are read and written in place", files);
    tap_run("files grow to the size of their mapping", files_grow);
    tap_run("views do what the protection allows", protections);
    tap_run("mistakes have their codes", mistakes);
    tap_run("a name leads to the same memory, and is shared with the other objects", names);
    tap_run("memory that there is not is an error at once", no_memory_is_an_error);
    tap_run("duplicates are of the same mapping", duplicates);
    tap_run("a child has an inherited mapping by its value", inheritance);
    tap_run("another process opens a mapping by its name", names_across_processes);
    tap_run("another process is given a duplicate", duplicates_across_processes);
    tap_run("files of others are left alone", foreign_files);
    return tap_end();
}
