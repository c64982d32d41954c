/* Whoever may map an object may scribble in it: nothing crashes, and every wait ends by its timeout at the latest. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "objects.h"

#define PAGE 4096
/* Where the words that change lie: the state, and the sleepers with the numbers of processes. */
#define STATE 64
#define COUNTS 128
#define WORKERS 3

static unsigned char *map_object(const char *name)
{
    char path[4096];
    void *page;
    int file;

    snprintf(path, sizeof(path), "%s/.object-%s", getenv("MAILSLOT_DIR"), name);
    file = open(path, O_RDWR);
    page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(file >= 0 && page != MAP_FAILED);
    close(file);
    return page == MAP_FAILED ? NULL : (unsigned char *)page;
}

static HANDLE objects[3];
static int goes_on;

static int use_objects(void *argument)
{
    unsigned int i, seed = *(unsigned int *)argument;

    for (i = 0; __atomic_load_n(&goes_on, __ATOMIC_RELAXED); i++) {
        switch ((i + seed) % 8) {
        case 0:
            SetEvent(objects[0]);
            break;
        case 1:
            PulseEvent(objects[0]);
            break;
        case 2:
            ReleaseSemaphore(objects[2], (LONG)(i % 3), NULL);
            break;
        case 3:
            WaitForMultipleObjects(3, objects, TRUE, 1);
            ReleaseMutex(objects[1]);
            break;
        case 4:
            CloseHandle(OpenMutexA(MUTEX_ALL_ACCESS, FALSE, "vandal-mutex"));
            break;
        case 5:
            WaitForMultipleObjects(3, objects, FALSE, 1);
            break;
        default:
            WaitForSingleObject(objects[i % 3], 1);
            ReleaseMutex(objects[1]);
        }
    }
    return 1;
}

static void scribbling_does_not_hurt(void)
{
    unsigned int values[] = {0, 1, 2, 3, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFF, 0x80000000U, 0xC0000001U, 0xFFFFFFFFU};
    unsigned int seeds[WORKERS], random = 1, word;
    unsigned char *pages[3];
    thrd_t threads[WORKERS];
    ULONGLONG end;
    int i;

    objects[0] = CreateEventA(NULL, FALSE, FALSE, "vandal-event");
    objects[1] = CreateMutexA(NULL, FALSE, "vandal-mutex");
    objects[2] = CreateSemaphoreA(NULL, 1, 10, "vandal-semaphore");
    pages[0] = map_object("vandal-event");
    pages[1] = map_object("vandal-mutex");
    pages[2] = map_object("vandal-semaphore");
    __atomic_store_n(&goes_on, 1, __ATOMIC_RELAXED);
    for (i = 0; i < WORKERS; i++) {
        seeds[i] = (unsigned int)i;
        CHECK(start(&threads[i], use_objects, &seeds[i]));
    }
    for (end = GetTickCount64() + 1000; GetTickCount64() < end;) {
        for (i = 0; i < 1000; i++) {
            random = random * 1103515245U + 12345U;
            word = values[(random >> 16) % (sizeof(values) / sizeof(*values))];
            __atomic_store_n((unsigned int *)(void *)(pages[(random >> 8) % 3] + ((random >> 24) % 2 ? STATE : COUNTS) +
                                                      (random >> 12) % 3 * 4),
                             word, __ATOMIC_RELAXED);
        }
        Sleep(1);
    }
    __atomic_store_n(&goes_on, 0, __ATOMIC_RELAXED);
    for (i = 0; i < WORKERS; i++)
        CHECK(result_of(threads[i]));
    for (i = 0; i < 3; i++) {
        /* What the words were in the end does not matter: they can be set right. */
        memset(pages[i] + STATE, 0, 4);
        memset(pages[i] + COUNTS, 0, 4);
        munmap(pages[i], PAGE);
    }
    CHECK(SetEvent(objects[0]) && TAKES(objects[0]));
    CHECK(TAKES(objects[1]) && ReleaseMutex(objects[1]));
    CHECK(ReleaseSemaphore(objects[2], 1, NULL) && TAKES(objects[2]) && TIMES_OUT(objects[2]));
    CHECK(CloseHandle(objects[0]) && CloseHandle(objects[1]) && CloseHandle(objects[2]));
}

/* The fixed part is checked by whoever opens the object. */
static int opens_nothing(HANDLE unused)
{
    (void)unused;
    return CreateEventA(NULL, FALSE, FALSE, "damaged") == NULL && GetLastError() == ERROR_INVALID_HANDLE &&
           OpenEventA(EVENT_ALL_ACCESS, FALSE, "damaged") == NULL && GetLastError() == ERROR_INVALID_HANDLE;
}

static const char *self;

static void damaged_files_are_no_objects(void)
{
    /* Magic, version, kind; a name that leads elsewhere; one without an end. */
    static const int places[] = {0, 8, 12, 264, 256};
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, "damaged");
    unsigned char *page = map_object("damaged");
    unsigned char whole[512];
    size_t i;

    memcpy(whole, page, sizeof(whole));
    for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
        if (places[i] == 256)
            memset(page + 256, 'x', 256);
        else
            page[places[i]] = places[i] == 264 ? '/' : 0xEE;
        CHECK(has_succeeded(start_program(self, "damaged", NULL)));
        memcpy(page, whole, 64);
        memcpy(page + 256, whole + 256, 256);
    }
    munmap(page, PAGE);
    CHECK(SetEvent(event) && TAKES(event) && CloseHandle(event));
}

/* What is no object's file has the name: it is left as it is. */
static void other_files_are_left_alone(void)
{
    char path[4096];
    struct stat status;
    int file;

    snprintf(path, sizeof(path), "%s/.object-other", getenv("MAILSLOT_DIR"));
    file = open(path, O_RDWR | O_CREAT, 0644);
    CHECK(file >= 0 && fchmod(file, 0644) == 0 && close(file) == 0);
    CHECK_FAILS(CreateEventA(NULL, FALSE, FALSE, "other"), ERROR_INVALID_HANDLE);
    CHECK_FAILS(OpenEventA(EVENT_ALL_ACCESS, FALSE, "other"), ERROR_INVALID_HANDLE);
    CHECK(stat(path, &status) == 0 && unlink(path) == 0);
    CHECK(symlink("/dev/null", path) == 0);
    CHECK_FAILS(CreateEventA(NULL, FALSE, FALSE, "other"), ERROR_INVALID_HANDLE);
    CHECK(lstat(path, &status) == 0 && unlink(path) == 0);
    CHECK(mkdir(path, 0700) == 0);
    CHECK_FAILS(CreateMutexA(NULL, FALSE, "other"), ERROR_INVALID_HANDLE);
    CHECK(rmdir(path) == 0);
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc == 3)
        return !opens_nothing(NULL);
    tap_run("scribbling in objects does not hurt", scribbling_does_not_hurt);
    tap_run("damaged files are no objects", damaged_files_are_no_objects);
    tap_run("other files are left alone", other_files_are_left_alone);
    return tap_end();
}
