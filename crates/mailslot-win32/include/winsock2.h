/*
 * Windows' sockets over those of Linux: Microsoft's names and error numbers. Inline. May be included before or after windows.h, and
 * together with winsock.h.
 *
 * A SOCKET is a descriptor. The functions that both systems have (socket, bind, send, getaddrinfo, ...) are the C library's; what they
 * fail with is in errno, where WSAGetLastError finds it.
 */
#ifndef MAILSLOT_WINSOCK2_H
#define MAILSLOT_WINSOCK2_H

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "windows.h"

/* The C library has these only where a program did not ask for pure POSIX. */
#ifndef __u_char_defined
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
#endif

typedef UINT_PTR SOCKET;
#define INVALID_SOCKET ((SOCKET)(~0))
#define SOCKET_ERROR (-1)

#define SD_RECEIVE SHUT_RD
#define SD_SEND SHUT_WR
#define SD_BOTH SHUT_RDWR
#define WINSOCK_VERSION MAKEWORD(2, 2)
#define WSADESCRIPTION_LEN 256
#define WSASYS_STATUS_LEN 128

typedef struct WSAData {
    WORD wVersion;
    WORD wHighVersion;
    unsigned short iMaxSockets;
    unsigned short iMaxUdpDg;
    char *lpVendorInfo;
    char szDescription[WSADESCRIPTION_LEN + 1];
    char szSystemStatus[WSASYS_STATUS_LEN + 1];
} WSADATA, *LPWSADATA;

typedef struct sockaddr SOCKADDR, *PSOCKADDR, *LPSOCKADDR;
typedef struct sockaddr_in SOCKADDR_IN, *PSOCKADDR_IN, *LPSOCKADDR_IN;
typedef struct sockaddr_in6 SOCKADDR_IN6, *PSOCKADDR_IN6, *LPSOCKADDR_IN6;
typedef struct sockaddr_storage SOCKADDR_STORAGE, *PSOCKADDR_STORAGE;
typedef struct in_addr IN_ADDR, *PIN_ADDR, *LPIN_ADDR;
typedef struct hostent HOSTENT, *PHOSTENT, *LPHOSTENT;
typedef struct timeval TIMEVAL, *PTIMEVAL, *LPTIMEVAL;
typedef struct linger LINGER, *PLINGER, *LPLINGER;

/* errno's value and its number on Windows. */
static inline int mailslot_wsa_error(int number)
{
    static const struct {
        int number;
        int error;
    } table[] = {
        {EINTR, WSAEINTR},
        {EBADF, WSAEBADF},
        {EACCES, WSAEACCES},
        {EFAULT, WSAEFAULT},
        {EINVAL, WSAEINVAL},
        {EMFILE, WSAEMFILE},
        {EWOULDBLOCK, WSAEWOULDBLOCK},
        {EINPROGRESS, WSAEINPROGRESS},
        {EALREADY, WSAEALREADY},
        {ENOTSOCK, WSAENOTSOCK},
        {EDESTADDRREQ, WSAEDESTADDRREQ},
        {EMSGSIZE, WSAEMSGSIZE},
        {EPROTOTYPE, WSAEPROTOTYPE},
        {ENOPROTOOPT, WSAENOPROTOOPT},
        {EPROTONOSUPPORT, WSAEPROTONOSUPPORT},
        {ESOCKTNOSUPPORT, WSAESOCKTNOSUPPORT},
        {EOPNOTSUPP, WSAEOPNOTSUPP},
        {EPFNOSUPPORT, WSAEPFNOSUPPORT},
        {EAFNOSUPPORT, WSAEAFNOSUPPORT},
        {EADDRINUSE, WSAEADDRINUSE},
        {EADDRNOTAVAIL, WSAEADDRNOTAVAIL},
        {ENETDOWN, WSAENETDOWN},
        {ENETUNREACH, WSAENETUNREACH},
        {ENETRESET, WSAENETRESET},
        {ECONNABORTED, WSAECONNABORTED},
        {ECONNRESET, WSAECONNRESET},
        {ENOBUFS, WSAENOBUFS},
        {EISCONN, WSAEISCONN},
        {ENOTCONN, WSAENOTCONN},
        {ESHUTDOWN, WSAESHUTDOWN},
        {ETOOMANYREFS, WSAETOOMANYREFS},
        {ETIMEDOUT, WSAETIMEDOUT},
        {ECONNREFUSED, WSAECONNREFUSED},
        {ELOOP, WSAELOOP},
        {ENAMETOOLONG, WSAENAMETOOLONG},
        {EHOSTDOWN, WSAEHOSTDOWN},
        {EHOSTUNREACH, WSAEHOSTUNREACH},
        {ENOTEMPTY, WSAENOTEMPTY},
        {EUSERS, WSAEUSERS},
        {EDQUOT, WSAEDQUOT},
        {ESTALE, WSAESTALE},
        {EREMOTE, WSAEREMOTE},
    };
    size_t i;

    for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (table[i].number == number)
            return table[i].error;
    return number == ENOMEM ? WSA_NOT_ENOUGH_MEMORY : number == EPIPE ? WSAECONNRESET : number == EPERM ? WSAEACCES
           : number == ENFILE ? WSAEMFILE : number;
}

/* Why the thread's last socket function failed. A number that WSASetLastError set is told back. */
static inline int WSAGetLastError(void)
{
    return mailslot_wsa_error(errno);
}

/* The numbers of Windows are above all of errno's: they can stand there themselves. */
static inline void WSASetLastError(int iError)
{
    errno = iError;
}

/* Linux's sockets need no start. Version 2.2, or the one that is asked for if it is lower. WSAVERNOTSUPPORTED: below 1. */
static inline int WSAStartup(WORD wVersionRequested, LPWSADATA lpWSAData)
{
    if (lpWSAData == NULL)
        return WSAEFAULT;
    memset(lpWSAData, 0, sizeof(*lpWSAData));
    lpWSAData->wHighVersion = MAKEWORD(2, 2);
    lpWSAData->wVersion = LOBYTE(wVersionRequested) > 2 || (LOBYTE(wVersionRequested) == 2 && HIBYTE(wVersionRequested) > 2)
                              ? lpWSAData->wHighVersion
                              : wVersionRequested;
    strcpy_s(lpWSAData->szDescription, sizeof(lpWSAData->szDescription), "Linux sockets");
    strcpy_s(lpWSAData->szSystemStatus, sizeof(lpWSAData->szSystemStatus), "Running");
    return LOBYTE(wVersionRequested) < 1 ? WSAVERNOTSUPPORTED : 0;
}

static inline int WSACleanup(void)
{
    return 0;
}

static inline int closesocket(SOCKET s)
{
    return close((int)s);
}

/* FIONBIO, FIONREAD. Windows' argument is an unsigned long of 32 bits: only those are read and written. */
static inline int ioctlsocket(SOCKET s, unsigned long cmd, void *argp)
{
    return ioctl((int)s, cmd, argp);
}

/* Windows ignores the first argument of select, and programs pass anything. */
static inline int mailslot_select(int ignored, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, const struct timeval *timeout)
{
    struct timeval copy;

    (void)ignored;
    if (timeout)
        copy = *timeout;
    return select(FD_SETSIZE, readfds, writefds, exceptfds, timeout ? &copy : NULL);
}
#define select mailslot_select

#endif
