/* One program for both sides: with a name it writes, without it reads until an empty message. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ctype.h>
#include <process.h>
#include <io.h>
#include <malloc.h>

void ErrorExit(LPTSTR lpszFunction)
{
	LPVOID lpMsgBuf;
	DWORD dw = GetLastError();

	FormatMessage(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, dw,
		MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), (LPTSTR)&lpMsgBuf, 0, NULL);
	fprintf(stderr, "%s failed: %s", (char *)lpszFunction, (char *)lpMsgBuf);
	LocalFree(lpMsgBuf);
	ExitProcess(dw);
}

unsigned __stdcall Reader(void *pArguments)
{
	HANDLE hSlot = (HANDLE)pArguments;
	char *buffer = (char *)malloc(128);
	DWORD cb;
	unsigned total = 0;

	for (;;) {
		if (!ReadFile(hSlot, buffer, 128, &cb, NULL))
			ErrorExit((LPTSTR)"ReadFile");
		if (cb == 0)
			break;
		printf("%.*s\n", (int)cb, buffer);
		total += cb;
	}
	free(buffer);
	_endthreadex(total);
	return 0;
}

int main(int argc, char *argv[])
{
	HANDLE hSlot = CreateMailslot((LPTSTR)"\\\\.\\mailslot\\end\\mark", 0, MAILSLOT_WAIT_FOREVER, NULL), hThread, hFile;
	unsigned threadID;
	DWORD cb, code = 0;
	int i;

	if (hSlot == INVALID_HANDLE_VALUE)
		ErrorExit((LPTSTR)"CreateMailslot");
	hThread = (HANDLE)_beginthreadex(NULL, 0, &Reader, hSlot, 0, &threadID);
	hFile = CreateFile((LPTSTR)"\\\\.\\MAILSLOT\\END\\MARK", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
		FILE_ATTRIBUTE_NORMAL, NULL);
	for (i = 1; i < argc; i++)
		WriteFile(hFile, argv[i], (DWORD)strlen(argv[i]), &cb, NULL);
	WriteFile(hFile, "", 0, &cb, NULL);
	WaitForSingleObject(hThread, INFINITE);
	GetExitCodeThread(hThread, &code);
	printf("%u bytes, process %s\n", (unsigned)code, _getpid() > 0 && _access(".", 0) == 0 ? "fine" : "lost");
	CloseHandle(hThread);
	CloseHandle(hFile);
	CloseHandle(hSlot);
	return 0;
}
