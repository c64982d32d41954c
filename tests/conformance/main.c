/*
 * How mailslots behave, one line of TAP for each documented behaviour. Only Win32 names and the C library: the same source is built
 * for Windows and Wine with MinGW, and here with cc. README.md says how.
 *
 *   conformance                       every behaviour, each in a process of its own
 *   conformance B39 B73               these
 *   conformance --in-process B39 …    these, in this process: what the two above start one by one, and what a debugger wants
 *   conformance --list                number, source and text of each, with tabs between
 *   conformance --patience SECONDS …  how long a behaviour may take before it is ended: 20 if not given
 *   conformance --role ROLE …         what some behaviours start as their children
 */
#include <stdlib.h>

#include "suite.h"

typedef struct {
    int number;
    const char *source;
    const char *text;
    void (*test)(void);
} behaviour;

#define ROW(number, source, text) {number, source, text, b##number},
static const behaviour behaviours[] = {BEHAVIOURS(ROW)};
#define COUNT ((int)(sizeof(behaviours) / sizeof(behaviours[0])))

/* Exit codes of a process that ran one behaviour and has printed its line. */
enum { HELD = 0, DID_NOT_HOLD = 1 };

static const char *self;
static DWORD patience_ms = 20000;
static BOOL is_good = TRUE;
static const char *skip_reason;

static void fails(const char *file, int line, const char *what, const char *result, DWORD last_error)
{
    const char *base = file + strlen(file);

    while (base > file && base[-1] != '/' && base[-1] != '\\')
        base--;
    if (last_error == UNTOUCHED)
        printf("# %s:%d: %s (%slast error untouched)\n", base, line, what, result);
    else
        printf("# %s:%d: %s (%slast error %u)\n", base, line, what, result, (unsigned)last_error);
    is_good = FALSE;
}

BOOL check(BOOL holds, const char *file, int line, const char *what)
{
    if (!holds)
        fails(file, line, what, "", GetLastError());
    return holds;
}

void check_call(BOOL as_expected, DWORD last_error, const char *file, int line, const char *what)
{
    DWORD found = GetLastError();

    if (!as_expected || found != last_error)
        fails(file, line, what, as_expected ? "" : "not so; ", found);
}

void skip(const char *reason)
{
    skip_reason = reason;
}

static void print_result(BOOL good, const behaviour *one, const char *directive, const char *detail)
{
    printf("%sok %d - B%d [%s] %s%s%s\n", good ? "" : "not ", one->number, one->number, one->source, one->text, directive, detail);
    fflush(stdout);
}

static int run_here(const behaviour *one)
{
    is_good = TRUE;
    skip_reason = NULL;
    one->test();
    if (is_good && skip_reason)
        print_result(TRUE, one, " # SKIP ", skip_reason);
    else
        print_result(is_good, one, "", "");
    return is_good ? HELD : DID_NOT_HOLD;
}

BOOL start_self(const char *arguments, BOOL inherit_handles, PROCESS_INFORMATION *process)
{
    STARTUPINFOA startup;
    char command[1024];

    memset(&startup, 0, sizeof(startup));
    startup.cb = sizeof(startup);
    snprintf(command, sizeof(command), "\"%s\" %s", self, arguments);
    fflush(stdout);
    return CHECK(CreateProcessA(NULL, command, NULL, NULL, inherit_handles, 0, NULL, NULL, &startup, process));
}

DWORD finish(PROCESS_INFORMATION *process)
{
    DWORD code = 0xDEAD;

    CHECK(WaitForSingleObject(process->hProcess, LONG_WAIT) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process->hProcess, &code));
    CloseHandle(process->hThread);
    CloseHandle(process->hProcess);
    return code;
}

/* A behaviour that hangs or crashes is one that does not hold, and the next ones still run. */
static BOOL run_apart(const behaviour *one)
{
    PROCESS_INFORMATION process;
    char arguments[64], detail[64];
    DWORD code = 0xDEAD;
    BOOL has_ended;

    snprintf(arguments, sizeof(arguments), "--in-process B%d", one->number);
    is_good = TRUE;
    if (!start_self(arguments, TRUE, &process)) {
        print_result(FALSE, one, "", " (cannot be started)");
        return FALSE;
    }
    has_ended = WaitForSingleObject(process.hProcess, patience_ms) == WAIT_OBJECT_0;
    if (!has_ended) {
        TerminateProcess(process.hProcess, DID_NOT_HOLD);
        WaitForSingleObject(process.hProcess, INFINITE);
    }
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    if (!has_ended) {
        print_result(FALSE, one, "", " (timed out)");
    } else if (code != HELD && code != DID_NOT_HOLD) {
        snprintf(detail, sizeof(detail), " (crashed: exit code 0x%X)", (unsigned)code);
        print_result(FALSE, one, "", detail);
    }
    return has_ended && code == HELD;
}

static const behaviour *find(const char *name)
{
    int number = name[0] == 'B' || name[0] == 'b' ? atoi(name + 1) : 0;

    if (number >= 1 && number <= COUNT)
        return &behaviours[number - 1];
    fprintf(stderr, "no behaviour %s: there are B1 to B%d\n", name, COUNT);
    exit(2);
}

static int list(void)
{
    int i;

    for (i = 0; i < COUNT; i++)
        printf("B%d\t%s\t%s\n", behaviours[i].number, behaviours[i].source, behaviours[i].text);
    return 0;
}

int main(int argc, char **argv)
{
    BOOL all_hold = TRUE;
    int i = 1;

    self = argv[0];
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return list();
    if (argc > 2 && strcmp(argv[1], "--in-process") == 0) {
        for (i = 2; i < argc; i++)
            all_hold &= run_here(find(argv[i])) == HELD;
        return all_hold ? HELD : DID_NOT_HOLD;
    }
    if (argc > 2 && strcmp(argv[1], "--role") == 0)
        return play_role(argc - 2, argv + 2);
    if (argc > 2 && strcmp(argv[1], "--patience") == 0) {
        patience_ms = (DWORD)atoi(argv[2]) * 1000;
        i = 3;
    }
    if (i < argc) {
        printf("1..%d\n", argc - i);
        for (; i < argc; i++)
            all_hold &= run_apart(find(argv[i]));
    } else {
        printf("1..%d\n", COUNT);
        for (i = 0; i < COUNT; i++)
            all_hold &= run_apart(&behaviours[i]);
    }
    return all_hold ? HELD : DID_NOT_HOLD;
}
