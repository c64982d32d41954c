/* FILETIME, 100-nanosecond intervals since 1601-01-01 00:00 UTC, and SYSTEMTIME, a date in UTC. All inline, over the C library:
   nothing here is in libmailslot_win32. A slot's times are told and set by GetFileTime and SetFileTime in functions.h. */
#ifndef MAILSLOT_FILETIME_H
#define MAILSLOT_FILETIME_H

#include "compat.h"

/* From 1601-01-01 to 1970-01-01. */
#define MAILSLOT_UNIX_EPOCH_SECONDS 11644473600LL
#define MAILSLOT_INTERVALS_PER_SECOND 10000000LL

static inline ULONGLONG mailslot_filetime_intervals(const FILETIME *time)
{
    return (ULONGLONG)time->dwHighDateTime << 32 | time->dwLowDateTime;
}

static inline void mailslot_filetime_set(LPFILETIME time, ULONGLONG intervals)
{
    time->dwLowDateTime = (DWORD)intervals;
    time->dwHighDateTime = (DWORD)(intervals >> 32);
}

static inline void GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime)
{
    enum { mailslot_clock_realtime = 0 };
    struct mailslot_timespec now = {0, 0};

    mailslot_libc_clock_gettime(mailslot_clock_realtime, &now);
    mailslot_filetime_set(lpSystemTimeAsFileTime,
                          (ULONGLONG)((now.seconds + MAILSLOT_UNIX_EPOCH_SECONDS) * MAILSLOT_INTERVALS_PER_SECOND +
                                      now.nanoseconds / 100));
}

/* -1, 0, 1: the first time is earlier, the same, later. */
static inline LONG CompareFileTime(const FILETIME *lpFileTime1, const FILETIME *lpFileTime2)
{
    ULONGLONG a = mailslot_filetime_intervals(lpFileTime1);
    ULONGLONG b = mailslot_filetime_intervals(lpFileTime2);

    return a < b ? -1 : a > b;
}

/* Rounds down to milliseconds. FALSE: 87 a time above 0x7FFFFFFFFFFFFFFF. */
static inline BOOL FileTimeToSystemTime(const FILETIME *lpFileTime, LPSYSTEMTIME lpSystemTime)
{
    LONGLONG intervals = (LONGLONG)mailslot_filetime_intervals(lpFileTime);
    long seconds = (long)(intervals / MAILSLOT_INTERVALS_PER_SECOND - MAILSLOT_UNIX_EPOCH_SECONDS);
    struct mailslot_tm date;

    if (intervals < 0 || mailslot_libc_gmtime_r(&seconds, &date) == NULL) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    lpSystemTime->wYear = (WORD)(date.year + 1900);
    lpSystemTime->wMonth = (WORD)(date.month + 1);
    lpSystemTime->wDayOfWeek = (WORD)date.day_of_week;
    lpSystemTime->wDay = (WORD)date.day;
    lpSystemTime->wHour = (WORD)date.hour;
    lpSystemTime->wMinute = (WORD)date.minute;
    lpSystemTime->wSecond = (WORD)date.second;
    lpSystemTime->wMilliseconds = (WORD)(intervals % MAILSLOT_INTERVALS_PER_SECOND / 10000);
    return TRUE;
}

/* wDayOfWeek is ignored. FALSE: 87 no date from 1601 to 30827. */
static inline BOOL SystemTimeToFileTime(const SYSTEMTIME *lpSystemTime, LPFILETIME lpFileTime)
{
    struct mailslot_tm date;
    long seconds;

    memset(&date, 0, sizeof(date));
    date.year = lpSystemTime->wYear - 1900;
    date.month = lpSystemTime->wMonth - 1;
    date.day = lpSystemTime->wDay;
    date.hour = lpSystemTime->wHour;
    date.minute = lpSystemTime->wMinute;
    date.second = lpSystemTime->wSecond;
    seconds = mailslot_libc_timegm(&date);
    /* timegm carries what is too much into the next field: such a date comes back as another one. */
    if (lpSystemTime->wYear < 1601 || lpSystemTime->wYear > 30827 || date.month != lpSystemTime->wMonth - 1 ||
        date.day != lpSystemTime->wDay || date.hour != lpSystemTime->wHour || date.minute != lpSystemTime->wMinute ||
        date.second != lpSystemTime->wSecond || lpSystemTime->wMilliseconds > 999) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    mailslot_filetime_set(lpFileTime,
                          (ULONGLONG)((seconds + MAILSLOT_UNIX_EPOCH_SECONDS) * MAILSLOT_INTERVALS_PER_SECOND +
                                      lpSystemTime->wMilliseconds * 10000LL));
    return TRUE;
}

#endif
