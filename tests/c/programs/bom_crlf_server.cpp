// Saved by Visual Studio: a mark at its begin, and two characters at the end of every line.
#define WIN32_LEAN_AND_MEAN
#include <Windows.h>
#include <TCHAR.H>
#include <stdio.h>
#pragma comment(lib, "kernel32.lib")

#define NAME \
	_T("\\\\.\\mailslot\\sample")

int _tmain(int argc, _TCHAR* argv[])
{
	SECURITY_ATTRIBUTES sa = { sizeof(sa), NULL, TRUE };
	HANDLE hSlot = CreateMailslot(NAME, 1024, MAILSLOT_WAIT_FOREVER, &sa);
	TCHAR buffer[512];
	DWORD read = 0;

	if (hSlot == INVALID_HANDLE_VALUE)
		return 1;
	_putts(_T("Mailslot created."));
	fflush(stdout);
	while (ReadFile(hSlot, buffer, sizeof(buffer) - sizeof(TCHAR), &read, NULL)) {
		buffer[read / sizeof(TCHAR)] = 0;
		if (_tcscmp(buffer, _T("end")) == 0)
			break;
		_tprintf(_T("%u: %s (%s)\n"), (unsigned)read, buffer, _T("grüße"));
	}
	CloseHandle(hSlot);
	return 0;
}
