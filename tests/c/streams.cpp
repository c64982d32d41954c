// A C++ program of the usual kind: both ends in one process, a thread that reads, and output through the streams.
#include <algorithm>
#include <iostream>
#include <string>
#include <Windows.h>
#include <tchar.h>
#include <thread>
#include <vector>

#ifdef UNICODE
typedef std::wstring tstring;
static std::wostream &tout = std::wcout;
#else
typedef std::string tstring;
static std::ostream &tout = std::cout;
#endif

static void Receive(HANDLE slot, size_t count)
{
    std::vector<TCHAR> buffer(256);

    for (size_t i = 0; i < count; i++) {
        DWORD read = 0;
        if (!ReadFile(slot, &buffer[0], static_cast<DWORD>(buffer.size() * sizeof(TCHAR)), &read, NULL)) {
            tout << TEXT("ReadFile failed: ") << GetLastError() << std::endl;
            return;
        }
        tout << TEXT("got ") << tstring(&buffer[0], read / sizeof(TCHAR)) << std::endl;
    }
}

int _tmain(int argc, _TCHAR *argv[])
{
    const TCHAR *name = TEXT("\\\\.\\mailslot\\cpp\\streams");
    HANDLE slot = CreateMailslot(name, 0, MAILSLOT_WAIT_FOREVER, nullptr);
    HANDLE client = CreateFile(name, GENERIC_WRITE, FILE_SHARE_READ, nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    std::vector<tstring> messages(argv + 1, argv + argc);

    if (slot == INVALID_HANDLE_VALUE || client == INVALID_HANDLE_VALUE) {
        tout << TEXT("cannot open: ") << GetLastError() << std::endl;
        return 1;
    }
    std::thread receiver(Receive, slot, messages.size());
    for (const tstring &message : messages) {
        DWORD written = 0;
        WriteFile(client, message.data(), static_cast<DWORD>(message.size() * sizeof(TCHAR)), &written, nullptr);
    }
    receiver.join();
    tout << TEXT("longest has ") << std::max<size_t>(1, messages.empty() ? 0 : messages[0].size()) << std::endl;
    CloseHandle(client);
    CloseHandle(slot);
    return 0;
}
