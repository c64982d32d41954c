/* What Windows' sockets have for both kinds of addresses. Inline. */
#ifndef MAILSLOT_WS2TCPIP_H
#define MAILSLOT_WS2TCPIP_H

#include "winsock2.h"

typedef struct addrinfo ADDRINFOA, *PADDRINFOA;
#ifndef UNICODE
typedef ADDRINFOA ADDRINFOT, *PADDRINFOT, ADDRINFO, *PADDRINFO;
#endif
#define InetNtopA inet_ntop
#define InetPtonA inet_pton
#define gai_strerrorA gai_strerror

#endif
