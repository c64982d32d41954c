/* Windows file systems do not tell letter cases apart. */
#include "accctrl.h"
