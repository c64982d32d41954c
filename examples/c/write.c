/* Writes each argument as one message to the mailslot of the reading example. An empty argument ends that. */
#include <windows.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    int i;
    DWORD written;
    HANDLE slot = CreateFile(TEXT("\\\\.\\mailslot\\examples\\orders"), GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                             FILE_ATTRIBUTE_NORMAL, NULL);

    if (slot == INVALID_HANDLE_VALUE) {
        fprintf(stderr, "CreateFile failed with %u; is the reader running?\n", GetLastError());
        return 1;
    }
    for (i = 1; i < argc; i++) {
        if (!WriteFile(slot, argv[i], (DWORD)strlen(argv[i]), &written, NULL)) {
            fprintf(stderr, "WriteFile failed with %u\n", GetLastError());
            return 1;
        }
    }
    CloseHandle(slot);
    return 0;
}
