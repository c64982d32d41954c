/* Microsoft's share.h: how others may open a file. Files are never locked against others on Linux. */
#ifndef MAILSLOT_SHARE_H
#define MAILSLOT_SHARE_H

#define _SH_COMPAT 0x00
#define _SH_DENYRW 0x10
#define _SH_DENYWR 0x20
#define _SH_DENYRD 0x30
#define _SH_DENYNO 0x40
#define _SH_SECURE 0x80

#endif
