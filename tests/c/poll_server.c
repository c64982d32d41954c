/* A server in the style of the Windows documentation: it polls the slot, and shows each message under a line that says how many
   were waiting. It ends after the message "end". Knows nothing of Linux. */
#include <windows.h>
#include <tchar.h>
#include <stdio.h>
#include <strsafe.h>

HANDLE hSlot;
LPCTSTR SlotName = TEXT("\\\\.\\mailslot\\depot\\arrivals");

BOOL WINAPI MakeSlot(LPCTSTR lpszSlotName)
{
    hSlot = CreateMailslot(lpszSlotName,
        0,                             // no maximum message size
        MAILSLOT_WAIT_FOREVER,         // no time-out for operations
        (LPSECURITY_ATTRIBUTES) NULL); // default security

    if (hSlot == INVALID_HANDLE_VALUE)
    {
        printf("CreateMailslot failed with %u\n", GetLastError());
        return FALSE;
    }
    return TRUE;
}

/* FALSE: no more. */
BOOL ReadSlot(void)
{
    DWORD cbMessage = 0, cMessage = 0, cbRead = 0, cAllMessages;
    BOOL fResult, fMore = TRUE;
    LPTSTR lpszBuffer;
    TCHAR achID[80];

    fResult = GetMailslotInfo(hSlot, (LPDWORD) NULL, &cbMessage, &cMessage, (LPDWORD) NULL);
    if (!fResult)
    {
        printf("GetMailslotInfo failed with %u.\n", GetLastError());
        return FALSE;
    }
    if (cbMessage == MAILSLOT_NO_MESSAGE)
    {
        return TRUE;
    }
    cAllMessages = cMessage;
    while (cMessage != 0 && fMore)
    {
        StringCchPrintf((LPTSTR) achID, 80, TEXT("\nMessage #%d of %d\n"), cAllMessages - cMessage + 1, cAllMessages);
        lpszBuffer = (LPTSTR) GlobalAlloc(GPTR, lstrlen((LPTSTR) achID) * sizeof(TCHAR) + cbMessage);
        if (NULL == lpszBuffer)
            return FALSE;
        lpszBuffer[0] = '\0';

        fResult = ReadFile(hSlot, lpszBuffer, cbMessage, &cbRead, NULL);
        if (!fResult)
        {
            printf("ReadFile failed with %u.\n", GetLastError());
            GlobalFree((HGLOBAL) lpszBuffer);
            return FALSE;
        }
        fMore = _tcscmp(lpszBuffer, TEXT("end")) != 0;
        StringCbCat(lpszBuffer, lstrlen((LPTSTR) achID) * sizeof(TCHAR) + cbMessage, (LPTSTR) achID);
        _tprintf(TEXT("Contents of the mailslot: %s\n"), lpszBuffer);
        GlobalFree((HGLOBAL) lpszBuffer);

        fResult = GetMailslotInfo(hSlot, (LPDWORD) NULL, &cbMessage, &cMessage, (LPDWORD) NULL);
        if (!fResult)
        {
            printf("GetMailslotInfo failed (%u)\n", GetLastError());
            return FALSE;
        }
    }
    return fMore;
}

int main()
{
    if (!MakeSlot(SlotName))
        return 1;
    printf("ready\n");
    fflush(stdout);
    while (ReadSlot())
    {
        Sleep(20);
    }
    CloseHandle(hSlot);
    return 0;
}
