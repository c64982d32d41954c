/*
 * FindFirstFile: the live mailslots, or the files of a folder.
 *
 *   - \\.\mailslot\* lists the live slots of this user by their whole names (taxes\bob), \\.\mailslot\taxes\* those that match,
 *     \\.\mailslot\bob the one. Each has FILE_ATTRIBUTE_NORMAL, size 0 and the time of its creation.
 *   - Other paths list files. Wildcards are in the last part, where letter case does not count then: * any characters, ? one, *.* all.
 *   - Names that do not fit into MAX_PATH characters are left out.
 */
#ifndef MAILSLOT_FIND_H
#define MAILSLOT_FIND_H

#include "files.h"

#define FIND_FIRST_EX_CASE_SENSITIVE 0x00000001
#define FIND_FIRST_EX_LARGE_FETCH 0x00000002

typedef struct _WIN32_FIND_DATAA {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
    DWORD dwReserved0;
    DWORD dwReserved1;
    CHAR cFileName[MAX_PATH];
    CHAR cAlternateFileName[14];
} WIN32_FIND_DATAA, *PWIN32_FIND_DATAA, *LPWIN32_FIND_DATAA;

typedef struct _WIN32_FIND_DATAW {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
    DWORD dwReserved0;
    DWORD dwReserved1;
    WCHAR cFileName[MAX_PATH];
    WCHAR cAlternateFileName[14];
} WIN32_FIND_DATAW, *PWIN32_FIND_DATAW, *LPWIN32_FIND_DATAW;

typedef enum _FINDEX_INFO_LEVELS { FindExInfoStandard, FindExInfoBasic, FindExInfoMaxInfoLevel } FINDEX_INFO_LEVELS;
typedef enum _FINDEX_SEARCH_OPS {
    FindExSearchNameMatch,
    FindExSearchLimitToDirectories,
    FindExSearchLimitToDevices,
    FindExSearchMaxSearchOp
} FINDEX_SEARCH_OPS;

/* What is found, in UTF-8: names of MAX_PATH - 1 characters may have four bytes for each. */
struct mailslot_find_data {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
    CHAR cFileName[(MAX_PATH - 1) * 4 + 1];
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * INVALID_HANDLE_VALUE: 2 nothing matches, or the path ends in a backslash, 3 the folder is not there, 87 no such level or search, 123
 * wildcards in the folder's name, 267 the folder is none, 998 no place for what is found. FindExSearchLimitToDirectories is done.
 */
HANDLE WINAPI FindFirstFileA(LPCSTR lpFileName, LPWIN32_FIND_DATAA lpFindFileData);
HANDLE WINAPI FindFirstFileExA(LPCSTR lpFileName, FINDEX_INFO_LEVELS fInfoLevelId, LPVOID lpFindFileData,
                               FINDEX_SEARCH_OPS fSearchOp, LPVOID lpSearchFilter, DWORD dwAdditionalFlags);
/* FALSE: 6 no handle of FindFirstFile, 18 there is no more. */
BOOL WINAPI FindNextFileA(HANDLE hFindFile, LPWIN32_FIND_DATAA lpFindFileData);
BOOL WINAPI FindClose(HANDLE hFindFile);

/* What the ...W functions below call. */
HANDLE mailslot_find_first(LPCSTR name, int level, struct mailslot_find_data *data, int operation, unsigned int unit_bytes);
BOOL mailslot_find_next(HANDLE find, struct mailslot_find_data *data, unsigned int unit_bytes);

#ifdef __cplusplus
}
#endif

static inline void mailslot_found_wide(const struct mailslot_find_data *found, LPWIN32_FIND_DATAW data)
{
    const char *name = found->cFileName;
    size_t length = strlen(name), at = 0, used = 0, units;

    memset(data, 0, sizeof(*data));
    data->dwFileAttributes = found->dwFileAttributes;
    data->ftCreationTime = found->ftCreationTime;
    data->ftLastAccessTime = found->ftLastAccessTime;
    data->ftLastWriteTime = found->ftLastWriteTime;
    data->nFileSizeHigh = found->nFileSizeHigh;
    data->nFileSizeLow = found->nFileSizeLow;
    while (at < length && used < MAX_PATH - 1) {
        WCHAR out[2];

        at += mailslot_decode(name + at, length - at, out, &units);
        memcpy(data->cFileName + used, out, units * sizeof(WCHAR));
        used += units;
    }
}

static inline HANDLE FindFirstFileExW(LPCWSTR lpFileName, FINDEX_INFO_LEVELS fInfoLevelId, LPVOID lpFindFileData,
                                      FINDEX_SEARCH_OPS fSearchOp, LPVOID lpSearchFilter, DWORD dwAdditionalFlags)
{
    struct mailslot_find_data found;
    HANDLE find;
    MAILSLOT_NARROW(name, lpFileName, INVALID_HANDLE_VALUE)

    (void)lpSearchFilter;
    (void)dwAdditionalFlags;
    memset(&found, 0, sizeof(found));
    find = mailslot_find_first(name, (int)fInfoLevelId, lpFindFileData ? &found : NULL, (int)fSearchOp, sizeof(WCHAR));
    if (find != INVALID_HANDLE_VALUE)
        mailslot_found_wide(&found, (LPWIN32_FIND_DATAW)lpFindFileData);
    mailslot_libc_free(name);
    return find;
}

static inline HANDLE FindFirstFileW(LPCWSTR lpFileName, LPWIN32_FIND_DATAW lpFindFileData)
{
    return FindFirstFileExW(lpFileName, FindExInfoStandard, lpFindFileData, FindExSearchNameMatch, NULL, 0);
}

static inline BOOL FindNextFileW(HANDLE hFindFile, LPWIN32_FIND_DATAW lpFindFileData)
{
    struct mailslot_find_data found;

    memset(&found, 0, sizeof(found));
    if (!mailslot_find_next(hFindFile, lpFindFileData ? &found : NULL, sizeof(WCHAR)))
        return FALSE;
    mailslot_found_wide(&found, lpFindFileData);
    return TRUE;
}

#ifdef UNICODE
typedef WIN32_FIND_DATAW WIN32_FIND_DATA;
typedef LPWIN32_FIND_DATAW LPWIN32_FIND_DATA;
#define FindFirstFile FindFirstFileW
#define FindFirstFileEx FindFirstFileExW
#define FindNextFile FindNextFileW
#else
typedef WIN32_FIND_DATAA WIN32_FIND_DATA;
typedef LPWIN32_FIND_DATAA LPWIN32_FIND_DATA;
#define FindFirstFile FindFirstFileA
#define FindFirstFileEx FindFirstFileExA
#define FindNextFile FindNextFileA
#endif

#endif
