/* Memory, atomic variables, clocks and socket errors of the headers. */
#include <winsock2.h>
#include <windows.h>
#include <mmsystem.h>
#include <ws2tcpip.h>

#include "tap.h"

static void heap(void)
{
    BYTE *memory = (BYTE *)HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 100);
    BYTE *global;
    int i, sum = 0;

    CHECK(memory != NULL && memory[0] == 0 && memory[99] == 0 && HeapSize(GetProcessHeap(), 0, memory) == 100);
    FillMemory(memory, 100, 0xAB);
    memory = (BYTE *)HeapReAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, memory, 10);
    memory = (BYTE *)HeapReAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, memory, 5000);
    CHECK(memory != NULL && memory[9] == 0xAB && HeapSize(GetProcessHeap(), 0, memory) == 5000);
    for (i = 10; i < 5000; i++)
        sum += memory[i];
    CHECK(sum == 0 && HeapFree(GetProcessHeap(), 0, memory));
    CHECK(HeapAlloc(GetProcessHeap(), 0, (SIZE_T)-1) == NULL);
    global = (BYTE *)GlobalAlloc(GPTR, 10);
    FillMemory(global, 10, 0xAB);
    global = (BYTE *)GlobalReAlloc(global, 4000, GMEM_ZEROINIT);
    CHECK(global != NULL && global[9] == 0xAB && global[10] == 0 && global[3999] == 0 && GlobalSize(global) >= 4000);
    CHECK(GlobalFree(global) == NULL);
}

static void pages(void)
{
    BYTE *memory = (BYTE *)VirtualAlloc(NULL, 100000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    DWORD old = 0;
    BYTE *reserved;

    CHECK(memory != NULL && ((ULONG_PTR)memory & 0xFFFF) == 0 && memory[0] == 0 && memory[100000] == 0);
    FillMemory(memory, 100000, 7);
    CHECK_SUCCEEDS(VirtualProtect(memory + 4096, 1, PAGE_READONLY, &old));
    CHECK(old == PAGE_READWRITE && memory[4096] == 7);
    CHECK_SUCCEEDS(VirtualProtect(memory + 4097, 1, PAGE_READWRITE, &old));
    CHECK(old == PAGE_READONLY);
    CHECK_SUCCEEDS(VirtualProtect(memory + 8192, 1, PAGE_NOACCESS, &old));
    CHECK(old == PAGE_READWRITE);
    CHECK_FAILS(VirtualProtect(memory, 1, PAGE_READWRITE, NULL), ERROR_NOACCESS);
    CHECK_FAILS(VirtualProtect(memory, 1, 3, &old), ERROR_INVALID_PARAMETER);
    CHECK_SUCCEEDS(VirtualFree(memory, 4096, MEM_DECOMMIT));
    CHECK_FAILS(VirtualProtect(memory, 1, PAGE_READWRITE, &old), ERROR_INVALID_ADDRESS);
    CHECK(VirtualAlloc(memory, 1, MEM_COMMIT, PAGE_READWRITE) == memory && memory[0] == 0 && memory[4096] == 7);
    CHECK_FAILS(VirtualFree(memory, 4096, MEM_RELEASE), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(VirtualFree(memory + 4096, 0, MEM_RELEASE), ERROR_INVALID_ADDRESS);
    CHECK_SUCCEEDS(VirtualFree(memory, 0, MEM_RELEASE));
    CHECK_FAILS(VirtualFree(memory, 0, MEM_RELEASE), ERROR_INVALID_ADDRESS);
    CHECK_FAILS(VirtualFree(memory, 0, 0), ERROR_INVALID_PARAMETER);

    reserved = (BYTE *)VirtualAlloc(NULL, (SIZE_T)1 << 30, MEM_RESERVE, PAGE_NOACCESS);
    CHECK(reserved != NULL && VirtualAlloc(reserved + 65536, 5000, MEM_COMMIT, PAGE_READWRITE) == reserved + 65536);
    reserved[65536 + 8191] = 1;
    CHECK_FAILS(VirtualAlloc(reserved, (SIZE_T)2 << 30, MEM_COMMIT, PAGE_READWRITE), ERROR_INVALID_ADDRESS);
    CHECK_FAILS(VirtualAlloc(reserved, 4096, MEM_RESERVE, PAGE_READWRITE), ERROR_INVALID_ADDRESS);
    CHECK_SUCCEEDS(VirtualFree(reserved, 0, MEM_DECOMMIT));
    CHECK_SUCCEEDS(VirtualFree(reserved, 0, MEM_RELEASE));
    CHECK_FAILS(VirtualAlloc(NULL, 0, MEM_COMMIT, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(VirtualAlloc(NULL, 1, 0, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(VirtualAlloc(NULL, 1, MEM_COMMIT, 0), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(VirtualAlloc(NULL, (SIZE_T)1 << 60, MEM_RESERVE, PAGE_NOACCESS), ERROR_NOT_ENOUGH_MEMORY);
}

static void atomics(void)
{
    volatile LONG number = 5;
    volatile long of_linux = 5;
    volatile LONGLONG big = 1LL << 40;
    void *volatile pointer = NULL;

    CHECK(InterlockedIncrement(&number) == 6 && InterlockedDecrement(&number) == 5 && InterlockedExchange(&number, 9) == 5);
    CHECK(InterlockedExchangeAdd(&number, 3) == 9 && number == 12 && InterlockedAdd(&number, -2) == 10);
    CHECK(InterlockedCompareExchange(&number, 1, 10) == 10 && InterlockedCompareExchange(&number, 2, 10) == 1 && number == 1);
    CHECK(InterlockedOr(&number, 6) == 1 && InterlockedAnd(&number, 3) == 7 && InterlockedXor(&number, 1) == 3 && number == 2);
    CHECK(InterlockedIncrement(&of_linux) == 6 && InterlockedCompareExchange(&of_linux, -1, 6) == 6 && of_linux == -1);
    CHECK(InterlockedIncrement64(&big) == (1LL << 40) + 1);
    CHECK(InterlockedExchangePointer(&pointer, (void *)&big) == NULL && pointer == (void *)&big);
    CHECK(InterlockedCompareExchangePointer(&pointer, NULL, (void *)&big) == (void *)&big && pointer == NULL);
    MemoryBarrier();
}

static LONGLONG difference(const FILETIME *a, const FILETIME *b)
{
    return (LONGLONG)((ULONGLONG)a->dwHighDateTime << 32 | a->dwLowDateTime) -
           (LONGLONG)((ULONGLONG)b->dwHighDateTime << 32 | b->dwLowDateTime);
}

static void clocks(void)
{
    LARGE_INTEGER start, end, frequency;
    TIME_ZONE_INFORMATION zone;
    FILETIME utc = {0, 0}, local = {0, 0}, back = {0, 0}, now = {0, 0};
    SYSTEMTIME date = {0, 0, 0, 0, 0, 0, 0, 0}, other = {0, 0, 0, 0, 0, 0, 0, 0};
    DWORD season;

    CHECK(QueryPerformanceFrequency(&frequency) && QueryPerformanceCounter(&start));
    Sleep(20);
    CHECK(QueryPerformanceCounter(&end) && (end.QuadPart - start.QuadPart) * 1000 / frequency.QuadPart >= 19);
    CHECK(timeBeginPeriod(1) == TIMERR_NOERROR && timeGetTime() != 0);

    /* Nepal: 5:45 ahead, no summer time. */
    SetEnvironmentVariableA("TZ", "NPT-5:45");
    GetSystemTimeAsFileTime(&utc);
    CHECK_SUCCEEDS(FileTimeToLocalFileTime(&utc, &local));
    CHECK_SUCCEEDS(LocalFileTimeToFileTime(&local, &back));
    CHECK(difference(&local, &utc) == 345LL * 60 * 10000000 && difference(&back, &utc) == 0);
    CHECK(GetTimeZoneInformation(&zone) == TIME_ZONE_ID_UNKNOWN && zone.Bias == -345 && lstrcmpW(zone.StandardName, L"NPT") == 0);
    GetLocalTime(&date);
    CHECK(SystemTimeToFileTime(&date, &now) && difference(&now, &local) >= -10000 && difference(&now, &local) < 600000000);
    GetSystemTime(&date);
    CHECK(SystemTimeToTzSpecificLocalTime(NULL, &date, &other) && SystemTimeToFileTime(&date, &utc) && SystemTimeToFileTime(&other, &now));
    CHECK(difference(&now, &utc) == 345LL * 60 * 10000000);

    SetEnvironmentVariableA("TZ", "CET-1CEST,M3.5.0,M10.5.0/3");
    season = GetTimeZoneInformation(&zone);
    CHECK(season == TIME_ZONE_ID_STANDARD || season == TIME_ZONE_ID_DAYLIGHT);
    CHECK(zone.Bias == -60 && zone.DaylightBias == -60 && lstrcmpW(zone.DaylightName, L"CEST") == 0);
    local.dwHighDateTime = 0x80000000;
    CHECK_FAILS(FileTimeToLocalFileTime(&local, &back), ERROR_INVALID_PARAMETER);
}

static void sockets(void)
{
    WSADATA data;
    SOCKET server, client;
    SOCKADDR_IN address;
    socklen_t size = sizeof(address);
    struct timeval none = {0, 0};
    fd_set readers;
    u_long yes = 1;

    CHECK(WSAStartup(MAKEWORD(2, 2), &data) == 0 && data.wVersion == MAKEWORD(2, 2));
    server = socket(AF_INET, SOCK_DGRAM, 0);
    client = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(server != INVALID_SOCKET && client != INVALID_SOCKET);
    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind((int)server, (SOCKADDR *)&address, sizeof(address)) != SOCKET_ERROR);
    CHECK(getsockname((int)server, (SOCKADDR *)&address, &size) == 0);
    CHECK(bind((int)client, (SOCKADDR *)&address, sizeof(address)) == SOCKET_ERROR && WSAGetLastError() == WSAEADDRINUSE);
    CHECK(ioctlsocket(server, FIONBIO, &yes) == 0);
    CHECK(recv((int)server, (char *)&data, 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAEWOULDBLOCK);
    CHECK(sendto((int)client, "x", 1, 0, (SOCKADDR *)&address, sizeof(address)) == 1);
    FD_ZERO(&readers);
    FD_SET((int)server, &readers);
    CHECK(select(0, &readers, NULL, NULL, &none) == 1 && FD_ISSET((int)server, &readers));
    CHECK(closesocket(server) == 0 && closesocket(client) == 0);
    CHECK(closesocket(server) == SOCKET_ERROR && WSAGetLastError() == WSAEBADF);
    WSASetLastError(WSAEHOSTUNREACH);
    CHECK(WSAGetLastError() == WSAEHOSTUNREACH && WSACleanup() == 0);
}

int main(void)
{
    tap_run("the heap", heap);
    tap_run("pages", pages);
    tap_run("atomic variables", atomics);
    tap_run("clocks and time zones", clocks);
    tap_run("sockets", sockets);
    return tap_end();
}
