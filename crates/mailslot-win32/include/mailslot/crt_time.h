/* What Microsoft's time.h has on top of C's: the _s functions in its order of arguments, output first. Inline. */
#ifndef MAILSLOT_CRT_TIME_H
#define MAILSLOT_CRT_TIME_H

#include <errno.h>
#include <stddef.h>
#include <time.h>

#ifndef MAILSLOT_ERRNO_T
#define MAILSLOT_ERRNO_T
typedef int errno_t;
typedef size_t rsize_t;
#endif

typedef time_t __time64_t;
typedef int __time32_t;

/* How many ticks of clock() are a second. */
#undef CLK_TCK
#define CLK_TCK CLOCKS_PER_SEC

#define _tzset tzset
#define _time64 time
#define _mktime64 mktime
#define _difftime64 difftime

#ifdef __cplusplus
extern "C" {
#endif
struct tm *mailslot_libc_local_date(const time_t *time, struct tm *date) __asm__("localtime_r");
struct tm *mailslot_libc_utc_date(const time_t *time, struct tm *date) __asm__("gmtime_r");
char *mailslot_libc_date_text(const struct tm *date, char *buffer) __asm__("asctime_r");
#ifdef __cplusplus
}
#endif

static inline errno_t localtime_s(struct tm *date, const time_t *time)
{
    if (date == NULL || time == NULL)
        return EINVAL;
    return mailslot_libc_local_date(time, date) ? 0 : EINVAL;
}

static inline errno_t gmtime_s(struct tm *date, const time_t *time)
{
    if (date == NULL || time == NULL)
        return EINVAL;
    return mailslot_libc_utc_date(time, date) ? 0 : EINVAL;
}

/* The 26 characters of asctime. The buffer has room for them, or it is made empty. */
static inline errno_t asctime_s(char *buffer, size_t size, const struct tm *date)
{
    if (buffer == NULL || size == 0)
        return EINVAL;
    buffer[0] = 0;
    if (date == NULL || size < 26 || mailslot_libc_date_text(date, buffer) == NULL)
        return EINVAL;
    /* The day of the month has two digits in Microsoft's text. */
    if (buffer[8] == ' ')
        buffer[8] = '0';
    return 0;
}

static inline errno_t ctime_s(char *buffer, size_t size, const time_t *time)
{
    struct tm date;

    if (buffer == NULL || size == 0)
        return EINVAL;
    buffer[0] = 0;
    return localtime_s(&date, time) == 0 ? asctime_s(buffer, size, &date) : EINVAL;
}

/* MM/DD/YY and HH:MM:SS, each in a buffer of 9. */
static inline char *_strdate(char *buffer)
{
    time_t now = time(NULL);
    struct tm date;

    mailslot_libc_local_date(&now, &date);
    strftime(buffer, 9, "%D", &date);
    return buffer;
}

static inline char *_strtime(char *buffer)
{
    time_t now = time(NULL);
    struct tm date;

    mailslot_libc_local_date(&now, &date);
    strftime(buffer, 9, "%T", &date);
    return buffer;
}

static inline errno_t _strdate_s(char *buffer, size_t size)
{
    return buffer == NULL || size < 9 ? EINVAL : (_strdate(buffer), 0);
}

static inline errno_t _strtime_s(char *buffer, size_t size)
{
    return buffer == NULL || size < 9 ? EINVAL : (_strtime(buffer), 0);
}

#define _localtime64_s localtime_s
#define _gmtime64_s gmtime_s
#define _ctime64_s ctime_s
#define _localtime64 localtime
#define _gmtime64 gmtime

#ifdef __cplusplus
extern "C++" {
template <size_t size> inline errno_t asctime_s(char (&buffer)[size], const struct tm *date)
{
    return asctime_s(buffer, size, date);
}
template <size_t size> inline errno_t ctime_s(char (&buffer)[size], const time_t *time)
{
    return ctime_s(buffer, size, time);
}
}
#endif

#endif
