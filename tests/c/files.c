/* Files that are no mailslots. Compiled as C and as C++, ANSI and UNICODE. */
#include <windows.h>

#include "slots.h"
#include "tap.h"

static BOOL same(LPCTSTR a, LPCTSTR b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static HANDLE open_file(LPCTSTR name, DWORD access, DWORD disposition, DWORD flags)
{
    return CreateFile(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, disposition, flags, NULL);
}

static BOOL exists(LPCTSTR name)
{
    return GetFileAttributes(name) != INVALID_FILE_ATTRIBUTES;
}

/* The call gives a file, which is closed, and sets the last error. */
#define OPENS(call, error)                                                                                             \
    do {                                                                                                               \
        HANDLE opened;                                                                                                 \
                                                                                                                       \
        SetLastError(0xBEEF);                                                                                          \
        opened = call;                                                                                                 \
        CHECK(opened != NO_HANDLE && GetLastError() == (DWORD)(error));                                                \
        CHECK(CloseHandle(opened));                                                                                    \
    } while (0)

#define FAILS_TO_OPEN(call, error) CHECK_FAILS((call) != NO_HANDLE, error)

static void dispositions(void)
{
    const DWORD access = GENERIC_READ | GENERIC_WRITE;

    FAILS_TO_OPEN(open_file(TEXT("d"), access, OPEN_EXISTING, 0), ERROR_FILE_NOT_FOUND);
    FAILS_TO_OPEN(open_file(TEXT("d"), access, TRUNCATE_EXISTING, 0), ERROR_FILE_NOT_FOUND);
    FAILS_TO_OPEN(open_file(TEXT("no\\folder\\d"), access, CREATE_ALWAYS, 0), ERROR_PATH_NOT_FOUND);
    FAILS_TO_OPEN(open_file(TEXT("no\\folder\\d"), access, OPEN_EXISTING, 0), ERROR_PATH_NOT_FOUND);
    FAILS_TO_OPEN(open_file(TEXT("d"), access, 0, 0), ERROR_INVALID_PARAMETER);
    FAILS_TO_OPEN(open_file(TEXT("d"), access, 6, 0), ERROR_INVALID_PARAMETER);
    OPENS(open_file(TEXT("d"), access, CREATE_NEW, 0), ERROR_SUCCESS);
    FAILS_TO_OPEN(open_file(TEXT("d"), access, CREATE_NEW, 0), ERROR_FILE_EXISTS);
    OPENS(open_file(TEXT("d"), access, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL), ERROR_SUCCESS);
    OPENS(open_file(TEXT("d"), access, OPEN_ALWAYS, 0), ERROR_ALREADY_EXISTS);
    OPENS(open_file(TEXT("d"), access, CREATE_ALWAYS, 0), ERROR_ALREADY_EXISTS);
    OPENS(open_file(TEXT("d"), access, TRUNCATE_EXISTING, 0), ERROR_SUCCESS);
    FAILS_TO_OPEN(open_file(TEXT("d"), GENERIC_READ, TRUNCATE_EXISTING, 0), ERROR_INVALID_PARAMETER);
    OPENS(open_file(TEXT("d"), 0, OPEN_EXISTING, 0), ERROR_SUCCESS);
    CHECK(DeleteFile(TEXT("d")));
    OPENS(open_file(TEXT("d"), access, OPEN_ALWAYS, 0), ERROR_SUCCESS);
    CHECK(DeleteFile(TEXT("d")));
    OPENS(open_file(TEXT("d"), access, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE), ERROR_SUCCESS);
    CHECK(!exists(TEXT("d")));
}

static void deletion_on_close(void)
{
    HANDLE file = open_file(TEXT("d"), GENERIC_WRITE, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE), other;

    CHECK(CreateDirectory(TEXT("elsewhere"), NULL) && SetCurrentDirectory(TEXT("elsewhere")));
    other = open_file(TEXT("d"), GENERIC_WRITE, CREATE_NEW, 0);
    CHECK(exists(TEXT("..\\d")) && CloseHandle(file) && !exists(TEXT("..\\d")));
    CHECK(exists(TEXT("d")) && CloseHandle(other) && DeleteFile(TEXT("d")));
    CHECK(SetCurrentDirectory(TEXT("..")) && RemoveDirectory(TEXT("elsewhere")));
    /* Another file that took the name meanwhile stays. */
    file = open_file(TEXT("d"), GENERIC_WRITE, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE);
    CHECK(DeleteFile(TEXT("d")));
    other = open_file(TEXT("d"), GENERIC_WRITE, CREATE_NEW, 0);
    CHECK(CloseHandle(file) && exists(TEXT("d")) && CloseHandle(other) && DeleteFile(TEXT("d")));
}

static void paths(void)
{
    FAILS_TO_OPEN(open_file(TEXT("C:\\no\\such\\file"), GENERIC_READ, OPEN_EXISTING, 0), ERROR_PATH_NOT_FOUND);
    FAILS_TO_OPEN(open_file(TEXT("D:\\file"), GENERIC_READ, OPEN_EXISTING, 0), ERROR_PATH_NOT_FOUND);
    FAILS_TO_OPEN(open_file(TEXT("\\\\server\\share\\file"), GENERIC_READ, OPEN_EXISTING, 0), ERROR_BAD_NETPATH);
    FAILS_TO_OPEN(open_file(TEXT("\\\\.\\nothing"), GENERIC_READ, OPEN_EXISTING, 0), ERROR_FILE_NOT_FOUND);
    FAILS_TO_OPEN(open_file(TEXT("a*b"), GENERIC_WRITE, CREATE_ALWAYS, 0), ERROR_INVALID_NAME);
    FAILS_TO_OPEN(open_file(TEXT("."), GENERIC_READ, OPEN_EXISTING, 0), ERROR_ACCESS_DENIED);
    OPENS(open_file(TEXT("."), GENERIC_READ, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS), ERROR_SUCCESS);
    OPENS(open_file(TEXT("C:p"), GENERIC_WRITE, CREATE_NEW, 0), ERROR_SUCCESS);
    OPENS(open_file(TEXT(".\\p. "), GENERIC_READ, OPEN_EXISTING, 0), ERROR_SUCCESS);
    OPENS(open_file(TEXT("NUL"), GENERIC_WRITE, OPEN_EXISTING, 0), ERROR_SUCCESS);
    OPENS(open_file(TEXT("\\\\.\\nul"), GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS, 0), ERROR_SUCCESS);
    CHECK(DeleteFile(TEXT("p")));
}

static void reading_and_writing(void)
{
    HANDLE file = open_file(TEXT("rw"), GENERIC_READ | GENERIC_WRITE, CREATE_NEW, 0);
    HANDLE reader = open_file(TEXT("rw"), GENERIC_READ, OPEN_EXISTING, 0);
    char buffer[32];
    DWORD size = 77;
    LONG high = 0;
    LARGE_INTEGER large;

    CHECK(write_text(file, "hello, world"));
    CHECK(GetFileSize(file, &size) == 12 && size == 0);
    CHECK_SUCCEEDS(GetFileSizeEx(file, &large) && large.QuadPart == 12);
    CHECK(SetFilePointer(file, 0, NULL, FILE_BEGIN) == 0);
    CHECK_SUCCEEDS(ReadFile(file, buffer, 5, &size, NULL) && size == 5 && memcmp(buffer, "hello", 5) == 0);
    CHECK(SetFilePointer(file, 2, NULL, FILE_CURRENT) == 7);
    CHECK(ReadFile(file, buffer, sizeof(buffer), &size, NULL) && size == 5 && memcmp(buffer, "world", 5) == 0);
    CHECK_SUCCEEDS(ReadFile(file, buffer, sizeof(buffer), &size, NULL) && size == 0);
    high = -1;
    CHECK(SetFilePointer(file, -5, &high, FILE_END) == 7 && high == 0);
    CHECK_FAILS(SetFilePointer(file, -1, NULL, FILE_BEGIN) != INVALID_SET_FILE_POINTER, ERROR_NEGATIVE_SEEK);
    CHECK_FAILS(SetFilePointer(file, 0, NULL, 3) != INVALID_SET_FILE_POINTER, ERROR_INVALID_PARAMETER);
    high = 1;
    CHECK(SetFilePointer(file, 5, &high, FILE_BEGIN) == 5 && high == 1);
    large.QuadPart = 5;
    CHECK_SUCCEEDS(SetFilePointerEx(file, large, &large, FILE_BEGIN) && large.QuadPart == 5);
    CHECK(SetEndOfFile(file) && GetFileSize(reader, NULL) == 5);
    CHECK_SUCCEEDS(FlushFileBuffers(file));
    CHECK_FAILS(FlushFileBuffers(reader), ERROR_ACCESS_DENIED);
    CHECK_FAILS(SetEndOfFile(reader), ERROR_ACCESS_DENIED);
    CHECK_FAILS(WriteFile(reader, "x", 1, &size, NULL), ERROR_ACCESS_DENIED);
    CHECK(size == 0);
    CHECK_FAILS(GetMailslotInfo(file, NULL, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(SetMailslotInfo(file, 1), ERROR_INVALID_HANDLE);
    CHECK(GetFileType(file) == FILE_TYPE_DISK);
    CHECK(CloseHandle(reader) && CloseHandle(file));
    CHECK_FAILS(ReadFile(file, buffer, 1, &size, NULL), ERROR_INVALID_HANDLE);
    file = open_file(TEXT("rw"), GENERIC_WRITE, OPEN_EXISTING, 0);
    CHECK_FAILS(ReadFile(file, buffer, 1, &size, NULL), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(file));
    file = open_file(TEXT("rw"), FILE_APPEND_DATA, OPEN_EXISTING, 0);
    CHECK(write_text(file, "+") && GetFileSize(file, NULL) == 6);
    CHECK(CloseHandle(file) && DeleteFile(TEXT("rw")));
}

static void overlapped(void)
{
    HANDLE file = open_file(TEXT("ov"), GENERIC_READ | GENERIC_WRITE, CREATE_NEW, FILE_FLAG_OVERLAPPED);
    HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
    OVERLAPPED operation;
    char buffer[8];
    DWORD size = 77;

    memset(&operation, 0, sizeof(operation));
    operation.hEvent = event;
    operation.Offset = 4;
    CHECK(WriteFile(file, "data", 4, &size, &operation) && size == 4);
    CHECK(operation.Internal == 0 && operation.InternalHigh == 4 && WaitForSingleObject(event, 0) == WAIT_OBJECT_0);
    CHECK(GetFileSize(file, NULL) == 8);
    operation.Offset = 6;
    CHECK(ReadFile(file, buffer, sizeof(buffer), NULL, &operation));
    CHECK(GetOverlappedResult(file, &operation, &size, TRUE) && size == 2 && memcmp(buffer, "ta", 2) == 0);
    operation.Offset = 8;
    CHECK_FAILS(ReadFile(file, buffer, sizeof(buffer), &size, &operation), ERROR_HANDLE_EOF);
    CHECK(WaitForSingleObject(event, 0) == WAIT_TIMEOUT);
    operation.Offset = operation.OffsetHigh = 0xFFFFFFFF;
    CHECK(WriteFile(file, "!", 1, &size, &operation) && GetFileSize(file, NULL) == 9);
    operation.hEvent = file;
    CHECK_FAILS(ReadFile(file, buffer, 1, &size, &operation), ERROR_INVALID_HANDLE);
    CHECK(WaitForSingleObject(file, 0) == WAIT_OBJECT_0);
    CHECK(CloseHandle(event) && CloseHandle(file) && DeleteFile(TEXT("ov")));
}

static DWORD called_error, called_size;
static LPOVERLAPPED called_with;

static void CALLBACK on_end(DWORD error, DWORD size, LPOVERLAPPED operation)
{
    called_error = error;
    called_size = size;
    called_with = operation;
}

static void completion_routines(void)
{
    HANDLE file = open_file(TEXT("apc"), GENERIC_READ | GENERIC_WRITE, CREATE_NEW, FILE_FLAG_OVERLAPPED);
    OVERLAPPED operation;
    char buffer[8];

    memset(&operation, 0, sizeof(operation));
    CHECK(WriteFileEx(file, "data", 4, &operation, on_end) && called_with == NULL);
    CHECK(SleepEx(0, TRUE) == WAIT_IO_COMPLETION && called_with == &operation && called_error == 0 && called_size == 4);
    called_with = NULL;
    operation.Offset = 1;
    CHECK(ReadFileEx(file, buffer, sizeof(buffer), &operation, on_end));
    CHECK(SleepEx(0, TRUE) == WAIT_IO_COMPLETION && called_with == &operation && called_size == 3 && buffer[0] == 'a');
    operation.Offset = 4;
    CHECK_FAILS(ReadFileEx(file, buffer, sizeof(buffer), &operation, on_end), ERROR_HANDLE_EOF);
    CHECK_FAILS(ReadFileEx(file, buffer, sizeof(buffer), NULL, on_end), ERROR_INVALID_PARAMETER);
    CHECK(SleepEx(0, TRUE) == 0 && CloseHandle(file) && DeleteFile(TEXT("apc")));
}

static void duplicates(void)
{
    HANDLE file = open_file(TEXT("dup"), GENERIC_READ | GENERIC_WRITE, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE), second, reader;
    SECURITY_ATTRIBUTES attributes = inheritable();
    DWORD size;
    char buffer[8];

    CHECK(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(), &second, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(), &reader, GENERIC_READ, FALSE, 0));
    CHECK(write_text(file, "abc") && write_text(second, "def"));
    CHECK(SetFilePointer(second, 1, NULL, FILE_BEGIN) == 1);
    CHECK(ReadFile(reader, buffer, sizeof(buffer), &size, NULL) && size == 5 && memcmp(buffer, "bcdef", 5) == 0);
    CHECK_FAILS(WriteFile(reader, "x", 1, &size, NULL), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(file) && CloseHandle(reader) && exists(TEXT("dup")));
    CHECK(CloseHandle(second) && !exists(TEXT("dup")));
    file = CreateFile(TEXT("dup"), GENERIC_WRITE, 0, &attributes, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    CHECK(handle_flags(file) == HANDLE_FLAG_INHERIT);
    CHECK(SetHandleInformation(file, HANDLE_FLAG_INHERIT, 0) && handle_flags(file) == 0);
    CHECK(CloseHandle(file));
}

static void locks(void)
{
    HANDLE file = open_file(TEXT("lock"), GENERIC_READ | GENERIC_WRITE, CREATE_NEW, 0);
    HANDLE other = open_file(TEXT("lock"), GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0);
    OVERLAPPED at;

    memset(&at, 0, sizeof(at));
    CHECK_SUCCEEDS(LockFile(file, 10, 0, 5, 0));
    CHECK_FAILS(LockFile(other, 14, 0, 1, 0), ERROR_LOCK_VIOLATION);
    CHECK_FAILS(LockFile(file, 14, 0, 1, 0), ERROR_LOCK_VIOLATION);
    CHECK_SUCCEEDS(LockFile(other, 15, 0, 1, 0));
    CHECK_FAILS(UnlockFile(file, 10, 0, 4, 0), ERROR_NOT_LOCKED);
    CHECK_SUCCEEDS(UnlockFile(file, 10, 0, 5, 0));
    CHECK_FAILS(UnlockFile(file, 10, 0, 5, 0), ERROR_NOT_LOCKED);
    at.Offset = 10;
    CHECK(LockFileEx(file, LOCKFILE_FAIL_IMMEDIATELY, 0, 5, 0, &at) && LockFileEx(other, LOCKFILE_FAIL_IMMEDIATELY, 0, 5, 0, &at));
    CHECK_FAILS(LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 5, 0, &at), ERROR_LOCK_VIOLATION);
    CHECK_FAILS(LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK, 0, 5, 0, &at), ERROR_POSSIBLE_DEADLOCK);
    CHECK_FAILS(LockFileEx(file, 0, 0, 5, 0, NULL), ERROR_INVALID_PARAMETER);
    CHECK(UnlockFileEx(file, 0, 5, 0, &at) && CloseHandle(other));
    CHECK_SUCCEEDS(LockFile(file, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF));
    CHECK(CloseHandle(file) && DeleteFile(TEXT("lock")));
}

static void managing(void)
{
    FILETIME time, found;
    BY_HANDLE_FILE_INFORMATION information;
    FILE_STANDARD_INFO standard;
    WIN32_FILE_ATTRIBUTE_DATA data;
    HANDLE file;

    CHECK(CreateDirectory(TEXT("m"), NULL));
    CHECK_FAILS(CreateDirectory(TEXT("m"), NULL), ERROR_ALREADY_EXISTS);
    CHECK_FAILS(CreateDirectory(TEXT("x\\y"), NULL), ERROR_PATH_NOT_FOUND);
    CHECK(GetFileAttributes(TEXT("m")) == FILE_ATTRIBUTE_DIRECTORY);
    file = open_file(TEXT("m\\a"), GENERIC_WRITE, CREATE_NEW, 0);
    CHECK(write_text(file, "12345"));
    time.dwLowDateTime = 0x12345678;
    time.dwHighDateTime = 0x01D00000;
    CHECK_SUCCEEDS(SetFileTime(file, NULL, &time, &time));
    CHECK_SUCCEEDS(GetFileTime(file, NULL, NULL, &found));
    CHECK(CompareFileTime(&time, &found) == 0);
    CHECK_SUCCEEDS(GetFileInformationByHandle(file, &information));
    CHECK(information.nFileSizeLow == 5 && information.nNumberOfLinks == 1 && information.dwFileAttributes == FILE_ATTRIBUTE_NORMAL);
    CHECK(GetFileInformationByHandleEx(file, FileStandardInfo, &standard, sizeof(standard)) && standard.EndOfFile.QuadPart == 5);
    CHECK_FAILS(GetFileInformationByHandleEx(file, FileStandardInfo, &standard, 4), ERROR_BAD_LENGTH);
    CHECK(CloseHandle(file));
    CHECK(CopyFile(TEXT("m\\a"), TEXT("m\\b"), TRUE));
    CHECK_FAILS(CopyFile(TEXT("m\\a"), TEXT("m\\b"), TRUE), ERROR_FILE_EXISTS);
    CHECK_FAILS(CopyFile(TEXT("m\\none"), TEXT("m\\b"), FALSE), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(CopyFile(TEXT("m\\a"), TEXT("m\\a"), FALSE), ERROR_SHARING_VIOLATION);
    CHECK(GetFileAttributesEx(TEXT("m\\b"), GetFileExInfoStandard, &data) && data.nFileSizeLow == 5);
    CHECK(CompareFileTime(&data.ftLastWriteTime, &time) == 0);
    CHECK_FAILS(MoveFile(TEXT("m\\a"), TEXT("m\\b")), ERROR_ALREADY_EXISTS);
    CHECK_FAILS(MoveFile(TEXT("m\\none"), TEXT("m\\c")), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(MoveFile(TEXT("m\\a"), TEXT("none\\c")), ERROR_PATH_NOT_FOUND);
    CHECK(MoveFileEx(TEXT("m\\a"), TEXT("m\\b"), MOVEFILE_REPLACE_EXISTING) && !exists(TEXT("m\\a")));
    CHECK(SetFileAttributes(TEXT("m\\b"), FILE_ATTRIBUTE_READONLY) && GetFileAttributes(TEXT("m\\b")) == FILE_ATTRIBUTE_READONLY);
    CHECK_FAILS(DeleteFile(TEXT("m\\b")), ERROR_ACCESS_DENIED);
    CHECK(SetFileAttributes(TEXT("m\\b"), FILE_ATTRIBUTE_NORMAL));
    CHECK_FAILS(RemoveDirectory(TEXT("m\\b")), ERROR_DIRECTORY);
    CHECK_FAILS(RemoveDirectory(TEXT("m")), ERROR_DIR_NOT_EMPTY);
    CHECK_FAILS(DeleteFile(TEXT("m")), ERROR_ACCESS_DENIED);
    CHECK_FAILS(DeleteFile(TEXT("m\\none")), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(DeleteFile(NULL), ERROR_PATH_NOT_FOUND);
    CHECK(DeleteFile(TEXT("m\\b")) && RemoveDirectory(TEXT("m")));
    CHECK_FAILS(RemoveDirectory(TEXT("m")), ERROR_FILE_NOT_FOUND);
}

static void names(void)
{
    TCHAR name[MAX_PATH], again[MAX_PATH];
    TCHAR *part = NULL;
    DWORD length;
    UINT number;
    HANDLE file;

    length = GetFullPathName(TEXT("C:\\a\\.\\b\\..\\\u00e4.txt"), MAX_PATH, name, &part);
    CHECK(length == (DWORD)lstrlen(TEXT("/a/\u00e4.txt")));
    CHECK(same(name, TEXT("/a/\u00e4.txt")) && part != NULL && same(part, TEXT("\u00e4.txt")));
    length = GetFullPathName(TEXT("x"), MAX_PATH, name, NULL);
    CHECK(length > 2 && name[0] == TEXT('/') && same(name + length - 2, TEXT("/x")));
    CHECK(GetFullPathName(TEXT("x"), length, again, &part) == length + 1 && part == NULL);
    CHECK_FAILS(GetFullPathName(TEXT(""), MAX_PATH, name, NULL), ERROR_PATH_NOT_FOUND);
    number = GetTempFileName(TEXT("."), TEXT("prefix"), 0, name);
    CHECK(number != 0 && exists(name) && same(name + lstrlen(name) - 4, TEXT(".tmp")));
    CHECK(name[0] == TEXT('.') && name[1] == TEXT('/') && name[2] == TEXT('p') && name[4] == TEXT('e') && name[5] != TEXT('f'));
    CHECK(GetTempFileName(TEXT("."), TEXT("pre"), number, again) == number && same(name, again));
    file = open_file(name, GENERIC_READ, OPEN_EXISTING, 0);
    length = GetFinalPathNameByHandle(file, again, MAX_PATH, VOLUME_NAME_DOS);
    CHECK(length > 8 && again[0] == TEXT('\\') && again[2] == TEXT('?') && again[4] == TEXT('C') && again[5] == TEXT(':'));
    CHECK(exists(again) && CloseHandle(file) && DeleteFile(again) && !exists(name));
    CHECK_FAILS(GetTempFileName(TEXT("none"), TEXT("pre"), 0, name), ERROR_DIRECTORY);
}

/* Handles of descriptors 0, 1 and 2, as GetStdHandle gives them. The tests' input is the null device and their output a pipe. */
static void standard_handles(void)
{
    HANDLE input = (HANDLE)4, output = (HANDLE)8;
    DWORD size = 77, mode;
    char byte;

    CHECK(GetFileType(input) == FILE_TYPE_CHAR);
    CHECK(ReadFile(input, &byte, 1, &size, NULL) && size == 0);
    fflush(stdout);
    CHECK(WriteFile(output, "# written by handle\n", 20, &size, NULL) && size == 20);
    CHECK_FAILS(GetConsoleMode(input, &mode), ERROR_INVALID_HANDLE);
    CHECK_FAILS(WriteConsole(output, TEXT("x"), 1, &size, NULL), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(input));
    CHECK(ReadFile(input, &byte, 1, &size, NULL) && size == 0);
}

/* A file that the C library opened is nobody's handle, though it is inheritable: a stale handle value must not take it away. */
static void stale_values(void)
{
    HANDLE file = open_file(TEXT("stale"), GENERIC_WRITE, CREATE_NEW, 0);
    FILE *stream;
    DWORD size;

    CHECK(CloseHandle(file));
    stream = fopen("stale", "w");
    CHECK(stream != NULL);
    CHECK_FAILS(WriteFile(file, "x", 1, &size, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(CloseHandle(file), ERROR_INVALID_HANDLE);
    CHECK(fputs("fine", stream) >= 0 && fclose(stream) == 0);
    CHECK(DeleteFile(TEXT("stale")));
}

int main(void)
{
    tap_run("stale values take no file away from the C library", stale_values);
    tap_run("dispositions", dispositions);
    tap_run("files that go with their last handle", deletion_on_close);
    tap_run("paths", paths);
    tap_run("reading, writing, positions and sizes", reading_and_writing);
    tap_run("OVERLAPPED at offsets, done at once", overlapped);
    tap_run("ReadFileEx and WriteFileEx at offsets, done at once", completion_routines);
    tap_run("duplicates share the position, and the file goes with the last", duplicates);
    tap_run("byte range locks", locks);
    tap_run("folders, copies, moves, attributes and times", managing);
    tap_run("whole names and temporary ones", names);
    tap_run("standard handles", standard_handles);
    return tap_end();
}
