// A job dispatcher as programs for Windows are written: one source for all roles, started by name.
//
//   dispatcher            the server: a slot that everybody may write to, workers that inherit a writing end, threads, events
//   dispatcher work H N   a worker: writes N results through the inherited handle H
//
// It knows nothing of Linux: the same source is for Windows.
#include <windows.h>
#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <tchar.h>

#define WORKERS 3
#define RESULTS 5

static HANDLE g_slot;
static HANDLE g_allDone;
static CRITICAL_SECTION g_lock;
static LONG g_received;
static char g_buffer[256];
static OVERLAPPED g_overlapped;

static void Fail(const char *what)
{
    LPTSTR text = NULL;
    DWORD error = GetLastError();

    FormatMessage(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, error,
                  MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), (LPTSTR)&text, 0, NULL);
    fprintf(stderr, "%s failed with error %lu\n", what, (unsigned long)error);
    if (text)
        LocalFree(text);
    ExitProcess(1);
}

static VOID CALLBACK OnResult(DWORD dwError, DWORD dwBytes, LPOVERLAPPED lpOverlapped)
{
    if (dwError != ERROR_SUCCESS)
        return;
    EnterCriticalSection(&g_lock);
    g_buffer[dwBytes] = '\0';
    printf("received: %s\n", g_buffer);
    g_received++;
    LeaveCriticalSection(&g_lock);
    if (g_received == WORKERS * RESULTS)
        SetEvent(g_allDone);
    else if (!ReadFileEx(g_slot, g_buffer, sizeof(g_buffer) - 1, lpOverlapped, OnResult))
        Fail("ReadFileEx");
}

static unsigned __stdcall ReceiverThread(void *pArguments)
{
    HANDLE hReady = (HANDLE)pArguments;

    if (!ReadFileEx(g_slot, g_buffer, sizeof(g_buffer) - 1, &g_overlapped, OnResult))
        Fail("ReadFileEx");
    SetEvent(hReady);
    // Completion routines run inside of alertable waits only.
    while (WaitForSingleObjectEx(g_allDone, INFINITE, TRUE) == WAIT_IO_COMPLETION)
        ;
    _endthreadex(7);
    return 0;
}

static int Work(HANDLE hSlot, int nResults)
{
    char message[64];
    DWORD cbWritten;

    for (int i = 0; i < nResults; i++) {
        sprintf(message, "result %d", i + 1);
        if (!WriteFile(hSlot, message, (DWORD)strlen(message), &cbWritten, NULL))
            return (int)GetLastError();
    }
    return 40 + nResults;
}

static void StartWorker(LPCTSTR szSelf, HANDLE hWriter, PROCESS_INFORMATION *pProcess)
{
    STARTUPINFO si;
    TCHAR szCommandLine[1024];

    ZeroMemory(&si, sizeof(si));
    si.cb = sizeof(si);
    // The handle's number is all that the worker is told.
    _stprintf(szCommandLine, _T("\"%s\" work %lu %d"), szSelf, (unsigned long)(ULONG_PTR)hWriter, RESULTS);
    if (!CreateProcess(NULL, szCommandLine, NULL, NULL, TRUE, 0, NULL, NULL, &si, pProcess))
        Fail("CreateProcess");
}

int _tmain(int argc, TCHAR *argv[])
{
    SECURITY_DESCRIPTOR sd;
    SECURITY_ATTRIBUTES sa;
    PROCESS_INFORMATION workers[WORKERS];
    HANDLE hProcesses[WORKERS], hReady, hThread, hWriter;
    DWORD dwExit;
    unsigned threadId;

    if (argc == 4 && _tcscmp(argv[1], _T("work")) == 0)
        return Work((HANDLE)(ULONG_PTR)_tcstoul(argv[2], NULL, 10), _ttoi(argv[3]));

    // A NULL DACL: processes with fewer rights may write as well.
    InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION);
    SetSecurityDescriptorDacl(&sd, TRUE, NULL, FALSE);
    sa.nLength = sizeof(sa);
    sa.lpSecurityDescriptor = &sd;
    sa.bInheritHandle = FALSE;
    g_slot = CreateMailslot(_T("\\\\.\\mailslot\\dispatcher\\results"), 0, MAILSLOT_WAIT_FOREVER, &sa);
    if (g_slot == INVALID_HANDLE_VALUE)
        Fail("CreateMailslot");
    sa.lpSecurityDescriptor = NULL;
    sa.bInheritHandle = TRUE;
    hWriter = CreateFile(_T("\\\\.\\MAILSLOT\\Dispatcher\\Results"), GENERIC_WRITE, FILE_SHARE_READ, &sa, OPEN_EXISTING,
                         FILE_ATTRIBUTE_NORMAL, NULL);
    if (hWriter == INVALID_HANDLE_VALUE)
        Fail("CreateFile");

    InitializeCriticalSection(&g_lock);
    g_allDone = CreateEvent(NULL, TRUE, FALSE, NULL);
    hReady = CreateEvent(NULL, FALSE, FALSE, NULL);
    hThread = (HANDLE)_beginthreadex(NULL, 0, ReceiverThread, hReady, 0, &threadId);
    if (hThread == NULL || WaitForSingleObject(hReady, INFINITE) != WAIT_OBJECT_0)
        Fail("_beginthreadex");

    for (int i = 0; i < WORKERS; i++) {
        StartWorker(argv[0], hWriter, &workers[i]);
        hProcesses[i] = workers[i].hProcess;
    }
    if (WaitForMultipleObjects(WORKERS, hProcesses, TRUE, INFINITE) != WAIT_OBJECT_0)
        Fail("WaitForMultipleObjects");
    for (int i = 0; i < WORKERS; i++) {
        if (!GetExitCodeProcess(workers[i].hProcess, &dwExit) || dwExit != 40 + RESULTS)
            Fail("a worker");
        CloseHandle(workers[i].hThread);
        CloseHandle(workers[i].hProcess);
    }
    if (WaitForSingleObject(hThread, INFINITE) != WAIT_OBJECT_0 || !GetExitCodeThread(hThread, &dwExit))
        Fail("the thread");
    printf("all done: %ld results, thread code %lu\n", (long)g_received, (unsigned long)dwExit);
    CloseHandle(hThread);
    CloseHandle(hReady);
    CloseHandle(g_allDone);
    DeleteCriticalSection(&g_lock);
    CloseHandle(hWriter);
    CloseHandle(g_slot);
    return 0;
}
