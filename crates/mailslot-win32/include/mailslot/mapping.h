/*
 * File mappings: a file, or memory, that a program reads and writes in place, alone or together with other processes.
 *
 * Names are those of events and the like (sync.h). A mapping is gone with its last handle and its last view, its name with the last handle.
 * Handles are inherited and duplicated like those of mailslots. Of a file, a child and whoever opens the name find it by its path.
 */
#ifndef MAILSLOT_MAPPING_H
#define MAILSLOT_MAPPING_H

#include "errors.h"
#include "heap.h"
#include "sync.h"

#define SECTION_QUERY 0x0001
#define SECTION_MAP_WRITE 0x0002
#define SECTION_MAP_READ 0x0004
#define SECTION_MAP_EXECUTE 0x0008
#define SECTION_EXTEND_SIZE 0x0010
#define SECTION_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | 0x1F)

#define FILE_MAP_COPY SECTION_QUERY
#define FILE_MAP_WRITE SECTION_MAP_WRITE
#define FILE_MAP_READ SECTION_MAP_READ
#define FILE_MAP_EXECUTE 0x0020
#define FILE_MAP_ALL_ACCESS SECTION_ALL_ACCESS

#define PAGE_EXECUTE_WRITECOPY 0x80
#define SEC_IMAGE 0x01000000
#define SEC_RESERVE 0x04000000
#define SEC_COMMIT 0x08000000
#define SEC_NOCACHE 0x10000000
#define SEC_WRITECOMBINE 0x40000000
#define SEC_LARGE_PAGES 0x80000000

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Creates a mapping, or opens the one that has the name already: then the last error is 183, else 0.
 *   hFile               a file, which may be closed afterwards; INVALID_HANDLE_VALUE for memory, which begins cleared
 *   flProtect           PAGE_READONLY, PAGE_READWRITE or PAGE_WRITECOPY; with SEC_COMMIT or SEC_RESERVE, which change nothing
 *   dwMaximumSize...    in bytes; 0 for the size of the file. A file that is shorter grows.
 *   lpName              NULL for a mapping without a name
 * NULL: 3 a backslash in the name, 4 no descriptor left, 5 the file's handle lacks the right to read, or to write with PAGE_READWRITE,
 * 6 no handle of a file, or another kind of object has the name, 8 the file would have to grow and is not PAGE_READWRITE, or
 * too much memory, 50 PAGE_EXECUTE_..., SEC_IMAGE and the like, 87 no such protection, or memory without a size, 112 the disk is full,
 * 193 no file on a disk (a mailslot, a folder, a device), 206 more than MAX_PATH units, 1006 an empty file without a size,
 * 1450 no memory; or the slot directory cannot be used (5, 3). The memory of a mapping with a name is allocated at once.
 */
HANDLE WINAPI CreateFileMappingA(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes, DWORD flProtect,
                                 DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow, LPCSTR lpName);

/* Opens a mapping by name, for views of that access. NULL: 2 no such object, 87 lpName is NULL or empty, and as CreateFileMapping. */
HANDLE WINAPI OpenFileMappingA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);

/*
 * Maps a part of a mapping into memory, at a multiple of 64 KiB. It stays until UnmapViewOfFile, whatever becomes of the handles.
 *   dwDesiredAccess       FILE_MAP_READ, FILE_MAP_WRITE or FILE_MAP_ALL_ACCESS (reads and writes), or FILE_MAP_COPY (what is written
 *                         stays in this view)
 *   dwFileOffset...       where the part begins, a multiple of 64 KiB
 *   dwNumberOfBytesToMap  0 for the rest of the mapping
 *   lpBaseAddress         NULL for where there is room, or a multiple of 64 KiB
 * NULL: 5 beyond the mapping's end, or more than the handle or flProtect allows, 6 no mapping, 8 no memory, 487 the address is
 * taken, 1006 the file is gone or was cut, 1132 no multiple of 64 KiB.
 */
LPVOID WINAPI MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                            SIZE_T dwNumberOfBytesToMap);
LPVOID WINAPI MapViewOfFileEx(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh,
                              DWORD dwFileOffsetLow, SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress);

/* Ends a view. FALSE: 487 there is none. */
BOOL WINAPI UnmapViewOfFile(LPCVOID lpBaseAddress);

/* Writes the changes of a view, from an address in it on, to the file; 0 bytes for the rest. FALSE: 487 no such part of a view. */
BOOL WINAPI FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush);

#ifdef __cplusplus
}
#endif

static inline HANDLE CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes, DWORD flProtect,
                                        DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow, LPCWSTR lpName)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpName, &name))
        handle =
            CreateFileMappingA(hFile, lpFileMappingAttributes, flProtect, dwMaximumSizeHigh, dwMaximumSizeLow, name);
    mailslot_libc_free(name);
    return handle;
}

static inline HANDLE OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    HANDLE handle = NULL;
    char *name;

    if (mailslot_narrow_name(lpName, &name))
        handle = OpenFileMappingA(dwDesiredAccess, bInheritHandle, name);
    mailslot_libc_free(name);
    return handle;
}

#ifdef UNICODE
#define CreateFileMapping CreateFileMappingW
#define OpenFileMapping OpenFileMappingW
#else
#define CreateFileMapping CreateFileMappingA
#define OpenFileMapping OpenFileMappingA
#endif

#endif
