/* A client in the style of the Windows documentation: writes each argument as one message, final NUL included. */
#include <windows.h>
#include <stdio.h>
#include <tchar.h>

LPCTSTR SlotName = _T("\\\\.\\mailslot\\depot\\arrivals");

BOOL WriteSlot(HANDLE hSlot, LPCTSTR lpszMessage)
{
    BOOL fResult;
    DWORD cbWritten;

    fResult = WriteFile(hSlot, lpszMessage, (DWORD) (lstrlen(lpszMessage) + 1) * sizeof(TCHAR), &cbWritten,
        (LPOVERLAPPED) NULL);
    if (!fResult)
    {
        printf("WriteFile failed with %u.\n", GetLastError());
        return FALSE;
    }
    _tprintf(_T("Slot written to with %u bytes: %s\n"), cbWritten, lpszMessage);
    return TRUE;
}

int _tmain(int argc, _TCHAR* argv[])
{
    HANDLE hFile;
    int i;

    hFile = CreateFile(SlotName, GENERIC_WRITE, FILE_SHARE_READ, (LPSECURITY_ATTRIBUTES) NULL, OPEN_EXISTING,
        FILE_ATTRIBUTE_NORMAL, (HANDLE) NULL);
    if (hFile == INVALID_HANDLE_VALUE)
    {
        printf("CreateFile failed with %u.\n", GetLastError());
        return 2;
    }
    for (i = 1; i < argc; i++)
    {
        if (!WriteSlot(hFile, argv[i]))
            return 1;
    }
    CloseHandle(hFile);
    return 0;
}
