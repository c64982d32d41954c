/*
 * Microsoft's conio.h: the keyboard, key by key. The functions that read are in libmailslot_win32; the others are inline.
 *
 * On a terminal a key is read without Enter and without being shown. Between _kbhit and the _getch that follows, and during _getch
 * itself, the terminal is set so; it is set back at the end of the program, also when a signal ends it (except SIGKILL, which nothing
 * can notice). Ctrl+C ends the program as it always does. Keys that send several bytes (arrows, function keys, letters other than
 * ASCII) are read byte by byte. If standard input is a pipe or a file, the next byte is read from it: do not mix that with stdio's own
 * reading, which reads ahead.
 */
#ifndef MAILSLOT_CONIO_H
#define MAILSLOT_CONIO_H

#include <stdio.h>

#include "mailslot/language.h"

#ifdef __cplusplus
extern "C" {
#endif
/* The next key. The Enter key is 13 on a terminal. EOF (-1) at the end of the input. */
int _getch(void);
/* The same, and the key is shown. */
int _getche(void);
/* Makes the key the next one that is read; one at a time. EOF: there is one already. */
int _ungetch(int c);
/* Whether there is a key to read, without waiting. */
int _kbhit(void);
#ifdef __cplusplus
}
#endif

/* Prints a character, a text, a formatted text, at once and together with what printf printed before. */

static inline int _putch(int c)
{
    int result = putchar(c);

    return fflush(stdout) == 0 ? result : EOF;
}

static inline int _cputs(const char *text)
{
    return fputs(text, stdout) < 0 || fflush(stdout) != 0 ? -1 : 0;
}

static inline int _vcprintf(const char *format, va_list arguments)
{
    int result = mailslot_vprintf(format, arguments);

    return fflush(stdout) == 0 ? result : -1;
}

static inline int _cprintf(const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = _vcprintf(format, arguments);
    va_end(arguments);
    return result;
}

#define _putwch(c) mailslot_putwchar(c)
#define _cputws(text) mailslot_fputws((text), stdout)
#define _cprintf_s _cprintf

/* The names of old. */
#define getch _getch
#define getche _getche
#define ungetch _ungetch
#define kbhit _kbhit
#define putch _putch
#define cputs _cputs
#define cprintf _cprintf

#ifdef _UNICODE
#define _puttch _putwch
#define _cputts _cputws
#else
#define _puttch _putch
#define _cputts _cputs
#endif
#define _getwch _getch
#define _gettch _getch

#endif
