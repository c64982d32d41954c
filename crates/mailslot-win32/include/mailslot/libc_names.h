/*
 * The C library's functions under names of our own, so that windows.h does not pull in stdlib.h, unistd.h and time.h, whose many
 * lower-case names programs for Windows use for their own functions. The symbols are the C library's.
 */
#ifndef MAILSLOT_LIBC_NAMES_H
#define MAILSLOT_LIBC_NAMES_H

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>

struct mailslot_timespec {
    long seconds;
    long nanoseconds;
};

/* The C library's struct tm. */
struct mailslot_tm {
    int second;
    int minute;
    int hour;
    int day;
    int month;
    int year;
    int day_of_week;
    int day_of_year;
    int is_dst;
    long utc_offset_seconds;
    const char *zone;
};

/* The head of its struct passwd, with more room than the rest needs. */
struct mailslot_passwd {
    char *name;
    void *rest[15];
};

#ifdef __cplusplus
extern "C" {
#endif
void *mailslot_libc_malloc(size_t size) __asm__("malloc");
void *mailslot_libc_calloc(size_t count, size_t size) __asm__("calloc");
void *mailslot_libc_realloc(void *memory, size_t size) __asm__("realloc");
void mailslot_libc_free(void *memory) __asm__("free");
size_t mailslot_libc_malloc_usable_size(void *memory) __asm__("malloc_usable_size");

int mailslot_libc_snprintf(char *buffer, size_t size, const char *format, ...) __asm__("snprintf");
int mailslot_libc_vsnprintf(char *buffer, size_t size, const char *format, va_list arguments) __asm__("vsnprintf");

void mailslot_libc_exit(int status) __asm__("exit") __attribute__((__noreturn__));
int mailslot_libc_getpid(void) __asm__("getpid");
int mailslot_libc_gettid(void) __asm__("gettid");
unsigned int mailslot_libc_geteuid(void) __asm__("geteuid");
unsigned int mailslot_libc_getegid(void) __asm__("getegid");
int mailslot_libc_getpwuid_r(unsigned int user, struct mailslot_passwd *entry, char *buffer, size_t size,
                             struct mailslot_passwd **result) __asm__("getpwuid_r");
int mailslot_libc_gethostname(char *name, size_t size) __asm__("gethostname");
long mailslot_libc_sysconf(int name) __asm__("sysconf");

char *mailslot_libc_getenv(const char *name) __asm__("getenv");
int mailslot_libc_setenv(const char *name, const char *value, int overwrite) __asm__("setenv");
int mailslot_libc_unsetenv(const char *name) __asm__("unsetenv");
extern char **mailslot_libc_environ __asm__("environ");

int mailslot_libc_open(const char *name, int flags, ...) __asm__("open");
int mailslot_libc_close(int descriptor) __asm__("close");
long mailslot_libc_read(int descriptor, void *bytes, size_t count) __asm__("read");
long mailslot_libc_write(int descriptor, const void *bytes, size_t count) __asm__("write");
int mailslot_libc_isatty(int descriptor) __asm__("isatty");
int mailslot_libc_tcflush(int descriptor, int queue) __asm__("tcflush");
long mailslot_libc_readlink(const char *name, char *target, size_t size) __asm__("readlink");
char *mailslot_libc_getcwd(char *name, size_t size) __asm__("getcwd");
int mailslot_libc_chdir(const char *name) __asm__("chdir");

int mailslot_libc_nanosleep(const struct mailslot_timespec *time, struct mailslot_timespec *rest) __asm__("nanosleep");
int mailslot_libc_clock_gettime(int clock, struct mailslot_timespec *now) __asm__("clock_gettime");
struct mailslot_tm *mailslot_libc_gmtime_r(const long *seconds, struct mailslot_tm *date) __asm__("gmtime_r");
struct mailslot_tm *mailslot_libc_localtime_r(const long *seconds, struct mailslot_tm *date) __asm__("localtime_r");
long mailslot_libc_timegm(struct mailslot_tm *date) __asm__("timegm");
long mailslot_libc_mktime(struct mailslot_tm *date) __asm__("mktime");
void mailslot_libc_tzset(void) __asm__("tzset");

void *mailslot_libc_dlopen(const char *name, int flags) __asm__("dlopen");
void *mailslot_libc_dlsym(void *module, const char *name) __asm__("dlsym");
int mailslot_libc_dlclose(void *module) __asm__("dlclose");
int mailslot_libc_dlinfo(void *module, int request, void *answer) __asm__("dlinfo");

void *mailslot_libc_iconv_open(const char *to, const char *from) __asm__("iconv_open");
size_t mailslot_libc_iconv(void *state, char **in, size_t *in_left, char **out, size_t *out_left) __asm__("iconv");
int mailslot_libc_iconv_close(void *state) __asm__("iconv_close");
#ifdef __cplusplus
}
#endif

#endif
