/* Creates a mailslot and prints the messages that arrive, until an empty one. */
#include <windows.h>
#include <stdio.h>

int main(void)
{
    static char message[65536];
    DWORD size;
    HANDLE slot = CreateMailslot(TEXT("\\\\.\\mailslot\\examples\\orders"), sizeof(message), MAILSLOT_WAIT_FOREVER, NULL);

    if (slot == INVALID_HANDLE_VALUE) {
        fprintf(stderr, "CreateMailslot failed with %u\n", GetLastError());
        return 1;
    }
    printf("ready\n");
    fflush(stdout);
    do {
        if (!ReadFile(slot, message, sizeof(message), &size, NULL)) {
            fprintf(stderr, "ReadFile failed with %u\n", GetLastError());
            return 1;
        }
        printf("%u bytes: %.*s\n", size, (int)size, message);
    } while (size > 0);
    CloseHandle(slot);
    return 0;
}
