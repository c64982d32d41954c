/* Names, creating and opening: B1 to B32. Compiled as C and as C++, ANSI and UNICODE. */
#include <stdlib.h>
#include <windows.h>

#include "slots.h"
#include "tap.h"

#define FAILS_TO_CREATE(name, error) CHECK_FAILS(create((name), 0, 0) != NO_HANDLE, error)
#define FAILS_TO_OPEN(name, error) CHECK_FAILS(open_writer(name) != NO_HANDLE, error)

static void b1_wrong_prefix(void)
{
    FAILS_TO_CREATE(TEXT("blah"), ERROR_INVALID_NAME);
    FAILS_TO_CREATE(TEXT("C:\\blah"), ERROR_INVALID_NAME);
    FAILS_TO_CREATE(TEXT("mailslot\\x"), ERROR_INVALID_NAME);
    CHECK_FAILS(CreateMailslotA("blah", 0, 0, NULL) != NO_HANDLE, ERROR_INVALID_NAME);
}

static void b2_no_name(void)
{
    CHECK_FAILS(CreateMailslotA(NULL, 0, 0, NULL) != NO_HANDLE, ERROR_PATH_NOT_FOUND);
    CHECK_FAILS(CreateMailslotW(NULL, 0, 0, NULL) != NO_HANDLE, ERROR_PATH_NOT_FOUND);
    FAILS_TO_CREATE(TEXT(""), ERROR_PATH_NOT_FOUND);
    FAILS_TO_OPEN(NULL, ERROR_PATH_NOT_FOUND);
    FAILS_TO_OPEN(TEXT(""), ERROR_PATH_NOT_FOUND);
}

static void b3_valid_name(void)
{
    HANDLE slot = NULL;

    CHECK_SUCCEEDS((slot = create(SLOT("b3"), 0, 0)) != NO_HANDLE);
    CHECK(slot != NULL);
    CHECK((ULONG_PTR)slot % 4 == 0);
    CHECK_SUCCEEDS(CloseHandle(slot));
}

static void b4_b5_name_taken(void)
{
    HANDLE slot = create(SLOT("b4"), 0, 0);

    FAILS_TO_CREATE(SLOT("b4"), ERROR_ALREADY_EXISTS);
    FAILS_TO_CREATE(TEXT("\\\\.\\MAILSLOT\\B4"), ERROR_ALREADY_EXISTS);
    CHECK(CloseHandle(slot));
}

static void reaches(LPCTSTR created, LPCTSTR opened)
{
    HANDLE slot = create(created, 0, 0);
    HANDLE client = open_writer(opened);

    CHECK(slot != NO_HANDLE);
    CHECK(client != NO_HANDLE);
    CHECK(write_text(client, "hello"));
    CHECK(reads_text(slot, "hello"));
    CHECK(CloseHandle(client));
    CHECK(CloseHandle(slot));
}

static void b6_any_case(void)
{
    reaches(TEXT("\\\\.\\MAILSLOT\\X6"), TEXT("\\\\.\\mailslot\\x6"));
    reaches(TEXT("\\\\.\\MaIlSlOt\\b6"), SLOT("B6"));
}

static void b7_other_forms(void)
{
    reaches(TEXT("\\\\?\\mailslot\\b7"), SLOT("b7"));
    reaches(SLOT("b7"), TEXT("\\\\?\\mailslot\\b7"));
    reaches(TEXT("//./mailslot/b7"), SLOT("b7"));
    reaches(SLOT("b7"), TEXT("\\\\localhost\\mailslot\\b7"));
}

static void b8_b9_directories(void)
{
    HANDLE deep = create(SLOT("b8\\x\\y"), 0, 0);
    HANDLE top = create(SLOT("b8"), 0, 0);
    HANDLE client = open_writer(SLOT("b8\\x\\y"));

    CHECK(deep != NO_HANDLE && top != NO_HANDLE);
    FAILS_TO_OPEN(SLOT("b8\\x"), ERROR_FILE_NOT_FOUND);
    CHECK(write_text(client, "deep"));
    CHECK(queue_is(top, MAILSLOT_NO_MESSAGE, 0));
    CHECK(reads_text(deep, "deep"));
    CHECK(CloseHandle(client) && CloseHandle(top) && CloseHandle(deep));
}

static void info_is(HANDLE slot, DWORD max, DWORD timeout)
{
    DWORD found_max = 1, next = 1, count = 1, found_timeout = 1;

    CHECK(GetMailslotInfo(slot, &found_max, &next, &count, &found_timeout));
    CHECK(found_max == max && found_timeout == timeout);
    CHECK(next == MAILSLOT_NO_MESSAGE && count == 0);
    CHECK(CloseHandle(slot));
}

static void b10_b11_limits(void)
{
    info_is(create(SLOT("b10"), 0xFFFFFFFF, MAILSLOT_WAIT_FOREVER), 0xFFFFFFFF, 0xFFFFFFFF);
    info_is(create(SLOT("b11"), 256, 1000), 256, 1000);
    info_is(create(SLOT("b11"), 0, 0xFFFFFFFE), 0, 0xFFFFFFFE);
}

static void has_name_length(size_t length)
{
    static const TCHAR prefix[] = TEXT("\\\\.\\mailslot\\");
    size_t at = sizeof(prefix) / sizeof(TCHAR) - 1;
    TCHAR *name = (TCHAR *)malloc((at + length + 1) * sizeof(TCHAR));
    size_t i;

    memcpy(name, prefix, sizeof(prefix));
    for (i = 0; i < length; i++)
        name[at + i] = 'n';
    name[at + length] = 0;
    reaches(name, name);
    free(name);
}

static void b12_long_names(void)
{
    has_name_length(300);
    has_name_length(20000);
}

static void b13_unusual_names(void)
{
    reaches(SLOT("with some spaces"), SLOT("With Some Spaces"));
    reaches(SLOT("dots.in.it.v2"), SLOT("dots.in.it.v2"));
    reaches(SLOT("{4E2D-6587} $Channel1$"), SLOT("{4e2d-6587} $channel1$"));
    reaches(SLOT("Жук Äpfel 中文"), SLOT("жУК äPFEL 中文"));
    reaches(SLOT("\U0001F4EC"), SLOT("\U0001F4EC"));
}

static void a_and_w_share_names(void)
{
    HANDLE slot = CreateMailslotA("\\\\.\\mailslot\\a-w-\xD0\x96-\xF0\x9F\x93\xAC", 0, 0, NULL);
    HANDLE client = CreateFileW(L"\\\\.\\mailslot\\A-W-\u0436-\U0001F4EC", GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);

    CHECK(slot != NO_HANDLE && client != NO_HANDLE);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void old_code_pages(void)
{
    HANDLE slot = CreateMailslotA("\\\\.\\mailslot\\cp1252-\xC4", 0, 0, NULL);

    CHECK(slot != NO_HANDLE);
    CHECK_FAILS(CreateFileA("\\\\.\\mailslot\\cp1252-\xC5", GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL) != NO_HANDLE,
                ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(CreateFileA("\\\\.\\mailslot\\cp1252-\xC4", GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL)));
    CHECK(CloseHandle(slot));
}

static void b14_pipe_name(void)
{
    FAILS_TO_CREATE(TEXT("\\\\.\\pipe\\x"), ERROR_INVALID_NAME);
}

static void b15_other_host(void)
{
    FAILS_TO_CREATE(TEXT("\\\\host\\mailslot\\x"), ERROR_INVALID_NAME);
    FAILS_TO_CREATE(TEXT("\\\\*\\mailslot\\x"), ERROR_INVALID_NAME);
    FAILS_TO_CREATE(TEXT("\\\\localhost\\mailslot\\x"), ERROR_INVALID_NAME);
}

static void malformed_names(void)
{
    FAILS_TO_CREATE(TEXT("\\\\.\\mailslot"), ERROR_INVALID_NAME);
    FAILS_TO_CREATE(TEXT("\\\\.\\mailslot\\"), ERROR_INVALID_NAME);
    FAILS_TO_CREATE(SLOT("slash\\"), ERROR_INVALID_NAME);
    FAILS_TO_OPEN(SLOT("slash\\"), ERROR_INVALID_NAME);
}

static void b16_b17_b32_inheritance(void)
{
    SECURITY_ATTRIBUTES yes = inheritable();
    SECURITY_ATTRIBUTES no = inheritable();
    HANDLE plain, slot, client;

    no.bInheritHandle = FALSE;
    plain = CreateMailslot(SLOT("b16"), 0, 0, NULL);
    CHECK(handle_flags(plain) == 0);
    CHECK(CloseHandle(plain));
    slot = CreateMailslot(SLOT("b17"), 0, 0, &yes);
    CHECK(handle_flags(slot) == HANDLE_FLAG_INHERIT);
    client = CreateFile(SLOT("b17"), GENERIC_WRITE, FILE_SHARE_READ, &yes, OPEN_EXISTING, 0, NULL);
    CHECK(handle_flags(client) == HANDLE_FLAG_INHERIT);
    CHECK(CloseHandle(client));
    client = CreateFile(SLOT("b17"), GENERIC_WRITE, FILE_SHARE_READ, &no, OPEN_EXISTING, 0, NULL);
    CHECK(handle_flags(client) == 0);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void security_descriptors(void)
{
    SECURITY_DESCRIPTOR descriptor;
    SECURITY_ATTRIBUTES attributes = inheritable();
    ACL nobody;
    HANDLE slot;

    attributes.lpSecurityDescriptor = &descriptor;
    CHECK(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    CHECK(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE));
    slot = CreateMailslot(SLOT("everybody"), 0, 0, &attributes);
    CHECK(slot != NO_HANDLE);
    CHECK(CloseHandle(open_writer(SLOT("everybody"))));
    CHECK(CloseHandle(slot));
    CHECK(InitializeAcl(&nobody, sizeof(nobody), ACL_REVISION));
    CHECK(SetSecurityDescriptorDacl(&descriptor, TRUE, &nobody, FALSE));
    slot = CreateMailslot(SLOT("nobody"), 0, 0, &attributes);
    CHECK(slot != NO_HANDLE);
    FAILS_TO_OPEN(SLOT("nobody"), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(slot));
    descriptor.Revision = 77;
    CHECK_FAILS(CreateMailslot(SLOT("bad"), 0, 0, &attributes) != NO_HANDLE, ERROR_INVALID_SECURITY_DESCR);
}

static void b18_name_free_after_close(void)
{
    int i;

    for (i = 0; i < 100; i++) {
        HANDLE slot = create(SLOT("b18"), 0, 0);
        CHECK(slot != NO_HANDLE);
        CHECK(CloseHandle(slot));
    }
}

static void b20_b21_missing(void)
{
    FAILS_TO_OPEN(SLOT("b20"), ERROR_FILE_NOT_FOUND);
    FAILS_TO_OPEN(SLOT("no\\such\\directory\\b21"), ERROR_FILE_NOT_FOUND);
}

static void opens(DWORD access, DWORD share, DWORD disposition, DWORD flags, DWORD last_error)
{
    HANDLE client;

    SetLastError(0xBEEF);
    client = CreateFile(SLOT("open"), access, share, NULL, disposition, flags, NULL);
    CHECK(client != NO_HANDLE);
    CHECK(GetLastError() == last_error);
    CHECK(CloseHandle(client));
}

static void b22_b23_b25_open(void)
{
    HANDLE slot = create(SLOT("open"), 0, 0);

    opens(GENERIC_WRITE, FILE_SHARE_READ, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, 0);
    opens(GENERIC_WRITE, 0, OPEN_EXISTING, 0, 0);
    opens(GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING, 0, 0);
    opens(GENERIC_WRITE, FILE_SHARE_WRITE, OPEN_EXISTING, FILE_FLAG_OVERLAPPED | FILE_FLAG_WRITE_THROUGH, 0);
    CHECK(CloseHandle(slot));
}

static void b24_fifty_clients(void)
{
    HANDLE slot = create(SLOT("b24"), 0, 0);
    HANDLE clients[50];
    int i;

    for (i = 0; i < 50; i++) {
        clients[i] = CreateFile(SLOT("b24"), GENERIC_WRITE, (DWORD)i % 8, NULL, OPEN_EXISTING, 0, NULL);
        CHECK(clients[i] != NO_HANDLE);
    }
    for (i = 0; i < 50; i++)
        CHECK(write_bytes(clients[i], &i, sizeof(i)));
    for (i = 0; i < 50; i++) {
        int got = -1;
        DWORD size = 0;
        CHECK(ReadFile(slot, &got, sizeof(got), &size, NULL) && size == sizeof(got) && got == i);
    }
    for (i = 0; i < 50; i++)
        CHECK(CloseHandle(clients[i]));
    CHECK(CloseHandle(slot));
}

static void writes_with(DWORD access, DWORD error)
{
    HANDLE client = open_with(SLOT("rights"), access, OPEN_EXISTING);
    DWORD written = 0xDEAD;

    CHECK(client != NO_HANDLE);
    SetLastError(0xBEEF);
    CHECK(WriteFile(client, "x", 1, &written, NULL) == (error == 0));
    CHECK(GetLastError() == (error ? error : 0xBEEF));
    CHECK(written == (error ? 0u : 1u));
    CHECK(CloseHandle(client));
}

static void b26_access_rights(void)
{
    HANDLE slot = create(SLOT("rights"), 0, 0);

    writes_with(0, ERROR_ACCESS_DENIED);
    writes_with(GENERIC_READ, ERROR_ACCESS_DENIED);
    writes_with(FILE_WRITE_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE, ERROR_ACCESS_DENIED);
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    writes_with(GENERIC_WRITE, 0);
    writes_with(GENERIC_READ | GENERIC_WRITE, 0);
    writes_with(GENERIC_ALL, 0);
    writes_with(FILE_WRITE_DATA, 0);
    writes_with(FILE_APPEND_DATA, 0);
    writes_with(MAXIMUM_ALLOWED, 0);
    CHECK(queue_is(slot, 1, 6));
    CHECK(CloseHandle(slot));
}

static void b27_b29_dispositions(void)
{
    HANDLE slot, client;

    CHECK_FAILS(open_with(SLOT("open"), GENERIC_WRITE, OPEN_ALWAYS) != NO_HANDLE, ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(open_with(SLOT("open"), GENERIC_WRITE, CREATE_ALWAYS) != NO_HANDLE, ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(open_with(SLOT("open"), GENERIC_WRITE, CREATE_NEW) != NO_HANDLE, ERROR_FILE_NOT_FOUND);
    slot = create(SLOT("open"), 0, 0);
    CHECK(slot != NO_HANDLE);
    opens(GENERIC_WRITE, 0, OPEN_ALWAYS, 0, ERROR_ALREADY_EXISTS);
    opens(GENERIC_WRITE, 0, CREATE_ALWAYS, 0, 0);
    opens(GENERIC_WRITE, 0, CREATE_NEW, 0, 0);
    opens(GENERIC_WRITE, 0, TRUNCATE_EXISTING, 0, 0);
    CHECK_FAILS(open_with(SLOT("open"), GENERIC_READ, TRUNCATE_EXISTING) != NO_HANDLE, ERROR_INVALID_PARAMETER);
    CHECK_FAILS(open_with(SLOT("open"), GENERIC_WRITE, 0) != NO_HANDLE, ERROR_INVALID_PARAMETER);
    CHECK_FAILS(open_with(SLOT("open"), GENERIC_WRITE, 6) != NO_HANDLE, ERROR_INVALID_PARAMETER);
    client = open_with(SLOT("open"), GENERIC_WRITE, OPEN_ALWAYS);
    CHECK(write_text(client, "through OPEN_ALWAYS"));
    CHECK(reads_text(slot, "through OPEN_ALWAYS"));
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void b31_open_changes_nothing(void)
{
    HANDLE slot = create(SLOT("b31"), 0, 0);
    HANDLE client = open_writer(SLOT("b31"));
    char byte;
    DWORD size;

    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK_FAILS(ReadFile(slot, &byte, 1, &size, NULL), ERROR_SEM_TIMEOUT);
    CHECK(CloseHandle(client) && CloseHandle(slot));
}

static void other_paths(void)
{
    FAILS_TO_OPEN(TEXT("out.txt"), ERROR_FILE_NOT_FOUND);
    FAILS_TO_OPEN(TEXT("\\\\.\\pipe\\x"), ERROR_FILE_NOT_FOUND);
    FAILS_TO_OPEN(TEXT("\\\\otherhost\\mailslot\\x"), ERROR_REMOTE_MAILSLOTS_DEPRECATED);
    FAILS_TO_OPEN(TEXT("\\\\*\\mailslot\\x"), ERROR_REMOTE_MAILSLOTS_DEPRECATED);
}

int main(void)
{
    tap_run("B1 a wrong prefix is 123", b1_wrong_prefix);
    tap_run("B2 no name is 3", b2_no_name);
    tap_run("B3 a valid name gives a handle and leaves the last error", b3_valid_name);
    tap_run("B4 B5 a taken name is 183 in any case", b4_b5_name_taken);
    tap_run("B6 letter case does not count", b6_any_case);
    tap_run("B7 all forms of a name reach the slot", b7_other_forms);
    tap_run("B8 B9 directories are part of the name only", b8_b9_directories);
    tap_run("B10 B11 limits are reported as given", b10_b11_limits);
    tap_run("B12 long names", b12_long_names);
    tap_run("B13 spaces, dots, braces and letters of all scripts", b13_unusual_names);
    tap_run("A and W functions share the names", a_and_w_share_names);
    tap_run("names in old code pages are kept apart", old_code_pages);
    tap_run("B14 a pipe's name is 123", b14_pipe_name);
    tap_run("B15 no slot is created on a host", b15_other_host);
    tap_run("malformed mailslot names are 123", malformed_names);
    tap_run("B16 B17 B32 handles are inheritable if asked for", b16_b17_b32_inheritance);
    tap_run("security descriptors: everybody, nobody, malformed", security_descriptors);
    tap_run("B18 the name is free after the last close", b18_name_free_after_close);
    tap_run("B20 B21 opening what is missing is 2", b20_b21_missing);
    tap_run("B22 B23 B25 opening sets the last error to 0", b22_b23_b25_open);
    tap_run("B24 fifty clients with any share mode", b24_fifty_clients);
    tap_run("B26 access rights", b26_access_rights);
    tap_run("B27 B28 B29 dispositions", b27_b29_dispositions);
    tap_run("B31 opening changes nothing", b31_open_changes_nothing);
    tap_run("other paths are looked for among the files, and other machines are 3025", other_paths);
    return tap_end();
}
