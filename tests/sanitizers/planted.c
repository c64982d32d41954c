/*
 * Bugs on purpose, one per run, named by the argument: what a sanitizer that is really there reports. The "library" ones happen
 * within libmailslot_win32, in a function that only sanitizer builds have.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#ifdef MAILSLOT_PLANTED_BUG
/* 0: reads one byte behind a block of the heap. 1: two threads write to one word. 2: forgets blocks. */
DWORD mailslot_planted_bug(DWORD kind);
#endif

static volatile int sink;
static int shared;

static void *increment(void *unused)
{
    (void)unused;
    shared++;
    return NULL;
}

static void overflow(void)
{
    char *block = (char *)calloc(1, 16);
    volatile int behind = 16;

    sink = block[behind];
    free(block);
}

static void race(void)
{
    pthread_t threads[2];
    int i;

    for (i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, increment, NULL);
    for (i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
}

/* Several, because the address of one may live on in a register or on the stack. */
static void leak(void)
{
    char *volatile block;
    int i;

    for (i = 0; i < 10; i++) {
        block = (char *)malloc(16);
        block[0] = 1;
    }
    block = NULL;
}

/* A promise of 100 bytes in a buffer of 10: the library's copy runs over the end. */
static void short_buffer(void)
{
    HANDLE slot = CreateMailslotA("\\\\.\\mailslot\\planted", 0, 0, NULL);
    HANDLE client = CreateFileA("\\\\.\\mailslot\\planted", GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    char *block = (char *)calloc(1, 10);
    volatile DWORD promised = 100;

    WriteFile(client, block, promised, NULL, NULL);
    free(block);
    CloseHandle(client);
    CloseHandle(slot);
}

int main(int argc, char **argv)
{
    const char *bug = argc == 2 ? argv[1] : "";

    if (strcmp(bug, "overflow") == 0)
        overflow();
    else if (strcmp(bug, "race") == 0)
        race();
    else if (strcmp(bug, "leak") == 0)
        leak();
    else if (strcmp(bug, "short-buffer") == 0)
        short_buffer();
#ifdef MAILSLOT_PLANTED_BUG
    else if (strcmp(bug, "library-overflow") == 0)
        sink = (int)mailslot_planted_bug(0);
    else if (strcmp(bug, "library-race") == 0)
        sink = (int)mailslot_planted_bug(1);
    else if (strcmp(bug, "library-leak") == 0)
        sink = (int)mailslot_planted_bug(2);
#endif
    else
        return 3;
    return 0;
}
