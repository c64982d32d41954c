/* Microsoft's direct.h: folders. */
#ifndef MAILSLOT_DIRECT_H
#define MAILSLOT_DIRECT_H

#include "mailslot/crt_direct.h"

#endif
