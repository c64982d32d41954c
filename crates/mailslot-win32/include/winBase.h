/* Windows file systems do not tell letter cases apart, and everything is in windows.h here. */
#include "windows.h"
