/* The console: keys, titles, colours, signals. Each behaviour in a child process on a terminal of its own (or on pipes). */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <conio.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <windows.h>

#include "tap.h"

enum { PATIENCE_MS = 20000 };

static int terminal;
static pid_t child;
static char seen[4096];
static size_t seen_length;

/* Runs the body in a child whose standard streams are a new terminal. */
static void on_terminal(void (*body)(void))
{
    seen_length = 0;
    seen[0] = 0;
    terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    CHECK(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        int end;

        /* Who started the tests may have had these ignored, as shells do in the background. */
        signal(SIGHUP, SIG_DFL);
        signal(SIGINT, SIG_DFL);
        signal(SIGQUIT, SIG_DFL);
        setsid();
        end = open(ptsname(terminal), O_RDWR);
        ioctl(end, TIOCSCTTY, 0);
        dup2(end, 0);
        dup2(end, 1);
        dup2(end, 2);
        body();
        exit(0);
    }
}

/* Whether the child prints this, after all that was expected before. What it printed stays in `seen`. */
static BOOL expect(const char *text)
{
    while (strstr(seen, text) == NULL) {
        struct pollfd ready = {terminal, POLLIN, 0};
        ssize_t count = poll(&ready, 1, PATIENCE_MS) == 1 ? read(terminal, seen + seen_length, sizeof(seen) - 1 - seen_length) : 0;

        if (count <= 0) {
            printf("# no [%s] in [%s]\n", text, seen);
            return FALSE;
        }
        seen_length += (size_t)count;
        seen[seen_length] = 0;
    }
    return TRUE;
}

static void type(const char *keys)
{
    CHECK(write(terminal, keys, strlen(keys)) == (ssize_t)strlen(keys));
}

/* Whether the terminal gives whole lines and shows what is typed. */
static BOOL is_as_usual(void)
{
    struct termios modes;

    return tcgetattr(terminal, &modes) == 0 && (modes.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO) && (modes.c_iflag & ICRNL);
}

static BOOL becomes_unusual(void)
{
    int i;

    for (i = 0; i < PATIENCE_MS && is_as_usual(); i++)
        Sleep(1);
    return !is_as_usual();
}

/* The child's status when it has ended. */
static int end_of_child(void)
{
    int status = -1;

    CHECK(waitpid(child, &status, 0) == child);
    return status;
}

static void done(void)
{
    int status;

    CHECK(expect("done"));
    status = end_of_child();
    CHECK(is_as_usual());
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(terminal);
}

static void getch_body(void)
{
    int first, second, third, fourth;

    printf("press ");
    first = _getch();
    printf("%d ", first);
    second = _getch();
    printf("%d ", second);
    third = _getche();
    printf(" %d ", third);
    fourth = _ungetch('u') == 'u' && _ungetch('v') == EOF && _kbhit() ? _getch() : 0;
    printf("%d done\n", fourth);
}

static void keys(void)
{
    on_terminal(getch_body);
    /* The question is there although its line has no end. */
    CHECK(expect("press "));
    CHECK(becomes_unusual());
    type("x");
    CHECK(expect("press 120 "));
    CHECK(becomes_unusual());
    type("\r");
    CHECK(expect("press 120 13 "));
    CHECK(becomes_unusual());
    type("e");
    CHECK(expect("press 120 13 e 101 117 done"));
    done();
}

static void kbhit_body(void)
{
    if (_kbhit())
        printf("too early ");
    printf("go ");
    while (!_kbhit())
        Sleep(1);
    printf("%d", _getch());
    printf("%d done\n", _kbhit());
}

static void hits(void)
{
    on_terminal(kbhit_body);
    CHECK(expect("go "));
    CHECK(!is_as_usual());
    type("k");
    CHECK(expect("go 1070 done"));
    /* The last _kbhit has switched the terminal again: the end of the program sets it back. */
    done();
}

static void blocked_body(void)
{
    printf("ready ");
    _getch();
    printf("not reached");
}

static void ends_by(int signal_number, const char *key)
{
    int status;

    on_terminal(blocked_body);
    CHECK(expect("ready "));
    CHECK(becomes_unusual());
    if (key)
        type(key);
    else
        kill(child, signal_number);
    status = end_of_child();
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signal_number);
    CHECK(is_as_usual());
    close(terminal);
}

static void signals(void)
{
    ends_by(SIGTERM, NULL);
    ends_by(SIGHUP, NULL);
    ends_by(SIGINT, "\003");
    ends_by(SIGABRT, NULL);
}

static void looks_body(void)
{
    COORD place = {4, 2};
    TCHAR title[16];
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);

    if (!SetConsoleTitle(TEXT("Gr\u00fcn")) || GetConsoleTitle(title, 16) != (DWORD)lstrlen(TEXT("Gr\u00fcn")) ||
        lstrcmp(title, TEXT("Gr\u00fcn")) != 0)
        printf("no title ");
    if (!SetConsoleTextAttribute(output, FOREGROUND_RED | FOREGROUND_INTENSITY | BACKGROUND_BLUE) ||
        !SetConsoleCursorPosition(output, place) || !SetConsoleTextAttribute(output, 7))
        printf("no looks ");
    printf("done\n");
}

static void looks(void)
{
    on_terminal(looks_body);
    CHECK(expect("\033]0;Gr\xC3\xBCn\a\033[0;91;44m\033[3;5H\033[0mdone"));
    done();
}

static volatile LONG events;
static volatile LONG declined;

static BOOL WINAPI last_added(DWORD event)
{
    InterlockedExchange(&events, (LONG)event + 1);
    return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
}

static BOOL WINAPI first_added(DWORD event)
{
    InterlockedExchange(&declined, (LONG)event + 1);
    return FALSE;
}

static void wait_for(volatile LONG *variable, LONG value)
{
    int i;

    for (i = 0; i < PATIENCE_MS && InterlockedAdd(variable, 0) != value; i++)
        Sleep(1);
    printf("%d ", (int)*variable);
    fflush(stdout);
}

static void control_body(void)
{
    BOOL added = SetConsoleCtrlHandler(first_added, TRUE) && SetConsoleCtrlHandler(last_added, TRUE);

    printf("%d ready ", added);
    fflush(stdout);
    wait_for(&events, CTRL_C_EVENT + 1);
    wait_for(&events, CTRL_BREAK_EVENT + 1);
    printf("%d ", SetConsoleCtrlHandler(first_added, FALSE));
    printf("%d ", SetConsoleCtrlHandler(first_added, FALSE));
    printf("%u ", GetLastError());
    printf("%d ", SetConsoleCtrlHandler(NULL, TRUE));
    fflush(stdout);
    raise(SIGINT);
    printf("ignored ");
    fflush(stdout);
    Sleep(INFINITE);
}

static void control(void)
{
    int status;

    on_terminal(control_body);
    CHECK(expect("1 ready "));
    type("\003");
    CHECK(expect("1 ready ^C1 ") || strstr(seen, "1 ready 1 "));
    kill(child, SIGQUIT);
    CHECK(expect("2 1 0 87 1 ignored "));
    kill(child, SIGTERM);
    status = end_of_child();
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    close(terminal);
}

/* On pipes there are no keys, only bytes, and no control sequences. */
static void pipes(void)
{
    int input[2], output[2], saved[2], i, found[5];
    char text[64];
    ssize_t count;

    CHECK(pipe(input) == 0 && pipe(output) == 0 && write(input[1], "ab\n", 3) == 3);
    fflush(stdout);
    saved[0] = dup(0);
    saved[1] = dup(1);
    dup2(input[0], 0);
    dup2(output[1], 1);
    found[0] = _kbhit();
    for (i = 1; i < 4; i++)
        found[i] = _getch();
    close(input[1]);
    found[4] = _kbhit() * 100 + _getch();
    SetConsoleTitleA("nothing of this");
    i = SetConsoleTextAttribute(GetStdHandle(STD_OUTPUT_HANDLE), 3);
    _cputs("text");
    dup2(saved[0], 0);
    dup2(saved[1], 1);
    count = read(output[0], text, sizeof(text));
    CHECK(found[0] == 1 && found[1] == 'a' && found[2] == 'b' && found[3] == '\n' && found[4] == EOF);
    CHECK(i == FALSE && count == 4 && memcmp(text, "text", 4) == 0);
    close(input[0]);
    close(output[0]);
    close(output[1]);
    close(saved[0]);
    close(saved[1]);
}

static void code_pages(void)
{
    CHECK(GetConsoleCP() == 65001 && GetConsoleOutputCP() == 65001);
    CHECK_SUCCEEDS(SetConsoleOutputCP(CP_UTF8));
    CHECK_FAILS(SetConsoleCP(12345), ERROR_INVALID_PARAMETER);
    if (IsValidCodePage(1251))
        CHECK(SetConsoleCP(1251) && GetConsoleCP() == 1251 && GetConsoleOutputCP() == 65001);
    CHECK(GetStdHandle(STD_INPUT_HANDLE) == (HANDLE)4 && GetStdHandle(STD_ERROR_HANDLE) == (HANDLE)12);
    CHECK_FAILS(GetStdHandle(5) != INVALID_HANDLE_VALUE, ERROR_INVALID_HANDLE);
}

/* What a box prints, and that no answer makes a program ask for ever. */
static void boxes(void)
{
    int output[2], saved;
    char text[64] = "";

    CHECK(pipe(output) == 0);
    saved = dup(2);
    dup2(output[1], 2);
    CHECK(MessageBox(NULL, TEXT("t\u00e4xt"), TEXT("title"), MB_OK) == IDOK && MessageBoxA(NULL, "again?", NULL, MB_RETRYCANCEL) == IDCANCEL);
    CHECK(MessageBoxW(NULL, L"really?", L"", MB_YESNO | MB_ICONWARNING) == IDYES);
    OutputDebugString(TEXT("nobody reads this\n"));
    SetEnvironmentVariableA("MAILSLOT_DEBUG_OUTPUT", "1");
    OutputDebugString(TEXT("debug\n"));
    SetEnvironmentVariableA("MAILSLOT_DEBUG_OUTPUT", NULL);
    dup2(saved, 2);
    CHECK(read(output[0], text, sizeof(text) - 1) > 0 && strcmp(text, "title: t\xC3\xA4xt\nError: again?\nreally?\ndebug\n") == 0);
    close(saved);
    close(output[0]);
    close(output[1]);
}

int main(void)
{
    tap_run("keys without Enter and unseen", keys);
    tap_run("_kbhit does not wait", hits);
    tap_run("a signal that ends the program sets the terminal back", signals);
    tap_run("titles, colours, places", looks);
    tap_run("signals as console events", control);
    tap_run("pipes", pipes);
    tap_run("code pages and standard handles", code_pages);
    tap_run("message boxes", boxes);
    return tap_end();
}
