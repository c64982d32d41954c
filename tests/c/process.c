/*
 * CreateProcess and the handles of processes. The program starts itself: with arguments it is the child, and its first argument
 * says what it does. Compiled as C and as C++, ANSI and UNICODE, with both widths of wchar_t.
 */
#include <dirent.h>
#include <errno.h>
#include <process.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <windows.h>

#include "slots.h"
#include "tap.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

extern char **environ;

static TCHAR self[4096];

static void copy(LPTSTR out, const char *text)
{
    while ((*out++ = (TCHAR)(unsigned char)*text++) != 0)
        continue;
}

static LPTSTR append(LPTSTR out, LPCTSTR text)
{
    lstrcat(out, text);
    return out;
}

/* Starts this program with these arguments, as they stand in a command line. */
static BOOL start_with(LPCTSTR arguments, BOOL inherit, DWORD flags, LPVOID environment, LPCTSTR directory, LPSTARTUPINFO startup,
                       LPPROCESS_INFORMATION information)
{
    TCHAR line[8192];
    STARTUPINFO nothing;

    ZeroMemory(&nothing, sizeof(nothing));
    nothing.cb = sizeof(nothing);
    line[0] = 0;
    append(append(append(append(line, TEXT("\"")), self), TEXT("\" ")), arguments);
    return CreateProcess(NULL, line, NULL, NULL, inherit, flags, environment, directory, startup ? startup : &nothing, information);
}

static BOOL start(LPCTSTR arguments, LPPROCESS_INFORMATION information)
{
    return start_with(arguments, FALSE, 0, NULL, NULL, NULL, information);
}

static void close_both(const PROCESS_INFORMATION *information)
{
    CHECK_SUCCEEDS(CloseHandle(information->hThread));
    CHECK_SUCCEEDS(CloseHandle(information->hProcess));
}

/* Waits for a child's end, closes its handles, and tells its exit code. */
static DWORD finish(const PROCESS_INFORMATION *information)
{
    DWORD code = 0xDEAD;

    CHECK(WaitForSingleObject(information->hProcess, 60000) == WAIT_OBJECT_0);
    CHECK_SUCCEEDS(GetExitCodeProcess(information->hProcess, &code));
    close_both(information);
    return code;
}

static DWORD result_of(LPCTSTR arguments)
{
    PROCESS_INFORMATION information;

    if (!start(arguments, &information))
        return 0xDEAD;
    return finish(&information);
}

/* The library's thread may still be busy with the last child: so counts are compared by "not more". */
static int descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* Whether there is a child, running or a zombie. */
static int children(void)
{
    siginfo_t information;

    return waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == -1 ? 0 : 1;
}

/* The child. */

static int child_arguments(int argc, char **argv)
{
    static const char *const expected[] = {"arguments", "a b c", "ab\"c", "\\", "d", "", "a\\\\\\b", "de fg", "\xC3\x84"};
    int i;

    if (argc != (int)LENGTH(expected) + 1)
        return 100 + argc;
    for (i = 0; i < (int)LENGTH(expected); i++)
        if (strcmp(argv[i + 1], expected[i]) != 0)
            return i + 1;
    return 0;
}

static int child(int argc, char **argv)
{
    const char *role = argv[1];

    if (strcmp(role, "arguments") == 0)
        return child_arguments(argc, argv);
    if (strcmp(role, "exit") == 0)
        return atoi(argv[2]);
    if (strcmp(role, "raise") == 0) {
        /* A sanitizer would rather report it. */
        signal(atoi(argv[2]), SIG_DFL);
        raise(atoi(argv[2]));
        return 0;
    }
    if (strcmp(role, "sleep") == 0) {
        Sleep((DWORD)atoi(argv[2]));
        return 7;
    }
    if (strcmp(role, "environment") == 0) {
        const char *value = getenv("MAILSLOT_TEST_VALUE");
        return value && strcmp(value, argv[2]) == 0 ? 0 : 1;
    }
    if (strcmp(role, "directory") == 0) {
        char here[4096];
        return getcwd(here, sizeof(here)) && strcmp(here, argv[2]) == 0 ? 0 : 1;
    }
    if (strcmp(role, "write") == 0) {
        HANDLE handle = (HANDLE)(ULONG_PTR)strtoul(argv[2], NULL, 10);
        return write_text(handle, "from the child") ? 0 : 100 + (int)GetLastError();
    }
    if (strcmp(role, "wait") == 0) {
        HANDLE handle = (HANDLE)(ULONG_PTR)strtoul(argv[2], NULL, 10);
        DWORD code = 0;
        if (WaitForSingleObject(handle, 60000) != WAIT_OBJECT_0 || !GetExitCodeProcess(handle, &code))
            return 100 + (int)GetLastError();
        return (int)code;
    }
    if (strcmp(role, "echo") == 0) {
        char text[64];
        ssize_t size = read(0, text, sizeof(text));
        return size > 0 && write(1, text, (size_t)size) == size && write(2, "!", 1) == 1 ? 0 : 1;
    }
    if (strcmp(role, "descriptors") == 0)
        return descriptors();
    return 99;
}

/* The parent. */

static void arguments_arrive_as_they_were_quoted(void)
{
    TCHAR line[8192], accent[4];
    PROCESS_INFORMATION information;
    STARTUPINFO startup;

    accent[0] = sizeof(TCHAR) == 1 ? (TCHAR)0xC3 : (TCHAR)0xC4;
    accent[1] = sizeof(TCHAR) == 1 ? (TCHAR)0x84 : 0;
    accent[2] = 0;
    line[0] = 0;
    append(line, TEXT("arguments \"a b c\" \"ab\\\"c\" \"\\\\\" d \"\" a\\\\\\b d\"e f\"g "));
    CHECK(result_of(append(line, accent)) == 0);
    /* An application name of its own, and a first argument that is anything. */
    ZeroMemory(&startup, sizeof(startup));
    lstrcpy(line, TEXT("anything exit 21"));
    CHECK_SUCCEEDS(CreateProcess(self, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information));
    CHECK(finish(&information) == 21);
    CHECK(lstrcmp(line, TEXT("anything exit 21")) == 0);
}

static void programs_are_looked_for(void)
{
    PROCESS_INFORMATION information;
    STARTUPINFO startup;
    TCHAR line[64];

    ZeroMemory(&startup, sizeof(startup));
    lstrcpy(line, TEXT("sh.exe -c \"exit 5\""));
    CHECK_SUCCEEDS(CreateProcess(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information));
    CHECK(finish(&information) == 5);
    lstrcpy(line, TEXT("\\bin\\sh -c \"exit 6\""));
    CHECK_SUCCEEDS(CreateProcess(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information));
    CHECK(finish(&information) == 6);
}

static void failures_have_codes(void)
{
    PROCESS_INFORMATION information;
    STARTUPINFO startup;
    TCHAR line[64];
    static TCHAR longest[40000];
    FILE *script;
    int before;

    ZeroMemory(&startup, sizeof(startup));
    ZeroMemory(&information, sizeof(information));
    before = descriptors();
#define FAILS(application, directory, error)                                                                               \
    CHECK_FAILS(CreateProcess(application, NULL, NULL, NULL, FALSE, 0, NULL, directory, &startup, &information), error)
    FAILS(TEXT("no such program"), NULL, ERROR_FILE_NOT_FOUND);
    FAILS(TEXT("/no/such/folder/x"), NULL, ERROR_PATH_NOT_FOUND);
    FAILS(TEXT(""), NULL, ERROR_PATH_NOT_FOUND);
    FAILS(TEXT("/"), NULL, ERROR_ACCESS_DENIED);
    FAILS(TEXT("/etc/passwd"), NULL, ERROR_ACCESS_DENIED);
    FAILS(NULL, NULL, ERROR_INVALID_PARAMETER);
    FAILS(self, TEXT("/no/such/folder"), ERROR_DIRECTORY);
    script = fopen("not_a_program", "w");
    fputs("just text\n", script);
    fclose(script);
    CHECK(system("chmod +x not_a_program") == 0);
    FAILS(TEXT("not_a_program"), NULL, ERROR_BAD_EXE_FORMAT);
    CHECK_FAILS(CreateProcess(TEXT("not_a_program"), NULL, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup, &information),
                ERROR_BAD_EXE_FORMAT);
    unlink("not_a_program");
    lstrcpy(line, TEXT("no_such_program with arguments"));
    CHECK_FAILS(CreateProcess(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information), ERROR_FILE_NOT_FOUND);
    for (; before < 0 || lstrlen(longest) < 33000;)
        append(longest + lstrlen(longest), TEXT("0123456789012345678901234567890123456789012345678901234567890123456789"));
    CHECK_FAILS(CreateProcess(NULL, longest, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information), ERROR_FILENAME_EXCED_RANGE);
    CHECK_FAILS(CreateProcess(self, NULL, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &information), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateProcess(self, NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, NULL), ERROR_INVALID_PARAMETER);
    CHECK(information.hProcess == NULL);
    CHECK(children() == 0);
    CHECK(descriptors() <= before);
}

static void exit_codes(void)
{
    static const struct {
        LPCTSTR arguments;
        DWORD code;
    } table[] = {
        {TEXT("exit 0"), 0},         {TEXT("exit 7"), 7},          {TEXT("exit 255"), 255},      {TEXT("raise 11"), 0xC0000005},
        {TEXT("raise 2"), 0xC000013A}, {TEXT("raise 6"), 3},       {TEXT("raise 15"), 128 + 15},
    };
    PROCESS_INFORMATION information;
    HANDLE second = NULL;
    DWORD code;
    size_t i;

    for (i = 0; i < LENGTH(table); i++)
        CHECK(result_of(table[i].arguments) == table[i].code);
    /* A duplicate tells it as well, also when it was made before the end, and the first handle is closed. */
    CHECK(start(TEXT("exit 9"), &information));
    CHECK_SUCCEEDS(DuplicateHandle(GetCurrentProcess(), information.hProcess, GetCurrentProcess(), &second, 0, FALSE,
                                   DUPLICATE_SAME_ACCESS));
    CHECK(second != information.hProcess);
    CHECK(finish(&information) == 9);
    CHECK(WaitForSingleObject(second, 0) == WAIT_OBJECT_0);
    CHECK_SUCCEEDS(GetExitCodeProcess(second, &code) && code == 9);
    CHECK_SUCCEEDS(CloseHandle(second));
    CHECK_FAILS(GetExitCodeProcess(second, &code), ERROR_INVALID_HANDLE);
    CHECK_SUCCEEDS(GetExitCodeProcess(GetCurrentProcess(), &code) && code == STILL_ACTIVE);
    CHECK_FAILS(GetExitCodeProcess(NULL, &code), ERROR_INVALID_HANDLE);
}

static void a_running_process_is_not_signalled(void)
{
    PROCESS_INFORMATION information;
    HANDLE both[2];
    DWORD code;

    CHECK(start(TEXT("sleep 60000"), &information));
    CHECK(WaitForSingleObject(information.hProcess, 0) == WAIT_TIMEOUT);
    CHECK(WaitForSingleObject(information.hProcess, 20) == WAIT_TIMEOUT);
    CHECK_SUCCEEDS(GetExitCodeProcess(information.hProcess, &code) && code == STILL_ACTIVE);
    CHECK(GetProcessId(information.hProcess) == information.dwProcessId);
    CHECK(GetProcessId(GetCurrentProcess()) == GetCurrentProcessId());
    /* The thread ends with it, and a thread's handle is not the process's. */
    CHECK_FAILS(GetExitCodeProcess(information.hThread, &code), ERROR_INVALID_HANDLE);
    both[0] = information.hThread;
    both[1] = information.hProcess;
    CHECK(WaitForMultipleObjects(2, both, TRUE, 20) == WAIT_TIMEOUT);
    CHECK_SUCCEEDS(TerminateProcess(information.hProcess, 7));
    CHECK(WaitForMultipleObjects(2, both, TRUE, 60000) == WAIT_OBJECT_0);
    CHECK(finish(&information) == 7);
}

static void one_of_several_is_waited_for(void)
{
    PROCESS_INFORMATION information[4];
    HANDLE handles[5], client, server = create(SLOT("process\\busy"), 0, 0);
    LPCTSTR arguments[4] = {TEXT("sleep 60000"), TEXT("sleep 60000"), TEXT("sleep 50"), TEXT("sleep 60000")};
    int i;

    client = open_writer(SLOT("process\\busy"));
    for (i = 0; i < 4; i++) {
        CHECK(start(arguments[i], &information[i]));
        handles[i] = information[i].hProcess;
    }
    CHECK(WaitForMultipleObjects(4, handles, FALSE, 60000) == WAIT_OBJECT_0 + 2);
    CHECK(WaitForMultipleObjects(4, handles, TRUE, 50) == WAIT_TIMEOUT);
    CHECK(WaitForMultipleObjectsEx(2, handles, FALSE, 20, TRUE) == WAIT_TIMEOUT);
    /* With something else that is signalled. */
    handles[4] = client;
    CHECK(WaitForMultipleObjects(5, handles, FALSE, 60000) == WAIT_OBJECT_0 + 2);
    for (i = 0; i < 4; i++)
        if (i != 2)
            CHECK_SUCCEEDS(TerminateProcess(information[i].hProcess, 40 + (UINT)i));
    CHECK(WaitForMultipleObjects(5, handles, TRUE, 60000) == WAIT_OBJECT_0);
    for (i = 0; i < 4; i++)
        CHECK(finish(&information[i]) == (i == 2 ? 7u : 40u + (DWORD)i));
    CHECK(CloseHandle(client) && CloseHandle(server));
}

static void terminated_processes_have_the_code_they_were_given(void)
{
    PROCESS_INFORMATION information;

    CHECK(start(TEXT("sleep 60000"), &information));
    CHECK_SUCCEEDS(TerminateProcess(information.hProcess, 0x12345678));
    CHECK(WaitForSingleObject(information.hProcess, 60000) == WAIT_OBJECT_0);
    CHECK_FAILS(TerminateProcess(information.hProcess, 1), ERROR_ACCESS_DENIED);
    CHECK_FAILS(TerminateProcess(information.hThread, 1), ERROR_INVALID_HANDLE);
    CHECK(finish(&information) == 0x12345678);
    CHECK_FAILS(TerminateProcess(NULL, 1), ERROR_INVALID_HANDLE);
}

static void environments(void)
{
    static const char *const narrow = "PATH=/bin\0MAILSLOT_TEST_VALUE=of the block\0";
    char block[64];
    WCHAR wide[64];
    int i;

    PROCESS_INFORMATION information;

    setenv("MAILSLOT_TEST_VALUE", "own", 1);
    CHECK(result_of(TEXT("environment own")) == 0);
    memset(block, 0, sizeof(block));
    memcpy(block, narrow, 43);
    for (i = 0; i < 64; i++)
        wide[i] = (WCHAR)block[i];
    CHECK_SUCCEEDS(start_with(TEXT("environment \"of the block\""), FALSE, 0, block, NULL, NULL, &information));
    CHECK(finish(&information) == 0);
    CHECK_SUCCEEDS(start_with(TEXT("environment \"of the block\""), FALSE, CREATE_UNICODE_ENVIRONMENT, wide, NULL, NULL, &information));
    CHECK(finish(&information) == 0);
}

static void directories(void)
{
    PROCESS_INFORMATION information;

    CHECK_SUCCEEDS(start_with(TEXT("directory /"), FALSE, 0, NULL, TEXT("/"), NULL, &information));
    CHECK(finish(&information) == 0);
    CHECK_SUCCEEDS(start_with(TEXT("directory /usr"), FALSE, 0, NULL, TEXT("\\usr"), NULL, &information));
    CHECK(finish(&information) == 0);
}

static HANDLE handle_of(int descriptor)
{
    return (HANDLE)(ULONG_PTR)((descriptor + 1) << 2);
}

static void standard_handles(void)
{
    PROCESS_INFORMATION information;
    STARTUPINFO startup;
    int in[2], out[2];
    char text[8];

    CHECK(pipe(in) == 0 && pipe(out) == 0);
    GetStartupInfo(&startup);
    CHECK(startup.cb == sizeof(startup) && startup.hStdError == handle_of(2));
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = handle_of(in[0]);
    startup.hStdOutput = startup.hStdError = handle_of(out[1]);
    CHECK_SUCCEEDS(start_with(TEXT("echo"), TRUE, 0, NULL, NULL, &startup, &information));
    CHECK(write(in[1], "hello", 5) == 5);
    CHECK(finish(&information) == 0);
    CHECK(read(out[0], text, sizeof(text)) == 6 && memcmp(text, "hello!", 6) == 0);
    /* Crossed, and without input. */
    startup.hStdInput = NULL;
    CHECK_SUCCEEDS(start_with(TEXT("echo"), FALSE, 0, NULL, NULL, &startup, &information));
    CHECK(finish(&information) == 1);
    startup.hStdOutput = handle_of(900);
    CHECK_FAILS(start_with(TEXT("echo"), FALSE, 0, NULL, NULL, &startup, &information), ERROR_INVALID_HANDLE);
    CHECK(close(in[0]) == 0 && close(in[1]) == 0 && close(out[0]) == 0 && close(out[1]) == 0);
}

static void with_number(LPTSTR out, LPCTSTR role, HANDLE handle)
{
    char number[32];
    TCHAR digits[32];

    snprintf(number, sizeof(number), " %u", (unsigned)(ULONG_PTR)handle);
    copy(digits, number);
    lstrcpy(out, role);
    lstrcat(out, digits);
}

static void b103_handles_are_inherited_by_value_if_both_say_so(void)
{
    SECURITY_ATTRIBUTES attributes = inheritable();
    HANDLE server = create(SLOT("process\\inherited"), 0, 0);
    HANDLE yes = CreateFile(SLOT("process\\inherited"), GENERIC_WRITE, FILE_SHARE_READ, &attributes, OPEN_EXISTING, 0, NULL);
    HANDLE no = open_writer(SLOT("process\\inherited"));
    PROCESS_INFORMATION information;
    TCHAR arguments[64];

    with_number(arguments, TEXT("write"), yes);
    CHECK_SUCCEEDS(start_with(arguments, TRUE, 0, NULL, NULL, NULL, &information));
    CHECK(finish(&information) == 0);
    CHECK(reads_text(server, "from the child"));
    CHECK_SUCCEEDS(start_with(arguments, FALSE, 0, NULL, NULL, NULL, &information));
    CHECK(finish(&information) == 100 + ERROR_INVALID_HANDLE);
    with_number(arguments, TEXT("write"), no);
    CHECK_SUCCEEDS(start_with(arguments, TRUE, 0, NULL, NULL, NULL, &information));
    CHECK(finish(&information) == 100 + ERROR_INVALID_HANDLE);
    CHECK(queue_is(server, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(no) && CloseHandle(yes) && CloseHandle(server));
}

/* Started by other means than CreateProcess, the child finds the handle all the same. */
static void b103_inheritance_by_posix_spawn_and_exec(void)
{
    SECURITY_ATTRIBUTES attributes = inheritable();
    HANDLE server = create(SLOT("process\\spawned"), 0, 0);
    HANDLE yes = CreateFile(SLOT("process\\spawned"), GENERIC_WRITE, FILE_SHARE_READ, &attributes, OPEN_EXISTING, 0, NULL);
    HANDLE no = open_writer(SLOT("process\\spawned"));
    HANDLE handles[2];
    int i, spawned, status;

    handles[0] = yes;
    handles[1] = no;
    for (i = 0; i < 2; i++)
        for (spawned = 0; spawned < 2; spawned++) {
            char program[] = "process", role[] = "write", number[32];
            char *arguments[4];
            pid_t pid = -1;

            snprintf(number, sizeof(number), "%u", (unsigned)(ULONG_PTR)handles[i]);
            arguments[0] = program;
            arguments[1] = role;
            arguments[2] = number;
            arguments[3] = NULL;
            if (spawned) {
                CHECK(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, arguments, environ) == 0);
            } else if ((pid = fork()) == 0) {
                execv("/proc/self/exe", arguments);
                _exit(127);
            }
            status = -1;
            CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
            CHECK(WEXITSTATUS(status) == (i == 0 ? 0 : 100 + ERROR_INVALID_HANDLE));
        }
    CHECK(queue_is(server, 14, 2));
    CHECK(CloseHandle(no) && CloseHandle(yes) && CloseHandle(server));
}

static void without_inheritance_only_standard_descriptors_are_left(void)
{
    PROCESS_INFORMATION information;
    int open_one = dup(1);
    DWORD inherited, none;

    CHECK_SUCCEEDS(start_with(TEXT("descriptors"), TRUE, 0, NULL, NULL, NULL, &information));
    inherited = finish(&information);
    CHECK_SUCCEEDS(start_with(TEXT("descriptors"), FALSE, 0, NULL, NULL, NULL, &information));
    none = finish(&information);
    CHECK(none < inherited);
    close(open_one);
}

static void process_handles_are_inherited_too(void)
{
    SECURITY_ATTRIBUTES attributes = inheritable();
    PROCESS_INFORMATION first, second;
    STARTUPINFO startup;
    TCHAR line[8192], arguments[64];

    ZeroMemory(&startup, sizeof(startup));
    lstrcpy(line, TEXT("x sleep 100"));
    CHECK_SUCCEEDS(CreateProcess(self, line, &attributes, NULL, FALSE, 0, NULL, NULL, &startup, &first));
    CHECK(handle_flags(first.hProcess) == HANDLE_FLAG_INHERIT && handle_flags(first.hThread) == 0);
    with_number(arguments, TEXT("wait"), first.hProcess);
    CHECK_SUCCEEDS(start_with(arguments, TRUE, 0, NULL, NULL, NULL, &second));
    CHECK(finish(&first) == 7);
    CHECK(finish(&second) == 7);
}

static void processes_are_opened_by_number(void)
{
    PROCESS_INFORMATION information;
    HANDLE opened, own;
    DWORD code, id;

    CHECK(start(TEXT("sleep 100"), &information));
    id = information.dwProcessId;
    CHECK_SUCCEEDS((opened = OpenProcess(PROCESS_ALL_ACCESS, FALSE, id)) != NULL);
    CHECK(GetProcessId(opened) == id);
    CHECK(finish(&information) == 7);
    CHECK(WaitForSingleObject(opened, 0) == WAIT_OBJECT_0);
    CHECK_SUCCEEDS(GetExitCodeProcess(opened, &code) && code == 7);
    CHECK_SUCCEEDS(CloseHandle(opened));
    CHECK_FAILS(OpenProcess(PROCESS_ALL_ACCESS, FALSE, id) != NULL, ERROR_INVALID_PARAMETER);
    CHECK_FAILS(OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0) != NULL, ERROR_INVALID_PARAMETER);
    own = OpenProcess(PROCESS_DUP_HANDLE, TRUE, GetCurrentProcessId());
    CHECK(own != NULL && handle_flags(own) == HANDLE_FLAG_INHERIT);
    CHECK(WaitForSingleObject(own, 0) == WAIT_TIMEOUT);
    CHECK_SUCCEEDS(CloseHandle(own));
}

/* A child of somebody else keeps its exit code for that one, and tells it here all the same. */
static void children_of_fork_are_not_taken_away(void)
{
    HANDLE opened;
    DWORD code = 0;
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        Sleep(50);
        _exit(33);
    }
    opened = OpenProcess(SYNCHRONIZE, FALSE, (DWORD)pid);
    CHECK(WaitForSingleObject(opened, 60000) == WAIT_OBJECT_0);
    CHECK_SUCCEEDS(GetExitCodeProcess(opened, &code) && code == 33);
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 33);
    CHECK_SUCCEEDS(GetExitCodeProcess(opened, &code) && code == 33);
    CHECK_SUCCEEDS(CloseHandle(opened));
}

static void no_zombies_and_no_descriptors_are_left(void)
{
    PROCESS_INFORMATION information;
    int before, i, patience;

    before = descriptors();

    for (i = 0; i < 20; i++) {
        CHECK(start(i % 2 ? TEXT("exit 0") : TEXT("sleep 30"), &information));
        close_both(&information);
    }
    for (patience = 0; (children() || descriptors() > before) && patience < 6000; patience++)
        Sleep(10);
    CHECK(children() == 0);
    CHECK(descriptors() <= before);
}

static void the_c_library_s_functions(void)
{
    static const char *const arguments[] = {"sh", "-c", "\"exit 12\"", NULL};
    intptr_t process;
    int status = 0;

    CHECK(_getpid() == (int)GetCurrentProcessId());
    CHECK(_spawnl(_P_WAIT, "/bin/sh", "sh", "-c", "\"exit 11\"", NULL) == 11);
    CHECK(_spawnlp(_P_WAIT, "sh", "sh", "-c", "\"exit 13\"", NULL) == 13);
    process = _spawnvp(_P_NOWAIT, "sh", arguments);
    CHECK(process != -1 && _cwait(&status, process, 0) == process && status == 12);
    CHECK(_cwait(NULL, process, 0) == -1 && errno == ECHILD);
    CHECK(_spawnv(_P_NOWAITO, "/bin/sh", arguments) == 0);
    CHECK(_spawnl(_P_WAIT, "/no/such/program", "x", NULL) == -1 && errno == ENOENT);
    CHECK(_execl("/no/such/program", "x", NULL) == -1 && errno == ENOENT);
}

static void accepted_flags(void)
{
    static const DWORD flags[] = {CREATE_NEW_CONSOLE, DETACHED_PROCESS, CREATE_NO_WINDOW, CREATE_NEW_PROCESS_GROUP,
                                  NORMAL_PRIORITY_CLASS | CREATE_DEFAULT_ERROR_MODE};
    PROCESS_INFORMATION information;
    size_t i;

    for (i = 0; i < LENGTH(flags); i++) {
        CHECK_SUCCEEDS(start_with(TEXT("exit 3"), FALSE, flags[i], NULL, NULL, NULL, &information));
        CHECK(WaitForInputIdle(information.hProcess, INFINITE) == 0);
        CHECK(finish(&information) == 3);
    }
}

static void a_suspended_process_does_not_run(void)
{
    PROCESS_INFORMATION information;
    DWORD code;

    CHECK_SUCCEEDS(start_with(TEXT("exit 3"), FALSE, CREATE_SUSPENDED, NULL, NULL, NULL, &information));
    CHECK(WaitForSingleObject(information.hProcess, 50) == WAIT_TIMEOUT);
    CHECK_SUCCEEDS(TerminateProcess(information.hProcess, 77));
    CHECK(finish(&information) == 77);
    CHECK_SUCCEEDS(start_with(TEXT("exit 3"), FALSE, CREATE_SUSPENDED, NULL, NULL, NULL, &information));
    CHECK(WaitForSingleObject(information.hThread, 20) == WAIT_TIMEOUT);
    CHECK_SUCCEEDS(ResumeThread(information.hThread) == 1);
    CHECK(WaitForSingleObject(information.hThread, 60000) == WAIT_OBJECT_0);
    CHECK_SUCCEEDS(ResumeThread(information.hThread) == 0);
    CHECK_SUCCEEDS(GetExitCodeThread(information.hThread, &code) && code == 3);
    CHECK(finish(&information) == 3);
}

int main(int argc, char **argv)
{
    char path[4096];
    ssize_t length;

    if (argc > 1)
        return child(argc, argv);
    length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    path[length < 0 ? 0 : length] = 0;
    copy(self, path);
    tap_run("arguments arrive as they were quoted", arguments_arrive_as_they_were_quoted);
    tap_run("programs are looked for as on Windows", programs_are_looked_for);
    tap_run("failures have Windows' codes and leave nothing behind", failures_have_codes);
    tap_run("exit codes, of killed processes too, through duplicates", exit_codes);
    tap_run("a running process is not signalled", a_running_process_is_not_signalled);
    tap_run("waits for one, for all, alertably, with other objects", one_of_several_is_waited_for);
    tap_run("TerminateProcess gives the exit code", terminated_processes_have_the_code_they_were_given);
    tap_run("environment blocks, narrow and wide", environments);
    tap_run("current directory", directories);
    tap_run("standard handles", standard_handles);
    tap_run("B103 inheritance by value", b103_handles_are_inherited_by_value_if_both_say_so);
    tap_run("B103 inheritance by posix_spawn and exec", b103_inheritance_by_posix_spawn_and_exec);
    tap_run("without inheritance only standard descriptors are left", without_inheritance_only_standard_descriptors_are_left);
    tap_run("process handles are inherited by value", process_handles_are_inherited_too);
    tap_run("OpenProcess", processes_are_opened_by_number);
    tap_run("children of fork keep their exit status", children_of_fork_are_not_taken_away);
    tap_run("no zombie and no descriptor is left", no_zombies_and_no_descriptors_are_left);
    tap_run("_spawn, _exec and _cwait", the_c_library_s_functions);
    tap_run("creation flags", accepted_flags);
    tap_run("a suspended process does not run", a_suspended_process_does_not_run);
    return tap_end();
}
