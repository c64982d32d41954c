/* Microsoft's mmsystem.h: its clock. Inline. */
#ifndef MAILSLOT_MMSYSTEM_H
#define MAILSLOT_MMSYSTEM_H

#include "windows.h"

typedef UINT MMRESULT;
#define TIMERR_NOERROR 0

/* Milliseconds since the machine started. */
static inline DWORD timeGetTime(void)
{
    return GetTickCount();
}

/* Linux's clock is always exact: nothing to ask for. */
static inline MMRESULT timeBeginPeriod(UINT uPeriod)
{
    (void)uPeriod;
    return TIMERR_NOERROR;
}

static inline MMRESULT timeEndPeriod(UINT uPeriod)
{
    (void)uPeriod;
    return TIMERR_NOERROR;
}

#endif
