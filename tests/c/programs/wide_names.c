#ifndef UNICODE
#define UNICODE
#endif
#ifndef _UNICODE
#define _UNICODE
#endif
#include <windows.h>
#include <tchar.h>
#include <wchar.h>
#include <stdio.h>
#include <locale.h>

/* Wide text throughout, whatever the project says. */
int wmain_body(const wchar_t *name)
{
    wchar_t path[MAX_PATH], line[64];
    DWORD bytes;
    HANDLE slot, client;

    swprintf(path, MAX_PATH, L"\\\\.\\mailslot\\%s\\%d", name, 7);
    slot = CreateMailslotW(path, 0, 0, NULL);
    client = CreateFileW(_wcsupr(path), GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (slot == INVALID_HANDLE_VALUE || client == INVALID_HANDLE_VALUE) {
        wprintf(L"failed: %u\n", GetLastError());
        return 1;
    }
    wprintf(L"%s: %ls %S\n", L"wide", L"also wide", "narrow");
    WriteFile(client, L"gr\u00fc\u00dfe", 5 * sizeof(WCHAR), &bytes, NULL);
    printf("between\n");
    if (ReadFile(slot, line, sizeof(line), &bytes, NULL)) {
        line[bytes / sizeof(WCHAR)] = L'\0';
        wprintf(L"%s, %d characters\n", line, (int)wcslen(line));
    }
    fputws(L"end\n", stdout);
    CloseHandle(client);
    CloseHandle(slot);
    return 0;
}

int _tmain(int argc, TCHAR *argv[])
{
    setlocale(LC_ALL, "");
    return wmain_body(argc > 1 ? argv[1] : L"wide");
}
