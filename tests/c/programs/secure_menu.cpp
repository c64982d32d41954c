// A menu in a loop, with the functions that Visual Studio asks for.
#define _CRT_SECURE_NO_WARNINGS
#include <Windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <iostream>
#include <string>

using namespace std;

int main()
{
	char line[40], stamp[32], number[12];
	int choice = 0;
	time_t now;
	struct tm local;
	HANDLE slot = CreateMailslot(TEXT("\\\\.\\mailslot\\menu"), 300, MAILSLOT_WAIT_FOREVER, NULL);
	HANDLE client = CreateFile(TEXT("\\\\.\\mailslot\\menu"), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
		OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);

	while (choice != 3) {
		printf_s("1 send\n2 receive\n3 quit\n");
		if (scanf_s("%d", &choice) != 1)
			return 1;
		getchar();
		DWORD bytes = 0;
		switch (choice) {
		case 1:
			gets_s(line, sizeof(line));
			time(&now);
			localtime_s(&local, &now);
			strftime(stamp, sizeof(stamp), "%Y", &local);
			_itoa_s((int)strlen(line), number, 10);
			strcat_s(line, "|");
			strcat_s(line, number);
			if (!WriteFile(client, line, (DWORD)strlen(line) + 1, &bytes, NULL))
				MessageBox(NULL, TEXT("WriteFile failed"), TEXT("Menu"), MB_OK | MB_ICONERROR);
			printf_s("sent %lu after %s\n", bytes, atoi(stamp) > 2000 ? "2000" : "never");
			break;
		case 2:
			if (ReadFile(slot, line, sizeof(line), &bytes, NULL))
				cout << "received " << string(line) << endl;
			break;
		}
	}
	MessageBoxA(NULL, "Bye", "Menu", MB_OK | MB_ICONINFORMATION | MB_SETFOREGROUND | MB_TASKMODAL);
	CloseHandle(client);
	CloseHandle(slot);
	system("PAUSE > nul");
	return system("exit 0");
}
