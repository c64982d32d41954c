// A writer in the C++ of the nineties.
#include <windows.h>
#include <iostream.h>
#include <string.h>
#include <conio.h>

void main_loop(HANDLE hSlot)
{
	char line[256];
	DWORD written;

	while (cin.getline(line, sizeof(line)))
	{
		if (!WriteFile(hSlot, line, strlen(line) + 1, &written, NULL))
		{
			cerr << "WriteFile failed: " << GetLastError() << endl;
			return;
		}
		cout << "wrote " << written << " bytes" << endl;
		if (stricmp(line, "END") == 0)
			break;
	}
}

int main(int argc, char *argv[])
{
	HANDLE hSlot;
	char name[MAX_PATH] = "\\\\.\\mailslot\\";

	SetConsoleTitle("Writer");
	if (argc > 1)
		strcat(name, argv[1]);
	else
		strcat(name, "sample");
	hSlot = CreateFile(name, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, (HANDLE)NULL);
	if (hSlot == INVALID_HANDLE_VALUE)
	{
		cout << "No slot: " << GetLastError() << endl;
		return 1;
	}
	main_loop(hSlot);
	CloseHandle(hSlot);
	return 0;
}
