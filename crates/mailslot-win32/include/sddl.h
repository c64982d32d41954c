/* The Windows SDK's sddl.h: security descriptors and SIDs as text. */
#ifndef MAILSLOT_SDDL_H
#define MAILSLOT_SDDL_H

#include "windows.h"

#include "mailslot/sddl_text.h"

#endif
