// A reader as the documentation has them: polls with GetMailslotInfo, puts lines together with strsafe.h, waits with an event.
#include "stdafx.h"

#define SLOT TEXT("\\\\.\\mailslot\\sample")
LPCTSTR SlotName = SLOT;
HANDLE hSlot;

BOOL WINAPI MakeSlot(LPCTSTR lpszSlotName)
{
    hSlot = CreateMailslot(lpszSlotName, 0, MAILSLOT_WAIT_FOREVER, (LPSECURITY_ATTRIBUTES)NULL);
    if (hSlot == INVALID_HANDLE_VALUE)
    {
        _tprintf(TEXT("CreateMailslot failed with %lu\n"), GetLastError());
        return FALSE;
    }
    _tprintf(TEXT("Mailslot created.\n"));
    fflush(stdout);
    return TRUE;
}

BOOL ReadSlot(BOOL *end)
{
    DWORD cbMessage, cMessage, cbRead, cAllMessages;
    BOOL fResult;
    LPTSTR lpszBuffer;
    TCHAR achID[80];
    HANDLE hEvent = CreateEvent(NULL, FALSE, FALSE, TEXT("StrsafeReader"));
    OVERLAPPED ov;

    if (NULL == hEvent)
        return FALSE;
    ov.Offset = 0;
    ov.OffsetHigh = 0;
    ov.hEvent = hEvent;
    fResult = GetMailslotInfo(hSlot, (LPDWORD)NULL, &cbMessage, &cMessage, (LPDWORD)NULL);
    cAllMessages = cMessage;
    while (fResult && cMessage != 0)
    {
        StringCchPrintf((LPTSTR)achID, 80, TEXT("\nMessage #%d of %d\n"), cAllMessages - cMessage + 1, cAllMessages);
        lpszBuffer = (LPTSTR)GlobalAlloc(GPTR, lstrlen((LPTSTR)achID) * sizeof(TCHAR) + cbMessage);
        if (NULL == lpszBuffer)
            return FALSE;
        lpszBuffer[0] = '\0';
        fResult = ReadFile(hSlot, lpszBuffer, cbMessage, &cbRead, &ov);
        if (!fResult)
        {
            printf("ReadFile failed with %d.\n", GetLastError());
            GlobalFree((HGLOBAL)lpszBuffer);
            return FALSE;
        }
        if (lstrcmpi(lpszBuffer, TEXT("end")) == 0)
            *end = TRUE;
        StringCbCat(lpszBuffer, lstrlen((LPTSTR)achID) * sizeof(TCHAR) + cbMessage, (LPTSTR)achID);
        _tprintf(TEXT("Contents of the mailslot: %s\n"), lpszBuffer);
        GlobalFree((HGLOBAL)lpszBuffer);
        fResult = GetMailslotInfo(hSlot, (LPDWORD)NULL, &cbMessage, &cMessage, (LPDWORD)NULL);
    }
    CloseHandle(hEvent);
    return fResult;
}

int _tmain(int argc, _TCHAR *argv[])
{
    BOOL end = FALSE;

    UNREFERENCED_PARAMETER(argc);
    UNREFERENCED_PARAMETER(argv);
    if (!MakeSlot(SlotName))
        return 1;
    while (!end && ReadSlot(&end))
        Sleep(20);
    CloseHandle(hSlot);
    return end ? 0 : 1;
}
