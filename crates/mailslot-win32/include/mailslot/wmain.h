/*
 * _tmain in UNICODE builds: Linux starts every program at main with narrow arguments, so main converts them and calls the
 * program's wmain. The macro puts main where the program defines _tmain; a program may define _tmain once, and cannot declare it
 * beforehand.
 */
#ifndef MAILSLOT_WMAIN_H
#define MAILSLOT_WMAIN_H

#include <locale.h>

#include "wide.h"

/* Whatever parameters a program's wmain has, the machine's calling convention lets it ignore the ones it does not know. */
typedef int mailslot_wmain(int argc, wchar_t **argv, wchar_t **envp);

#ifdef __cplusplus
/* In C++ the parameters are part of the symbol: none, (int, wchar_t **), (int, const wchar_t **) and with an environment. */
extern "C" {
mailslot_wmain mailslot_wmain_c __asm__("wmain") __attribute__((__weak__));
mailslot_wmain mailslot_wmain_none __asm__("_Z5wmainv") __attribute__((__weak__));
mailslot_wmain mailslot_wmain_two __asm__("_Z5wmainiPPw") __attribute__((__weak__));
mailslot_wmain mailslot_wmain_const __asm__("_Z5wmainiPPKw") __attribute__((__weak__));
mailslot_wmain mailslot_wmain_three __asm__("_Z5wmainiPPwS0_") __attribute__((__weak__));
}
#else
mailslot_wmain mailslot_wmain_c __asm__("wmain");
#endif

static inline wchar_t **mailslot_widen_list(char **list)
{
    size_t count = 0, i;
    wchar_t **wide;

    while (list[count])
        count++;
    wide = (wchar_t **)calloc(count + 1, sizeof(wchar_t *));
    for (i = 0; wide && i < count; i++)
        wide[i] = mailslot_widen(list[i]);
    return wide;
}

/* The arguments live until the program ends, as main's own do. */
static inline int mailslot_run_wmain(int argc, char **argv, char **envp)
{
    wchar_t **wide_argv = mailslot_widen_list(argv);
    wchar_t **wide_envp = mailslot_widen_list(envp);
    mailslot_wmain *program = mailslot_wmain_c;

    /* For programs that print with wprintf or std::wcout: without it these refuse everything but ASCII. */
    if (setlocale(LC_CTYPE, "") == NULL || (MB_CUR_MAX) == 1)
        setlocale(LC_CTYPE, "C.UTF-8");
#ifdef __cplusplus
    if (mailslot_wmain_two)
        program = mailslot_wmain_two;
    else if (mailslot_wmain_none)
        program = mailslot_wmain_none;
    else if (mailslot_wmain_const)
        program = mailslot_wmain_const;
    else if (mailslot_wmain_three)
        program = mailslot_wmain_three;
#endif
    return program(argc, wide_argv, wide_envp);
}

#define _tmain                                                                                                         \
    mailslot_tmain_result(void);                                                                                       \
    int main(int argc, char **argv, char **envp)                                                                       \
    {                                                                                                                  \
        return mailslot_run_wmain(argc, argv, envp);                                                                   \
    }                                                                                                                  \
    __typeof__(mailslot_tmain_result()) wmain

#endif
