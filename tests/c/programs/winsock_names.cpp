// A wrapper of several transports: knows the error codes of sockets although it has no socket.
#include <windows.h>
#include <WinSock2.h>
#include <iostream>
#include <sstream>
#include <iomanip>
#include <string>
#include <vector>

#pragma comment(lib, "Ws2_32.lib")

static std::string ErrorText(int code)
{
	switch (code) {
	case WSAEACCES: return "Permission denied";
	case WSAEADDRINUSE: return "Address in use";
	case WSAECONNREFUSED: return "Refused";
	case WSAEWOULDBLOCK: return "Would block";
	case WSANOTINITIALISED: return "Not started";
	case ERROR_SEM_TIMEOUT: return "Nothing came";
	default: {
		std::ostringstream out;
		out << "error " << std::setw(5) << std::setfill('0') << code;
		return out.str();
	}
	}
}

class Transport {
public:
	explicit Transport(const std::string &name) : handle(CreateMailslotA(name.c_str(), 0, 10, NULL)) {}
	~Transport() { CloseHandle(handle); }
	bool Receive(std::vector<char> &data)
	{
		DWORD next = 0, count = 0, got = 0;
		if (!GetMailslotInfo(handle, NULL, &next, &count, NULL))
			return false;
		data.resize(next == MAILSLOT_NO_MESSAGE ? 1 : std::max<DWORD>(next, 1));
		if (!ReadFile(handle, &data[0], (DWORD)data.size(), &got, NULL))
			return false;
		data.resize(got);
		return true;
	}

private:
	HANDLE handle;
};

int main()
{
	WSADATA wsa;
	if (WSAStartup(MAKEWORD(2, 2), &wsa) != 0) {
		std::cerr << "WSAStartup: " << WSAGetLastError() << std::endl;
		return 1;
	}
	Transport transport("\\\\.\\mailslot\\transport");
	std::vector<char> data;
	if (!transport.Receive(data))
		std::cout << ErrorText(GetLastError()) << std::endl;
	SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
	if (s == INVALID_SOCKET)
		return 1;
	sockaddr_in nobody = {};
	nobody.sin_family = AF_INET;
	nobody.sin_addr.s_addr = inet_addr("127.0.0.1");
	nobody.sin_port = htons(1);
	if (connect(s, (SOCKADDR *)&nobody, sizeof(nobody)) == SOCKET_ERROR)
		std::cout << ErrorText(WSAGetLastError()) << std::endl;
	closesocket(s);
	DWORD written;
	HANDLE client = CreateFileA("\\\\.\\mailslot\\transport", GENERIC_WRITE, FILE_SHARE_READ, 0, OPEN_EXISTING, 0, 0);
	WriteFile(client, "", 0, &written, NULL);
	WriteFile(client, "four", 4, &written, NULL);
	CloseHandle(client);
	while (transport.Receive(data))
		std::cout << data.size() << " bytes" << std::endl;
	WSACleanup();
	return 0;
}
