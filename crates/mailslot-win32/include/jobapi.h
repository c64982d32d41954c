/* Everything of the Windows SDK that is here is in windows.h. */
#include "windows.h"
