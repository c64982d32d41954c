// Includes two headers, as Visual Studio lets it, and uses the C library as well.
#include <iostream>
#include <windows.h>
using namespace std;

int main()
{
	char text[16];
	HANDLE slot = CreateMailslot(TEXT("\\\\.\\mailslot\\only"), 0, 0, 0);

	if (slot == INVALID_HANDLE_VALUE)
		return 1;
	sprintf_s(text, "%ld", (LONG)-5);
	strcat_s(text, "%");
	cout << text << endl;
	wprintf(L"%s %S\n", L"wide", "narrow");
	_itoa_s(255, text, 16);
	cout << text << endl;
	CloseHandle(slot);
	system("pause");
	return 0;
}
