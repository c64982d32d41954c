/* Clocks, and dates in the local time zone. Inline, over the C library. */
#ifndef MAILSLOT_CLOCK_H
#define MAILSLOT_CLOCK_H

#include "filetime.h"
#include "results.h"

#define TIME_ZONE_ID_INVALID ((DWORD)0xFFFFFFFF)
#define TIME_ZONE_ID_UNKNOWN 0
#define TIME_ZONE_ID_STANDARD 1
#define TIME_ZONE_ID_DAYLIGHT 2

typedef struct _TIME_ZONE_INFORMATION {
    LONG Bias;
    WCHAR StandardName[32];
    SYSTEMTIME StandardDate;
    LONG StandardBias;
    WCHAR DaylightName[32];
    SYSTEMTIME DaylightDate;
    LONG DaylightBias;
} TIME_ZONE_INFORMATION, *PTIME_ZONE_INFORMATION, *LPTIME_ZONE_INFORMATION;

/* The date in UTC. */
static inline void GetSystemTime(LPSYSTEMTIME lpSystemTime)
{
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
    FileTimeToSystemTime(&now, lpSystemTime);
}

static inline void GetSystemTimePreciseAsFileTime(LPFILETIME lpSystemTimeAsFileTime)
{
    GetSystemTimeAsFileTime(lpSystemTimeAsFileTime);
}

/* How far local time is ahead of UTC at a moment, in seconds. */
static inline long mailslot_utc_offset(long seconds)
{
    struct mailslot_tm date;

    mailslot_libc_tzset();
    return mailslot_libc_localtime_r(&seconds, &date) ? date.utc_offset_seconds : 0;
}

static inline BOOL mailslot_shift(const FILETIME *time, LPFILETIME shifted, long seconds)
{
    LONGLONG intervals = (LONGLONG)mailslot_filetime_intervals(time);

    if (intervals < 0 || intervals + seconds * MAILSLOT_INTERVALS_PER_SECOND < 0)
        return (BOOL)mailslot_fail(ERROR_INVALID_PARAMETER);
    mailslot_filetime_set(shifted, (ULONGLONG)(intervals + seconds * MAILSLOT_INTERVALS_PER_SECOND));
    return TRUE;
}

/* UTC to local time and back, by the offset that holds now, as on Windows, whatever the season of the time is. FALSE: 87 no time. */
static inline BOOL FileTimeToLocalFileTime(const FILETIME *lpFileTime, LPFILETIME lpLocalFileTime)
{
    struct mailslot_timespec now = {0, 0};

    mailslot_libc_clock_gettime(0, &now);
    return mailslot_shift(lpFileTime, lpLocalFileTime, mailslot_utc_offset(now.seconds));
}

static inline BOOL LocalFileTimeToFileTime(const FILETIME *lpLocalFileTime, LPFILETIME lpFileTime)
{
    struct mailslot_timespec now = {0, 0};

    mailslot_libc_clock_gettime(0, &now);
    return mailslot_shift(lpLocalFileTime, lpFileTime, -mailslot_utc_offset(now.seconds));
}

/* The date in the local time zone. */
static inline void GetLocalTime(LPSYSTEMTIME lpSystemTime)
{
    FILETIME now, local;

    GetSystemTimeAsFileTime(&now);
    if (FileTimeToLocalFileTime(&now, &local))
        FileTimeToSystemTime(&local, lpSystemTime);
}

/*
 * Between UTC and the process's time zone, by the offset that holds at that date. Other zones than the process's own (a structure
 * that is not NULL) are taken by their Bias alone. FALSE: 87 no date.
 */
static inline BOOL SystemTimeToTzSpecificLocalTime(const TIME_ZONE_INFORMATION *lpTimeZone, const SYSTEMTIME *lpUniversalTime,
                                                   LPSYSTEMTIME lpLocalTime)
{
    FILETIME time;
    long seconds;

    if (!SystemTimeToFileTime(lpUniversalTime, &time))
        return FALSE;
    seconds = (long)(mailslot_filetime_intervals(&time) / MAILSLOT_INTERVALS_PER_SECOND) - (long)MAILSLOT_UNIX_EPOCH_SECONDS;
    return mailslot_shift(&time, &time, lpTimeZone ? -60L * lpTimeZone->Bias : mailslot_utc_offset(seconds)) &&
           FileTimeToSystemTime(&time, lpLocalTime);
}

/* Bias and names of the zone, and whether summer time holds now. The dates of the change are not told: they are 0. */
static inline DWORD GetTimeZoneInformation(LPTIME_ZONE_INFORMATION lpTimeZoneInformation)
{
    enum { mailslot_half_year_seconds = 15778800 };
    struct mailslot_timespec now = {0, 0};
    struct mailslot_tm date[2];
    BOOL has_summer_time;
    int standard, summer;
    long then;

    mailslot_libc_tzset();
    mailslot_libc_clock_gettime(0, &now);
    then = now.seconds + mailslot_half_year_seconds;
    memset(lpTimeZoneInformation, 0, sizeof(*lpTimeZoneInformation));
    if (mailslot_libc_localtime_r(&now.seconds, &date[0]) == NULL || mailslot_libc_localtime_r(&then, &date[1]) == NULL)
        return mailslot_fail(ERROR_INVALID_PARAMETER) - 1;
    has_summer_time = (date[0].is_dst > 0) != (date[1].is_dst > 0);
    summer = date[1].is_dst > 0;
    standard = has_summer_time ? !summer : 0;
    lpTimeZoneInformation->Bias = (LONG)(-date[standard].utc_offset_seconds / 60);
    mailslot_hand_out_wide(date[standard].zone, lpTimeZoneInformation->StandardName, 32);
    mailslot_hand_out_wide(date[has_summer_time ? summer : standard].zone, lpTimeZoneInformation->DaylightName, 32);
    if (!has_summer_time)
        return TIME_ZONE_ID_UNKNOWN;
    lpTimeZoneInformation->DaylightBias = (LONG)((date[standard].utc_offset_seconds - date[summer].utc_offset_seconds) / 60);
    return date[0].is_dst > 0 ? TIME_ZONE_ID_DAYLIGHT : TIME_ZONE_ID_STANDARD;
}

/* A clock that only ever goes on, in ticks of a nanosecond. */
static inline BOOL QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount)
{
    enum { mailslot_clock_monotonic = 1 };
    struct mailslot_timespec now = {0, 0};

    mailslot_libc_clock_gettime(mailslot_clock_monotonic, &now);
    lpPerformanceCount->QuadPart = (LONGLONG)now.seconds * 1000000000 + now.nanoseconds;
    return TRUE;
}

/* Ticks per second. */
static inline BOOL QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency)
{
    lpFrequency->QuadPart = 1000000000;
    return TRUE;
}

#endif
