/*
 * The C client of `mailslot demo`, written as for Windows: client FIRST COUNT
 *
 * Message number n is "c n checksum", where the checksum is repeated n % 16 times more.
 */

#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

#define MESSAGE_BYTES 256

LPCTSTR lpszSlotName = TEXT("\\\\.\\mailslot\\demo\\orders");

static int BuildMessage(char *szMessage, DWORD dwSequence)
{
    DWORD dwChecksum = dwSequence * 2654435761u;
    DWORD dwRepeat;
    int cchMessage;

    cchMessage = sprintf(szMessage, "c %lu %lu",
        (unsigned long)dwSequence, (unsigned long)dwChecksum);
    for (dwRepeat = dwSequence % 16; dwRepeat > 0; dwRepeat--)
    {
        cchMessage += sprintf(szMessage + cchMessage, " %lu", (unsigned long)dwChecksum);
    }
    return cchMessage;
}

int main(int argc, char *argv[])
{
    HANDLE hSlot;
    char szMessage[MESSAGE_BYTES];
    DWORD dwSequence, dwEnd, cbMessage, cbWritten;

    if (argc != 3)
    {
        fprintf(stderr, "usage: %s FIRST COUNT\n", argv[0]);
        return 2;
    }
    dwSequence = (DWORD)strtoul(argv[1], NULL, 10);
    dwEnd = dwSequence + (DWORD)strtoul(argv[2], NULL, 10);

    hSlot = CreateFile(
        lpszSlotName,
        GENERIC_WRITE,
        FILE_SHARE_READ,
        (LPSECURITY_ATTRIBUTES)NULL,
        OPEN_EXISTING,
        FILE_ATTRIBUTE_NORMAL,
        (HANDLE)NULL);
    if (hSlot == INVALID_HANDLE_VALUE)
    {
        fprintf(stderr, "CreateFile failed with %lu.\n", (unsigned long)GetLastError());
        return 1;
    }

    for (; dwSequence < dwEnd; dwSequence++)
    {
        cbMessage = (DWORD)BuildMessage(szMessage, dwSequence);
        if (!WriteFile(hSlot, szMessage, cbMessage, &cbWritten, (LPOVERLAPPED)NULL)
            || cbWritten != cbMessage)
        {
            fprintf(stderr, "WriteFile failed with %lu.\n", (unsigned long)GetLastError());
            return 1;
        }
    }

    if (!CloseHandle(hSlot))
    {
        fprintf(stderr, "CloseHandle failed with %lu.\n", (unsigned long)GetLastError());
        return 1;
    }
    return 0;
}
