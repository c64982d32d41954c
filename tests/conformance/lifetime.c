/* Lifetimes, and handles of several processes: B92 to B94, B103; and the table of what children do. */
#include <stdlib.h>

#include "children.h"
#include "suite.h"

#define FAILS_TO_OPEN(name, error) CHECK_FAILS(open_with((name), GENERIC_WRITE, OPEN_EXISTING, 0) != NO_HANDLE, error)

int play_role(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*play)(int argc, char **argv);
    } roles[] = {
        {"write-numbered", child_writes_numbered}, {"set-timeout", child_sets_timeout}, {"read-duplicate", child_reads_duplicate},
        {"hold", child_holds},                     {"uses", child_uses},
    };
    size_t i;

    for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        if (strcmp(argv[0], roles[i].name) == 0)
            return roles[i].play(argc - 1, argv + 1);
    return 2;
}

/* A client of a slot that a child is about to create. */
static HANDLE open_when_there(const char *name)
{
    HANDLE client;
    int i;

    for (i = 0; i < 1000; i++) {
        client = open_with(name, GENERIC_WRITE, OPEN_EXISTING, 0);
        if (client != NO_HANDLE)
            return client;
        Sleep(10);
    }
    CHECK(!"the child creates its slot");
    return NO_HANDLE;
}

/* Is told the number of its handle through a slot of its own. */
int child_reads_duplicate(int argc, char **argv)
{
    HANDLE control = CreateMailslotA(SLOT("b92-control"), sizeof(ULONGLONG), LONG_WAIT, NULL);
    ULONGLONG number = 0;
    DWORD size = 0;

    (void)argv;
    if (argc != 0 || control == NO_HANDLE)
        return 2;
    if (!ReadFile(control, &number, sizeof(number), &size, NULL) || size != sizeof(number))
        return 3;
    return reads_text((HANDLE)(ULONG_PTR)number, "for the child") ? 0 : 4;
}

void b92(void)
{
    HANDLE slot = create_slot(SLOT("b92"), 0, 0);
    HANDLE client = open_client(SLOT("b92"));
    HANDLE control, theirs = NULL;
    PROCESS_INFORMATION child;
    ULONGLONG number;

    CHECK(write_text(client, "for the child"));
    if (!start_self("--role read-duplicate", FALSE, &child))
        return;
    control = open_when_there(SLOT("b92-control"));
    CHECK(DuplicateHandle(GetCurrentProcess(), slot, child.hProcess, &theirs, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(CloseHandle(client) && CloseHandle(slot));
    /* The slot lives in the child alone. */
    CHECK(CloseHandle(open_client(SLOT("b92"))));
    number = (ULONGLONG)(ULONG_PTR)theirs;
    CHECK(write_bytes(control, &number, sizeof(number)));
    CHECK(finish(&child) == 0);
    FAILS_TO_OPEN(SLOT("b92"), ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(control));
}

void b93(void)
{
    HANDLE old_slot = create_slot(SLOT("b93"), 0, 0);
    HANDLE client = open_client(SLOT("b93"));

    CHECK(CloseHandle(old_slot));
    FAILS_TO_OPEN(SLOT("b93"), ERROR_FILE_NOT_FOUND);
    CHECK(CloseHandle(create_slot(SLOT("b93"), 0, 0)));
    CHECK(CloseHandle(client));
}

int child_holds(int argc, char **argv)
{
    HANDLE slot, client;

    if (argc != 1)
        return 2;
    slot = CreateMailslotA(argv[0], 0, 0, NULL);
    client = open_client(argv[0]);
    if (slot == NO_HANDLE || !write_text(client, "to be lost"))
        return 3;
    Sleep(LONG_WAIT);
    return 0;
}

void b94(void)
{
    HANDLE client, slot;
    PROCESS_INFORMATION child;

    if (!start_self("--role hold " SLOT("b94"), FALSE, &child))
        return;
    client = open_when_there(SLOT("b94"));
    CHECK(CreateMailslotA(SLOT("b94"), 0, 0, NULL) == NO_HANDLE && GetLastError() == ERROR_ALREADY_EXISTS);
    CHECK(CloseHandle(client));
    CHECK(TerminateProcess(child.hProcess, 99));
    CHECK(finish(&child) == 99);
    FAILS_TO_OPEN(SLOT("b94"), ERROR_FILE_NOT_FOUND);
    slot = create_slot(SLOT("b94"), 0, 0);
    CHECK(queue_is(slot, MAILSLOT_NO_MESSAGE, 0));
    CHECK(CloseHandle(slot));
}

/* 1: the number means no handle here. */
int child_uses(int argc, char **argv)
{
    HANDLE slot;

    if (argc != 1)
        return 2;
    slot = (HANDLE)(ULONG_PTR)strtoull(argv[0], NULL, 10);
    if (GetMailslotInfo(slot, NULL, NULL, NULL, NULL))
        return 0;
    return GetLastError() == ERROR_INVALID_HANDLE ? 1 : 2;
}

static DWORD used_in_child(HANDLE slot)
{
    PROCESS_INFORMATION child;
    char role[64];

    snprintf(role, sizeof(role), "--role uses %llu", (unsigned long long)(ULONG_PTR)slot);
    return start_self(role, TRUE, &child) ? finish(&child) : 0xDEAD;
}

void b103(void)
{
    HANDLE slot = create_slot(SLOT("b103"), 0, 0);

    CHECK(used_in_child(slot) == 1);
    CHECK(SetHandleInformation(slot, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    CHECK(used_in_child(slot) == 0);
    CHECK(CloseHandle(slot));
}
