/* Windows file systems do not tell letter cases apart. */
#include "aclapi.h"
