/* Looks into its slot until somebody presses Escape, and says which other keys were pressed. */
#include <stdio.h>
#include <conio.h>
#include <Windows.h>

#define ESC 27

int main(void)
{
	HANDLE slot = CreateMailslotA("\\\\.\\mailslot\\keys", 0, 0, NULL);
	char message[64];
	DWORD size;
	int key = 0;

	if (slot == INVALID_HANDLE_VALUE) {
		printf("CreateMailslot: %d\n", (int)GetLastError());
		return 1;
	}
	_cputs("Press a key, Esc to quit\n");
	do {
		if (_kbhit()) {
			key = _getch();
			_cprintf("key %d\n", key);
			if (key == EOF)
				break;
		}
		if (ReadFile(slot, message, sizeof(message) - 1, &size, NULL)) {
			message[size] = '\0';
			printf("message %s\n", message);
		}
		Sleep(5);
	} while (key != ESC);
	printf("Enter a name: ");
	if (scanf_s("%s", message, (unsigned)sizeof(message)) == 1)
		printf("Hello, %s\n", message);
	CloseHandle(slot);
	return 0;
}
