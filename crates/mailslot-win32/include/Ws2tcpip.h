/* Windows file systems do not tell letter cases apart. */
#include "ws2tcpip.h"
