/* Windows file systems do not tell letter cases apart. */
#include "winsock2.h"
