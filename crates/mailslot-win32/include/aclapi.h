/* The Windows SDK's aclapi.h: access lists from descriptions of their entries. */
#include "windows.h"

#include "mailslot/acl_entries.h"
