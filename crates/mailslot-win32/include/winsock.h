/* Windows' sockets, version 1: all of it is in version 2. */
#include "winsock2.h"
