/* Code pages, letters, and what the system tells of itself. In both widths of wchar_t. */
#include <stdlib.h>
#include <windows.h>

#include "tap.h"

/* U+1F600 in the units of wchar_t. */
#if __SIZEOF_WCHAR_T__ == 4
#define FACE L"\U0001F600"
#define FACE_UNITS 1
#else
#define FACE L"\xD83D\xDE00"
#define FACE_UNITS 2
#endif

static BOOL is_wide(const wchar_t *found, const wchar_t *expected)
{
    return lstrcmpW(found, expected) == 0;
}

static void to_wide(void)
{
    wchar_t wide[32];
    const char *text = "a\xC3\xA4\xE4\xB8\xAD\xF0\x9F\x98\x80";

    CHECK_SUCCEEDS(MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0) == 4 + FACE_UNITS);
    CHECK_SUCCEEDS(MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, 32) == 4 + FACE_UNITS);
    CHECK(is_wide(wide, L"a\u00e4\u4e2d" FACE));
    CHECK_SUCCEEDS(MultiByteToWideChar(CP_ACP, MB_PRECOMPOSED, "abc", 2, wide, 2) == 2);
    CHECK(wide[0] == 'a' && wide[1] == 'b');
    CHECK_FAILS(MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, 3 + FACE_UNITS), ERROR_INSUFFICIENT_BUFFER);
    CHECK_FAILS(MultiByteToWideChar(CP_UTF8, 0, text, 0, wide, 32), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(MultiByteToWideChar(CP_UTF8, 0, NULL, -1, wide, 32), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 32), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, -1), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(MultiByteToWideChar(CP_UTF8, MB_PRECOMPOSED, text, -1, wide, 32), ERROR_INVALID_FLAGS);
    CHECK_FAILS(MultiByteToWideChar(12345, 0, text, -1, wide, 32), ERROR_INVALID_PARAMETER);
}

/* As many replacements as there are mistakes, where a mistake is as much as could have become a character. */
static void mistakes(void)
{
    static const struct {
        const char *text;
        const wchar_t *wide;
    } cases[] = {
        {"\xFF", L"\uFFFD"},
        {"a\x80z", L"a\uFFFDz"},
        {"\xC0\xAF", L"\uFFFD\uFFFD"},
        {"\xE4\xB8", L"\uFFFD"},
        {"\xE4\xB8X", L"\uFFFDX"},
        {"\xED\xA0\x80", L"\uFFFD\uFFFD\uFFFD"},
        {"\xF0\x9F\x98", L"\uFFFD"},
        {"\xF4\x90\x80\x80", L"\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"\xE0\x80\x80", L"\uFFFD\uFFFD\uFFFD"},
    };
    wchar_t wide[8];
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CHECK(MultiByteToWideChar(CP_UTF8, 0, cases[i].text, -1, wide, 8) > 0 && is_wide(wide, cases[i].wide));
        CHECK_FAILS(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, cases[i].text, -1, wide, 8), ERROR_NO_UNICODE_TRANSLATION);
    }
}

static void to_bytes(void)
{
    static const wchar_t half[] = {'x', 0xD800, 'y', 0};
    char text[32];
    BOOL used = TRUE;

    CHECK_SUCCEEDS(WideCharToMultiByte(CP_UTF8, 0, L"a\u00e4\u4e2d" FACE, -1, NULL, 0, NULL, NULL) == 11);
    CHECK_SUCCEEDS(WideCharToMultiByte(CP_UTF8, 0, L"a\u00e4\u4e2d" FACE, -1, text, 11, NULL, NULL) == 11);
    CHECK(strcmp(text, "a\xC3\xA4\xE4\xB8\xAD\xF0\x9F\x98\x80") == 0);
    CHECK_FAILS(WideCharToMultiByte(CP_UTF8, 0, L"abc", -1, text, 3, NULL, NULL), ERROR_INSUFFICIENT_BUFFER);
    CHECK_SUCCEEDS(WideCharToMultiByte(CP_UTF8, 0, half, -1, text, 32, NULL, NULL) == 6);
    CHECK(strcmp(text, "x\xEF\xBF\xBDy") == 0);
    CHECK_FAILS(WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, half, -1, text, 32, NULL, NULL), ERROR_NO_UNICODE_TRANSLATION);
    CHECK_FAILS(WideCharToMultiByte(CP_UTF8, 0, L"a", -1, text, 32, "?", NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(WideCharToMultiByte(CP_UTF8, 0, L"a", -1, text, 32, NULL, &used), ERROR_INVALID_PARAMETER);
    CHECK_SUCCEEDS(WideCharToMultiByte(CP_ACP, WC_COMPOSITECHECK, L"a", 1, text, 1, "?", &used) == 1);
    CHECK(used == FALSE);
    CHECK_FAILS(WideCharToMultiByte(CP_UTF8, 0, L"a", 0, text, 32, NULL, NULL), ERROR_INVALID_PARAMETER);
}

static void other_pages(void)
{
    wchar_t wide[16];
    char text[16];
    BOOL used = FALSE;

    if (!IsValidCodePage(1251)) {
        printf("# the C library has no conversions installed: skipped\n");
        return;
    }
    CHECK_SUCCEEDS(MultiByteToWideChar(1251, 0, "\xCF\xF0\xE8", -1, NULL, 0) == 4);
    CHECK_SUCCEEDS(MultiByteToWideChar(1251, 0, "\xCF\xF0\xE8", -1, wide, 4) == 4);
    CHECK(is_wide(wide, L"\u041f\u0440\u0438"));
    CHECK_FAILS(MultiByteToWideChar(1251, 0, "\xCF\xF0\xE8", -1, wide, 3), ERROR_INSUFFICIENT_BUFFER);
    CHECK_FAILS(MultiByteToWideChar(1251, MB_ERR_INVALID_CHARS, "\x98", -1, wide, 16), ERROR_NO_UNICODE_TRANSLATION);
    CHECK_SUCCEEDS(WideCharToMultiByte(1251, 0, L"\u041f\u4e2d", -1, text, 16, NULL, &used) == 3);
    CHECK(strcmp(text, "\xCF?") == 0 && used == TRUE);
    CHECK_SUCCEEDS(WideCharToMultiByte(1251, 0, L"\u041f\u4e2d\u0440", -1, NULL, 0, NULL, NULL) == 4);
    CHECK(WideCharToMultiByte(1252, 0, L"\u00e4", -1, text, 16, NULL, NULL) == 2 && text[0] == '\xE4');
    CHECK(WideCharToMultiByte(28591, 0, L"\u00e4", -1, text, 16, NULL, NULL) == 2 && text[0] == '\xE4');
    CHECK(GetACP() == CP_UTF8 && IsValidCodePage(CP_UTF8) && !IsValidCodePage(12345) && IsDBCSLeadByteEx(949, 0xB0));
}

static void letters(void)
{
    char text[] = "Gr\xC3\xB6\xC3\x9F" "e abc";
    wchar_t wide[] = L"Abc \u00e4";

    CHECK(strcmp(CharUpperA(text), "GR\xC3\xB6\xC3\x9F" "E ABC") == 0 && strcmp(CharLowerA(text), "gr\xC3\xB6\xC3\x9F" "e abc") == 0);
    CHECK(is_wide(CharLowerW(wide), L"abc \u00e4") && CharUpperW((LPWSTR)(ULONG_PTR)'x') == (LPWSTR)(ULONG_PTR)'X');
    CHECK(CharNextA(text + 2) == text + 4 && CharPrevA(text, text + 4) == text + 2 && CharPrevA(text, text) == text);
}

static void variables(void)
{
    char text[64];
    wchar_t wide[64];

    CHECK_SUCCEEDS(SetEnvironmentVariableA("TEXT_TEST", "gr\xC3\xB6n"));
    CHECK_SUCCEEDS(GetEnvironmentVariableA("TEXT_TEST", text, 64) == 5);
    CHECK_SUCCEEDS(GetEnvironmentVariableA("text_test", text, 64) == 5);
    CHECK_SUCCEEDS(GetEnvironmentVariableA("TEXT_TEST", text, 5) == 6);
    CHECK_SUCCEEDS(GetEnvironmentVariableW(L"TEXT_TEST", wide, 64) == 4);
    CHECK(is_wide(wide, L"gr\u00f6n"));
    CHECK(ExpandEnvironmentStringsA("<%TEXT_TEST%> 100% %NO_SUCH_THING%", NULL, 0) == 29);
    CHECK(ExpandEnvironmentStringsA("<%TEXT_TEST%> 100% %NO_SUCH_THING%", text, 64) == 29);
    CHECK(strcmp(text, "<gr\xC3\xB6n> 100% %NO_SUCH_THING%") == 0);
    CHECK(ExpandEnvironmentStringsW(L"<%TEXT_TEST%>", wide, 64) == 7 && is_wide(wide, L"<gr\u00f6n>"));
    CHECK_SUCCEEDS(SetEnvironmentVariableW(L"TEXT_TEST", NULL));
    CHECK_FAILS(GetEnvironmentVariableA("TEXT_TEST", text, 64), ERROR_ENVVAR_NOT_FOUND);
    CHECK_FAILS(GetEnvironmentVariableW(L"TEXT_TEST", wide, 64), ERROR_ENVVAR_NOT_FOUND);
}

static void places(void)
{
    char text[4096], other[4096];
    wchar_t wide[4096];
    DWORD length = GetCurrentDirectoryA(4096, text), size;

    CHECK(length > 0 && length == strlen(text) && GetCurrentDirectoryA(0, NULL) == length + 1);
    CHECK_SUCCEEDS(SetCurrentDirectoryA("/"));
    CHECK(GetCurrentDirectoryA(2, other) == 1 && strcmp(other, "/") == 0 && GetCurrentDirectoryW(4096, wide) == 1);
    CHECK_SUCCEEDS(SetCurrentDirectoryA(text));
    CHECK_FAILS(SetCurrentDirectoryW(L"/no/such/folder"), ERROR_PATH_NOT_FOUND);
    length = GetTempPathA(4096, text);
    CHECK(length > 0 && text[length - 1] == '/' && GetTempPathW(4096, wide) == length);
    length = GetModuleFileNameA(NULL, text, 4096);
    CHECK(length > 0 && length == strlen(text) && text[0] == '/');
    CHECK(GetModuleFileNameA(NULL, other, 5) == 5 && GetLastError() == ERROR_INSUFFICIENT_BUFFER && strlen(other) == 4);
    CHECK(GetModuleFileNameW(NULL, wide, 4096) == length);
    CHECK(strstr(GetCommandLineA(), strrchr(text, '/') + 1) != NULL && GetCommandLineA() == GetCommandLineA());
    CHECK(lstrlenW(GetCommandLineW()) > 0);
    size = 4096;
    CHECK_SUCCEEDS(GetComputerNameA(text, &size));
    CHECK(size == strlen(text) && size > 0 && size <= MAX_COMPUTERNAME_LENGTH);
    size = 1;
    CHECK_FAILS(GetComputerNameA(other, &size), ERROR_BUFFER_OVERFLOW);
    CHECK(size == strlen(text) + 1);
    size = 4096;
    CHECK_SUCCEEDS(GetUserNameW(wide, &size));
    CHECK(size == (DWORD)lstrlenW(wide) + 1 && size > 1);
}

static void modules(void)
{
    HMODULE kernel = GetModuleHandleA("KERNEL32.DLL"), nt = GetModuleHandleW(L"ntdll");

    CHECK(kernel != NULL && nt != NULL);
    CHECK_FAILS(GetProcAddress(nt, "wine_get_version"), ERROR_PROC_NOT_FOUND);
    CHECK_FAILS(GetModuleHandleA("no-such-library.so"), ERROR_MOD_NOT_FOUND);
    CHECK_FAILS(LoadLibraryA("no-such-library.so"), ERROR_MOD_NOT_FOUND);
    CHECK(GetModuleHandleA(NULL) != NULL);
    /* A program that has the library linked in has no names of it to look up. */
    if (GetModuleHandleA("libmailslot_win32.so") != NULL) {
        CHECK(GetProcAddress(kernel, "CreateMailslotA") != NULL);
        CHECK(FreeLibrary(LoadLibraryW(L"libmailslot_win32.so")));
    }
}

static void system_facts(void)
{
    OSVERSIONINFOA narrow;
    OSVERSIONINFOEXW wide;
    SYSTEM_INFO system;

    narrow.dwOSVersionInfoSize = sizeof(narrow);
    wide.dwOSVersionInfoSize = sizeof(wide);
    CHECK_SUCCEEDS(GetVersionExA(&narrow));
    CHECK_SUCCEEDS(GetVersionExW((LPOSVERSIONINFOW)&wide));
    CHECK(narrow.dwMajorVersion == 6 && narrow.dwMinorVersion == 2 && wide.wProductType == VER_NT_WORKSTATION);
    narrow.dwOSVersionInfoSize = 7;
    CHECK_FAILS(GetVersionExA(&narrow), ERROR_INSUFFICIENT_BUFFER);
    GetSystemInfo(&system);
    CHECK(system.dwNumberOfProcessors >= 1 && system.dwPageSize >= 4096 && system.dwAllocationGranularity == 65536);
}

int main(void)
{
    tap_run("MultiByteToWideChar", to_wide);
    tap_run("what is not UTF-8", mistakes);
    tap_run("WideCharToMultiByte", to_bytes);
    tap_run("other code pages", other_pages);
    tap_run("letters", letters);
    tap_run("environment variables", variables);
    tap_run("folders and names", places);
    tap_run("modules", modules);
    tap_run("the system", system_facts);
    return tap_end();
}
