/* Memory: the process's heap and the older Global and Local functions over malloc (inline), and whole pages (in the library). */
#ifndef MAILSLOT_HEAP_H
#define MAILSLOT_HEAP_H

#include "constants.h"
#include "results.h"

#define HEAP_NO_SERIALIZE 0x00000001
#define HEAP_GENERATE_EXCEPTIONS 0x00000004
#define HEAP_ZERO_MEMORY 0x00000008
#define GMEM_MODIFY 0x0080
#define LMEM_MODIFY 0x0080

#define PAGE_NOACCESS 0x01
#define PAGE_READONLY 0x02
#define PAGE_READWRITE 0x04
#define PAGE_WRITECOPY 0x08
#define PAGE_EXECUTE 0x10
#define PAGE_EXECUTE_READ 0x20
#define PAGE_EXECUTE_READWRITE 0x40
#define MEM_COMMIT 0x00001000
#define MEM_RESERVE 0x00002000
#define MEM_DECOMMIT 0x00004000
#define MEM_RELEASE 0x00008000
#define MEM_TOP_DOWN 0x00100000

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Whole pages of memory, cleared, at a multiple of 64 KiB.
 *   lpAddress         NULL, where to reserve, or what to commit of a region that was reserved
 *   flAllocationType  MEM_RESERVE (address space alone), MEM_COMMIT (memory), or both; MEM_COMMIT alone without an address does both
 *   flProtect         one of the PAGE_ constants
 * NULL: 8 out of memory, 87 no size or unknown flags, 487 the address is taken, or not reserved.
 */
LPVOID WINAPI VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType, DWORD flProtect);

/*
 * Gives back a whole region (MEM_RELEASE, with size 0), or the memory behind some of its pages (MEM_DECOMMIT; size 0 means all).
 * FALSE: 87 a size with MEM_RELEASE or unknown flags, 487 nothing that VirtualAlloc returned.
 */
BOOL WINAPI VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType);

/* Changes what may be done with pages, and tells what could be done with the first. FALSE: 87, 487 as above, 998 no lpflOldProtect. */
BOOL WINAPI VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect, LPDWORD lpflOldProtect);

#ifdef __cplusplus
}
#endif

/* The heap that every process has. It need not be closed. */
static inline HANDLE GetProcessHeap(void)
{
    return (HANDLE)(LONG_PTR)-16;
}

/* Each block has its size in front of it, and stays aligned to 16. */
enum { mailslot_heap_header = 16 };

/* NULL: there is no memory; the last error stays as it is, as on Windows. */
static inline LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes)
{
    SIZE_T size = dwBytes + mailslot_heap_header;
    char *memory = NULL;

    (void)hHeap;
    if (size > dwBytes)
        memory = (char *)(dwFlags & HEAP_ZERO_MEMORY ? mailslot_libc_calloc(1, size) : mailslot_libc_malloc(size));
    if (memory == NULL)
        return NULL;
    memcpy(memory, &dwBytes, sizeof(dwBytes));
    return memory + mailslot_heap_header;
}

static inline BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem)
{
    (void)hHeap;
    (void)dwFlags;
    if (lpMem)
        mailslot_libc_free((char *)lpMem - mailslot_heap_header);
    return TRUE;
}

static inline SIZE_T HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem)
{
    SIZE_T size;

    (void)hHeap;
    (void)dwFlags;
    memcpy(&size, (const char *)lpMem - mailslot_heap_header, sizeof(size));
    return size;
}

/* What the block gains is cleared with HEAP_ZERO_MEMORY. NULL: no memory, and the block stays as it was. */
static inline LPVOID HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes)
{
    SIZE_T before = HeapSize(hHeap, dwFlags, lpMem), size = dwBytes + mailslot_heap_header;
    char *memory = NULL;

    if (size > dwBytes)
        memory = (char *)mailslot_libc_realloc((char *)lpMem - mailslot_heap_header, size);
    if (memory == NULL)
        return NULL;
    memcpy(memory, &dwBytes, sizeof(dwBytes));
    if ((dwFlags & HEAP_ZERO_MEMORY) && dwBytes > before)
        memset(memory + mailslot_heap_header + before, 0, dwBytes - before);
    return memory + mailslot_heap_header;
}

static inline SIZE_T GlobalSize(HGLOBAL hMem)
{
    return hMem ? mailslot_libc_malloc_usable_size(hMem) : 0;
}

/* What the block gains is always cleared. NULL: 8 no memory, and the block stays as it was. */
static inline HGLOBAL GlobalReAlloc(HGLOBAL hMem, SIZE_T dwBytes, UINT uFlags)
{
    SIZE_T before = GlobalSize(hMem);
    char *memory;

    if (uFlags & GMEM_MODIFY)
        return hMem;
    if (dwBytes < before)
        memset((char *)hMem + dwBytes, 0, before - dwBytes);
    memory = (char *)mailslot_libc_realloc(hMem, dwBytes ? dwBytes : 1);
    if (memory == NULL) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    if (GlobalSize(memory) > before)
        memset(memory + before, 0, GlobalSize(memory) - before);
    return memory;
}

static inline HGLOBAL GlobalHandle(LPCVOID pMem)
{
    return (HGLOBAL)(ULONG_PTR)pMem;
}

static inline SIZE_T LocalSize(HLOCAL hMem)
{
    return GlobalSize(hMem);
}

static inline HLOCAL LocalReAlloc(HLOCAL hMem, SIZE_T uBytes, UINT uFlags)
{
    return GlobalReAlloc(hMem, uBytes, uFlags);
}

static inline LPVOID LocalLock(HLOCAL hMem)
{
    return hMem;
}

static inline BOOL LocalUnlock(HLOCAL hMem)
{
    (void)hMem;
    return FALSE;
}

static inline PVOID SecureZeroMemory(PVOID ptr, SIZE_T cnt)
{
    volatile char *at = (volatile char *)ptr;

    while (cnt-- > 0)
        *at++ = 0;
    return ptr;
}

#endif
