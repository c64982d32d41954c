#include "stdafx.h"
#include <iostream>
#include <string>

using namespace std;

#ifdef _UNICODE
#define tcout wcout
typedef wstring tstring;
#else
#define tcout cout
typedef string tstring;
#endif

int _tmain(int argc, TCHAR *argv[], TCHAR *envp[])
{
    TCHAR szSlot[MAX_PATH];
    DWORD dwWritten = 0;

    if (argc < 2)
    {
        _ftprintf(stderr, _T("usage: %s message...\n"), argv[0]);
        return 2;
    }
    _stprintf_s(szSlot, _countof(szSlot), _T("\\\\%s\\mailslot\\%s"), _T("."), _T("Sample"));
    HANDLE hFile = CreateFile(szSlot, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (hFile == INVALID_HANDLE_VALUE)
    {
        tcout << _T("CreateFile failed: ") << GetLastError() << endl;
        return GetLastError();
    }
    for (int i = 1; i < argc; i++)
    {
        tstring message(argv[i]);
        if (!WriteFile(hFile, message.c_str(), (DWORD)(message.length() + 1) * sizeof(TCHAR), &dwWritten, NULL))
        {
            tcout << _T("WriteFile failed: ") << GetLastError() << endl;
            return 1;
        }
        tcout << _T("sent ") << message << _T(" in ") << dwWritten << _T(" bytes") << endl;
    }
    CloseHandle(hFile);
    return envp[0] == NULL;
}
