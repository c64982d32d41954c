#include <windows.h>
#include <stdio.h>
#include <conio.h>
#include <string.h>

/* Пишем в почтовый ящик */
void main()
{
	HANDLE h;
	DWORD dw;
	char buf[100] = "Привет";

	SetConsoleCP(1251);
	SetConsoleOutputCP(1251);
	h = CreateFile("\\\\.\\mailslot\\sample", GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
	if (h == INVALID_HANDLE_VALUE) {
		printf("Ошибка %d\n", GetLastError());
		getch();
		ExitProcess(1);
	}
	WriteFile(h, buf, strlen(buf) + 1, &dw, 0);
	printf("%s: %d\n", buf, dw);
	CloseHandle(h);
	ExitProcess(0);
}
