/*
 * _tmain in UNICODE builds: Linux starts every program at main with narrow arguments, so main converts them and calls the
 * program's wmain. The macro puts main where the program defines _tmain; a program may define _tmain once, and cannot declare it
 * beforehand.
 */
#ifndef MAILSLOT_WMAIN_H
#define MAILSLOT_WMAIN_H

#include <locale.h>
#include <stdlib.h>

#include "wide.h"

#ifdef __cplusplus
/* In C++ the parameters are part of the symbol: only the one that the program defines is there. */
extern "C" {
int mailslot_wmain_c(int argc, wchar_t **argv, wchar_t **envp) __asm__("wmain") __attribute__((__weak__));
int mailslot_wmain_none(void) __asm__("_Z5wmainv") __attribute__((__weak__));
int mailslot_wmain_two(int argc, wchar_t **argv) __asm__("_Z5wmainiPPw") __attribute__((__weak__));
int mailslot_wmain_const(int argc, const wchar_t **argv) __asm__("_Z5wmainiPPKw") __attribute__((__weak__));
int mailslot_wmain_three(int argc, wchar_t **argv, wchar_t **envp) __asm__("_Z5wmainiPPwS0_") __attribute__((__weak__));
}
#else
/* Whatever parameters a program's wmain has, the machine's calling convention lets it ignore the ones it does not know. */
int mailslot_wmain_c(int argc, wchar_t **argv, wchar_t **envp) __asm__("wmain");
#endif

static inline wchar_t **mailslot_widen_list(char **list)
{
    size_t count = 0, i;
    wchar_t **wide;

    while (list[count])
        count++;
    wide = (wchar_t **)mailslot_libc_calloc(count + 1, sizeof(wchar_t *));
    for (i = 0; wide && i < count; i++)
        wide[i] = mailslot_widen(list[i]);
    return wide;
}

static inline int mailslot_run_wmain(int argc, char **argv, char **envp)
{
    /* Static: they live until the program ends, as main's own do, and no leak checker takes them for lost. */
    static wchar_t **wide_argv, **wide_envp;

    wide_argv = mailslot_widen_list(argv);
    wide_envp = mailslot_widen_list(envp);
    /* For programs that print with wprintf or std::wcout: without it these refuse everything but ASCII. */
    if (setlocale(LC_CTYPE, "") == NULL || (MB_CUR_MAX) == 1)
        setlocale(LC_CTYPE, "C.UTF-8");
#ifdef __cplusplus
    if (mailslot_wmain_two)
        return mailslot_wmain_two(argc, wide_argv);
    if (mailslot_wmain_none)
        return mailslot_wmain_none();
    if (mailslot_wmain_const)
        return mailslot_wmain_const(argc, (const wchar_t **)wide_argv);
    if (mailslot_wmain_three)
        return mailslot_wmain_three(argc, wide_argv, wide_envp);
#endif
    return mailslot_wmain_c(argc, wide_argv, wide_envp);
}

#define _tmain                                                                                                         \
    mailslot_tmain_result(void);                                                                                       \
    int main(int argc, char **argv, char **envp)                                                                       \
    {                                                                                                                  \
        return mailslot_run_wmain(argc, argv, envp);                                                                   \
    }                                                                                                                  \
    __typeof__(mailslot_tmain_result()) wmain

#endif
