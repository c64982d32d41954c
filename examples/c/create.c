/* Creates a mailslot and shows its state, as a program for Windows does it. */
#include <windows.h>
#include <stdio.h>

int main(void)
{
    DWORD maximum, next, count, timeout;
    HANDLE slot = CreateMailslot(TEXT("\\\\.\\mailslot\\examples\\create"),
                                 424,   /* bytes: the largest message */
                                 1000,  /* ms: how long a read waits */
                                 NULL); /* not inherited by child processes */

    if (slot == INVALID_HANDLE_VALUE) {
        fprintf(stderr, "CreateMailslot failed with %u\n", GetLastError());
        return 1;
    }
    if (!GetMailslotInfo(slot, &maximum, &next, &count, &timeout)) {
        fprintf(stderr, "GetMailslotInfo failed with %u\n", GetLastError());
        return 1;
    }
    printf("largest message %u bytes, read timeout %u ms, %u messages", maximum, timeout, count);
    if (next == MAILSLOT_NO_MESSAGE)
        printf(", nothing to read\n");
    else
        printf(", the next has %u bytes\n", next);
    /* The slot lives as long as its last server handle, in whatever process. */
    CloseHandle(slot);
    return 0;
}
