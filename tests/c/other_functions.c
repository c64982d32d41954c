/* Functions that are not for mailslots, on mailslot handles and names: each fails with its code. Compiled as C and as C++, ANSI and
   UNICODE. */
#include <windows.h>

#include "slots.h"
#include "tap.h"

static HANDLE slot, client;

/* The call, with `h` for the handle, fails with these last errors. */
#define FAILS_ON_BOTH(call, on_server, on_client)                                                                      \
    do {                                                                                                               \
        HANDLE h = slot;                                                                                               \
                                                                                                                       \
        CHECK_FAILS(call, on_server);                                                                                  \
        h = client;                                                                                                    \
        CHECK_FAILS(call, on_client);                                                                                  \
        h = NULL;                                                                                                      \
        CHECK_FAILS(call, ERROR_INVALID_HANDLE);                                                                       \
    } while (0)

static void b110_type(void)
{
    HANDLE handles[2];
    int i;

    handles[0] = slot;
    handles[1] = client;
    for (i = 0; i < 2; i++) {
        SetLastError(0xBEEF);
        CHECK(GetFileType(handles[i]) == FILE_TYPE_UNKNOWN);
        CHECK(GetLastError() == NO_ERROR);
    }
    SetLastError(0xBEEF);
    CHECK(GetFileType(NULL) == FILE_TYPE_UNKNOWN && GetLastError() == ERROR_INVALID_HANDLE);
    SetLastError(0xBEEF);
    CHECK(GetFileType(INVALID_HANDLE_VALUE) == FILE_TYPE_UNKNOWN && GetLastError() == ERROR_INVALID_HANDLE);
}

static void sizes_and_positions(void)
{
    DWORD high = 77;
    LONG long_high = 0;
    LARGE_INTEGER large;

    large.QuadPart = 0;
    FAILS_ON_BOTH(GetFileSize(h, &high) != INVALID_FILE_SIZE, ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    CHECK(high == 77);
    FAILS_ON_BOTH(GetFileSizeEx(h, &large), ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    FAILS_ON_BOTH(SetFilePointer(h, 0, NULL, FILE_BEGIN) != INVALID_SET_FILE_POINTER, ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(SetFilePointer(h, 5, &long_high, FILE_CURRENT) != INVALID_SET_FILE_POINTER, ERROR_INVALID_FUNCTION,
                  ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(SetFilePointerEx(h, large, NULL, FILE_END), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(SetEndOfFile(h), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(FlushFileBuffers(h), ERROR_ACCESS_DENIED, ERROR_INVALID_FUNCTION);
}

static void locks(void)
{
    OVERLAPPED overlapped;

    memset(&overlapped, 0, sizeof(overlapped));
    FAILS_ON_BOTH(LockFile(h, 0, 0, 1, 0), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(UnlockFile(h, 0, 0, 1, 0), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(LockFileEx(h, LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &overlapped), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(UnlockFileEx(h, 0, 1, 0, &overlapped), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
}

static void information(void)
{
    BY_HANDLE_FILE_INFORMATION information;
    FILE_STANDARD_INFO standard;
    TCHAR name[64];

    FAILS_ON_BOTH(GetFileInformationByHandle(h, &information), ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    FAILS_ON_BOTH(GetFileInformationByHandleEx(h, FileStandardInfo, &standard, sizeof(standard)), ERROR_INVALID_PARAMETER,
                  ERROR_INVALID_PARAMETER);
    FAILS_ON_BOTH(GetFinalPathNameByHandle(h, name, 64, VOLUME_NAME_DOS), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    memset(name, 0xCC, sizeof(name));
    CHECK(GetFinalPathNameByHandle(client, name, 64, VOLUME_NAME_NT) == 25);
    CHECK(memcmp(name, TEXT("\\Device\\Mailslot\\A\\OTHERS"), 26 * sizeof(TCHAR)) == 0);
    CHECK(GetFinalPathNameByHandle(slot, name, 64, VOLUME_NAME_NONE) == 9 && name[0] == TEXT('\\') && name[9] == 0);
    CHECK(GetFinalPathNameByHandle(slot, name, 9, VOLUME_NAME_NONE) == 10);
    CHECK(GetFinalPathNameByHandle(slot, NULL, 0, VOLUME_NAME_NONE) == 10);
}

static void pipes_and_devices(void)
{
    DWORD number = PIPE_READMODE_MESSAGE;
    char byte = 0;

    FAILS_ON_BOTH(PeekNamedPipe(h, NULL, 0, NULL, &number, NULL), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(GetNamedPipeInfo(h, NULL, NULL, NULL, NULL), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(GetNamedPipeHandleState(h, &number, NULL, NULL, NULL, NULL, 0), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(SetNamedPipeHandleState(h, &number, NULL, NULL), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(TransactNamedPipe(h, &byte, 1, &byte, 1, &number, NULL), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(ConnectNamedPipe(h, NULL), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(DisconnectNamedPipe(h), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(DeviceIoControl(h, 0x110018, NULL, 0, NULL, 0, &number, NULL), ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(ReadDirectoryChangesW(h, &byte, 1, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME, &number, NULL, NULL),
                  ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION);
    FAILS_ON_BOTH(GetConsoleMode(h, &number), ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE);
    FAILS_ON_BOTH(SetConsoleMode(h, 0), ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE);
    FAILS_ON_BOTH(WriteConsole(h, TEXT("x"), 1, &number, NULL), ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE);
    FAILS_ON_BOTH(ReadConsole(h, &byte, 0, &number, NULL), ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE);
    FAILS_ON_BOTH(FindClose(h), ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE);
}

static void pipe_names(void)
{
    CHECK_FAILS(CreateNamedPipe(TEXT("\\\\.\\pipe\\x"), PIPE_ACCESS_DUPLEX, PIPE_TYPE_MESSAGE | PIPE_WAIT, 1, 0, 0, 0, NULL) !=
                    INVALID_HANDLE_VALUE,
                ERROR_CALL_NOT_IMPLEMENTED);
    CHECK_FAILS(WaitNamedPipe(TEXT("\\\\.\\pipe\\x"), 10), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(WaitNamedPipe(TEXT("\\\\somewhere\\pipe\\x"), 10), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(WaitNamedPipe(SLOT("a\\Others"), 10), ERROR_BAD_PATHNAME);
    CHECK_FAILS(CallNamedPipe(TEXT("\\\\.\\pipe\\x"), NULL, 0, NULL, 0, NULL, 10), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(open_writer(TEXT("\\\\.\\pipe\\x")) != NO_HANDLE, ERROR_FILE_NOT_FOUND);
}

static void names(void)
{
    WIN32_FILE_ATTRIBUTE_DATA data;
    HANDLE file;

    CHECK_FAILS(GetFileAttributes(SLOT("A\\others")) != INVALID_FILE_ATTRIBUTES, ERROR_INVALID_PARAMETER);
    CHECK_FAILS(GetFileAttributes(SLOT("nobody's")) != INVALID_FILE_ATTRIBUTES, ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(GetFileAttributes(TEXT("\\\\.\\mailslot")) != INVALID_FILE_ATTRIBUTES, ERROR_INVALID_PARAMETER);
    CHECK(GetFileAttributes(TEXT("\\\\.\\mailslot\\")) == FILE_ATTRIBUTE_DIRECTORY);
    CHECK_FAILS(GetFileAttributesEx(SLOT("A\\others"), GetFileExInfoStandard, &data), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(SetFileAttributes(SLOT("A\\others"), FILE_ATTRIBUTE_READONLY), ERROR_ACCESS_DENIED);
    CHECK_FAILS(DeleteFile(SLOT("A\\others")), ERROR_ACCESS_DENIED);
    CHECK_FAILS(DeleteFile(SLOT("nobody's")), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(DeleteFile(TEXT("\\\\.\\mailslot\\")), ERROR_ACCESS_DENIED);
    CHECK_FAILS(MoveFile(SLOT("A\\others"), SLOT("b")), ERROR_ACCESS_DENIED);
    CHECK_FAILS(MoveFile(SLOT("A\\others"), TEXT("file")), ERROR_ACCESS_DENIED);
    CHECK_FAILS(CopyFile(SLOT("A\\others"), TEXT("file"), FALSE), ERROR_ACCESS_DENIED);
    CHECK_FAILS(CreateDirectory(SLOT("A"), NULL), ERROR_ACCESS_DENIED);
    CHECK_FAILS(RemoveDirectory(SLOT("A\\others")), ERROR_ACCESS_DENIED);
    file = CreateFile(TEXT("file"), GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    CHECK(file != NO_HANDLE && CloseHandle(file));
    CHECK_FAILS(CopyFile(TEXT("file"), SLOT("A\\others"), FALSE), ERROR_ACCESS_DENIED);
    CHECK_FAILS(MoveFileEx(TEXT("file"), SLOT("A\\others"), MOVEFILE_REPLACE_EXISTING), ERROR_ACCESS_DENIED);
    CHECK(DeleteFile(TEXT("file")));
    CHECK(write_text(client, "still here") && reads_text(slot, "still here"));
}

static void the_device(void)
{
    HANDLE device = CreateFile(TEXT("\\\\.\\mailslot"), 0, 0, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE root = CreateFile(TEXT("\\\\.\\MAILSLOT\\"), GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE second = NULL;
    DWORD number;
    char byte;

    CHECK(device != NO_HANDLE && root != NO_HANDLE && device != root);
    SetLastError(0xBEEF);
    CHECK(GetFileType(device) == FILE_TYPE_UNKNOWN && GetLastError() == NO_ERROR);
    CHECK_FAILS(ReadFile(device, &byte, 1, &number, NULL), ERROR_ACCESS_DENIED);
    CHECK_FAILS(ReadFile(root, &byte, 1, &number, NULL), ERROR_INVALID_FUNCTION);
    CHECK_FAILS(WriteFile(root, "x", 1, &number, NULL), ERROR_ACCESS_DENIED);
    CHECK_FAILS(GetMailslotInfo(device, NULL, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(SetFilePointer(root, 0, NULL, FILE_BEGIN) != INVALID_SET_FILE_POINTER, ERROR_INVALID_FUNCTION);
    CHECK(DuplicateHandle(GetCurrentProcess(), root, GetCurrentProcess(), &second, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(CloseHandle(second) && CloseHandle(root) && CloseHandle(device));
    CHECK_FAILS(CloseHandle(device), ERROR_INVALID_HANDLE);
}

int main(void)
{
    slot = create(SLOT("a\\Others"), 0, 0);
    client = open_with(SLOT("A\\OTHERS"), GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING);
    tap_run("B110 a mailslot is of no file type, and that is no error", b110_type);
    tap_run("sizes and positions", sizes_and_positions);
    tap_run("byte range locks", locks);
    tap_run("what a handle refers to", information);
    tap_run("functions of pipes, devices, folders, consoles and searches", pipes_and_devices);
    tap_run("names of pipes", pipe_names);
    tap_run("functions on names never touch the slot", names);
    tap_run("the device and its root are handles, and no slots", the_device);
    CHECK(CloseHandle(client) && CloseHandle(slot));
    return tap_end();
}
