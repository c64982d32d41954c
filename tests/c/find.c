/* FindFirstFile on mailslots, B111, and on files. Compiled as C and as C++, ANSI and UNICODE. */
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

/* What a pattern finds, joined by commas, fits into this. */
static TCHAR found[1024];
static DWORD last;

static LPCTSTR find(LPCTSTR pattern)
{
    WIN32_FIND_DATA data;
    HANDLE search;
    size_t length = 0;

    memset(&data, 0xCC, sizeof(data));
    SetLastError(0xBEEF);
    found[0] = 0;
    search = FindFirstFile(pattern, &data);
    last = GetLastError();
    if (search == INVALID_HANDLE_VALUE)
        return found;
    do {
        LPCTSTR name = data.cFileName;

        if (length)
            found[length++] = TEXT(',');
        while (*name)
            found[length++] = *name++;
        found[length] = 0;
        SetLastError(0xBEEF);
        memset(&data, 0xCC, sizeof(data));
    } while (FindNextFile(search, &data));
    last = GetLastError();
    CHECK(FindClose(search));
    CHECK_FAILS(FindClose(search), ERROR_INVALID_HANDLE);
    return found;
}

#define FINDS(pattern, expected)                                                                                       \
    do {                                                                                                               \
        CHECK(same(find(pattern), expected));                                                                          \
        CHECK(last == ERROR_NO_MORE_FILES);                                                                            \
    } while (0)

#define FINDS_NOTHING(pattern, error)                                                                                  \
    do {                                                                                                               \
        CHECK(same(find(pattern), TEXT("")));                                                                          \
        CHECK(last == (error));                                                                                        \
    } while (0)

static void b111_slots(void)
{
    HANDLE slots[4], client;

    slots[0] = create(SLOT("zebra"), 0, 0);
    slots[1] = create(SLOT("Taxes\\Bob"), 0, 0);
    slots[2] = create(SLOT("taxes\\amy.2"), 0, 0);
    slots[3] = create(SLOT("dead"), 0, 0);
    client = open_writer(SLOT("dead"));
    CHECK(client != NO_HANDLE && CloseHandle(slots[3]));
    FINDS(SLOT("*"), TEXT("taxes\\amy.2,Taxes\\Bob,zebra"));
    FINDS(TEXT("//./MAILSLOT/*"), TEXT("taxes\\amy.2,Taxes\\Bob,zebra"));
    FINDS(TEXT("\\\\?\\mailslot\\*.*"), TEXT("taxes\\amy.2,Taxes\\Bob,zebra"));
    FINDS(SLOT("ZEBRA"), TEXT("zebra"));
    FINDS(SLOT("taxes\\*"), TEXT("taxes\\amy.2,Taxes\\Bob"));
    FINDS(SLOT("*b*"), TEXT("Taxes\\Bob,zebra"));
    FINDS(SLOT("taxes\\b?b"), TEXT("Taxes\\Bob"));
    FINDS(SLOT("*.2"), TEXT("taxes\\amy.2"));
    FINDS_NOTHING(SLOT("dead"), ERROR_FILE_NOT_FOUND);
    FINDS_NOTHING(SLOT("?"), ERROR_FILE_NOT_FOUND);
    FINDS_NOTHING(SLOT("x*"), ERROR_FILE_NOT_FOUND);
    FINDS_NOTHING(SLOT(""), ERROR_FILE_NOT_FOUND);
    FINDS_NOTHING(TEXT("\\\\.\\mailslot"), ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(slots[0]) && CloseHandle(slots[1]) && CloseHandle(slots[2]));
    FINDS_NOTHING(SLOT("*"), ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(client));
}

static void what_a_slot_looks_like(void)
{
    HANDLE slot = create(SLOT("looks"), 0, 0), search;
    WIN32_FIND_DATA data;
    FILETIME creation;

    CHECK(GetFileTime(slot, &creation, NULL, NULL));
    search = FindFirstFileEx(SLOT("looks"), FindExInfoBasic, &data, FindExSearchNameMatch, NULL, 0);
    CHECK(search != INVALID_HANDLE_VALUE);
    CHECK(data.dwFileAttributes == FILE_ATTRIBUTE_NORMAL && data.nFileSizeLow == 0 && data.nFileSizeHigh == 0);
    CHECK(CompareFileTime(&data.ftCreationTime, &creation) == 0 && data.cAlternateFileName[0] == 0);
    CHECK_FAILS(FindNextFile(search, &data), ERROR_NO_MORE_FILES);
    CHECK(FindClose(search));
    CHECK_FAILS(FindFirstFileEx(SLOT("looks"), FindExInfoStandard, &data, FindExSearchLimitToDirectories, NULL, 0) !=
                    INVALID_HANDLE_VALUE,
                ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(FindFirstFileEx(SLOT("looks"), FindExInfoMaxInfoLevel, &data, FindExSearchNameMatch, NULL, 0) != INVALID_HANDLE_VALUE,
                ERROR_INVALID_PARAMETER);
    CHECK_FAILS(FindFirstFile(SLOT("looks"), NULL) != INVALID_HANDLE_VALUE, ERROR_NOACCESS);
    CHECK_FAILS(FindFirstFile(NULL, &data) != INVALID_HANDLE_VALUE, ERROR_PATH_NOT_FOUND);
    CHECK_FAILS(FindNextFile(slot, &data), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(slot));
}

/* A name of 300 characters is a slot's, and does not fit into what FindFirstFile fills. */
static void long_names_are_left_out(void)
{
    TCHAR name[320];
    HANDLE slot, other = create(SLOT("short"), 0, 0);
    size_t i;

    memcpy(name, SLOT(""), sizeof(SLOT("")));
    for (i = 13; i < 313; i++)
        name[i] = TEXT('l');
    name[i] = 0;
    slot = create(name, 0, 0);
    CHECK(slot != NO_HANDLE);
    FINDS(SLOT("*"), TEXT("short"));
    FINDS_NOTHING(SLOT("l*"), ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(slot) && CloseHandle(other));
}

static void make(LPCTSTR name)
{
    HANDLE file = CreateFile(name, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);

    CHECK(file != INVALID_HANDLE_VALUE && write_text(file, "12345") && CloseHandle(file));
}

static void files(void)
{
    WIN32_FIND_DATA data;
    HANDLE search;

    CHECK(CreateDirectory(TEXT("folder"), NULL) && CreateDirectory(TEXT("folder\\inner"), NULL));
    make(TEXT("folder\\b.txt"));
    make(TEXT("folder/A.TXT"));
    make(TEXT("folder\\c"));
    FINDS(TEXT("folder\\*"), TEXT(".,..,A.TXT,b.txt,c,inner"));
    FINDS(TEXT("folder\\*.*"), TEXT(".,..,A.TXT,b.txt,c,inner"));
    FINDS(TEXT("folder/*.txt"), TEXT("A.TXT,b.txt"));
    FINDS(TEXT("folder\\?"), TEXT(".,c"));
    FINDS(TEXT("folder\\c"), TEXT("c"));
    FINDS(TEXT("folder"), TEXT("folder"));
    FINDS_NOTHING(TEXT("folder\\*.exe"), ERROR_FILE_NOT_FOUND);
    FINDS_NOTHING(TEXT("folder\\"), ERROR_FILE_NOT_FOUND);
    FINDS_NOTHING(TEXT("folder\\none\\*"), ERROR_PATH_NOT_FOUND);
    FINDS_NOTHING(TEXT("folder\\none\\x"), ERROR_PATH_NOT_FOUND);
    FINDS_NOTHING(TEXT("folder\\c\\*"), ERROR_DIRECTORY);
    FINDS_NOTHING(TEXT("f*\\c"), ERROR_INVALID_NAME);
    search = FindFirstFile(TEXT("folder\\b.txt"), &data);
    CHECK(search != INVALID_HANDLE_VALUE && data.dwFileAttributes == FILE_ATTRIBUTE_NORMAL && data.nFileSizeLow == 5);
    CHECK(FindClose(search));
    search = FindFirstFileEx(TEXT("folder\\*n*"), FindExInfoBasic, &data, FindExSearchLimitToDirectories, NULL, 0);
    CHECK(search != INVALID_HANDLE_VALUE && same(data.cFileName, TEXT("inner")));
    CHECK(data.dwFileAttributes == FILE_ATTRIBUTE_DIRECTORY && FindClose(search));
    CHECK_FAILS(RemoveDirectory(TEXT("folder")), ERROR_DIR_NOT_EMPTY);
    CHECK(DeleteFile(TEXT("folder\\b.txt")) && DeleteFile(TEXT("folder\\A.TXT")) && DeleteFile(TEXT("folder\\c")));
    CHECK(RemoveDirectory(TEXT("folder\\inner")) && RemoveDirectory(TEXT("folder")));
}

int main(void)
{
    tap_run("B111 FindFirstFile lists live slots and no dead ones", b111_slots);
    tap_run("what a slot looks like in a listing", what_a_slot_looks_like);
    tap_run("slots whose names do not fit are left out", long_names_are_left_out);
    tap_run("files and folders", files);
    return tap_end();
}
