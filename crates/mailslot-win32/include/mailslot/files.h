/*
 * Files that are no mailslots, over POSIX; and what these functions do when a mailslot is handed to them.
 *
 *   - CreateFile (functions.h) opens them: see there how paths are read.
 *   - ReadFile, WriteFile, CloseHandle, DuplicateHandle, GetFileTime, SetFileTime and the flags of handles work on them.
 *   - The handles of GetStdHandle are descriptors 0, 1 and 2, whatever these are. Closing one leaves the null device there.
 *   - A mailslot handle is refused, mostly with 1 ERROR_INVALID_FUNCTION: only the functions in functions.h are for mailslots.
 *   - A mailslot's name is refused with 5 ERROR_ACCESS_DENIED, or with 2 if there is no such slot; nothing here deletes a slot.
 *
 * The library exports the ...A functions, with UTF-8. The ...W functions are inline and call them.
 */
#ifndef MAILSLOT_FILES_H
#define MAILSLOT_FILES_H

#include "compat.h"
#include "overlapped.h"
#include "results.h"
#include "utf8.h"

#define INVALID_FILE_SIZE ((DWORD)0xFFFFFFFF)
#define INVALID_SET_FILE_POINTER ((DWORD)-1)
#define INVALID_FILE_ATTRIBUTES ((DWORD)-1)

/* SetFilePointer */
#define FILE_BEGIN 0
#define FILE_CURRENT 1
#define FILE_END 2

/* GetFileType */
#define FILE_TYPE_UNKNOWN 0x0000
#define FILE_TYPE_DISK 0x0001
#define FILE_TYPE_CHAR 0x0002
#define FILE_TYPE_PIPE 0x0003
#define FILE_TYPE_REMOTE 0x8000

/* More of dwDesiredAccess and dwFlagsAndAttributes */
#define ACCESS_SYSTEM_SECURITY 0x01000000
#define FILE_LIST_DIRECTORY 0x0001
#define FILE_ADD_FILE 0x0002
#define FILE_ADD_SUBDIRECTORY 0x0004
#define FILE_TRAVERSE 0x0020
#define FILE_DELETE_CHILD 0x0040
#define FILE_ATTRIBUTE_DEVICE 0x00000040
#define FILE_ATTRIBUTE_SPARSE_FILE 0x00000200
#define FILE_ATTRIBUTE_REPARSE_POINT 0x00000400
#define FILE_ATTRIBUTE_COMPRESSED 0x00000800
#define FILE_ATTRIBUTE_OFFLINE 0x00001000
#define FILE_ATTRIBUTE_NOT_CONTENT_INDEXED 0x00002000
#define FILE_ATTRIBUTE_ENCRYPTED 0x00004000
#define FILE_FLAG_POSIX_SEMANTICS 0x01000000
#define FILE_FLAG_SESSION_AWARE 0x00800000
#define FILE_FLAG_OPEN_REPARSE_POINT 0x00200000
#define FILE_FLAG_OPEN_NO_RECALL 0x00100000

/* LockFileEx */
#define LOCKFILE_FAIL_IMMEDIATELY 0x00000001
#define LOCKFILE_EXCLUSIVE_LOCK 0x00000002

/* MoveFileEx */
#define MOVEFILE_REPLACE_EXISTING 0x00000001
#define MOVEFILE_COPY_ALLOWED 0x00000002
#define MOVEFILE_DELAY_UNTIL_REBOOT 0x00000004
#define MOVEFILE_WRITE_THROUGH 0x00000008

/* GetFinalPathNameByHandle */
#define FILE_NAME_NORMALIZED 0x0
#define FILE_NAME_OPENED 0x8
#define VOLUME_NAME_DOS 0x0
#define VOLUME_NAME_GUID 0x1
#define VOLUME_NAME_NT 0x2
#define VOLUME_NAME_NONE 0x4

/* ReadDirectoryChangesW */
#define FILE_NOTIFY_CHANGE_FILE_NAME 0x00000001
#define FILE_NOTIFY_CHANGE_DIR_NAME 0x00000002
#define FILE_NOTIFY_CHANGE_ATTRIBUTES 0x00000004
#define FILE_NOTIFY_CHANGE_SIZE 0x00000008
#define FILE_NOTIFY_CHANGE_LAST_WRITE 0x00000010

typedef struct _BY_HANDLE_FILE_INFORMATION {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD dwVolumeSerialNumber;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
    DWORD nNumberOfLinks;
    DWORD nFileIndexHigh;
    DWORD nFileIndexLow;
} BY_HANDLE_FILE_INFORMATION, *PBY_HANDLE_FILE_INFORMATION, *LPBY_HANDLE_FILE_INFORMATION;

typedef struct _WIN32_FILE_ATTRIBUTE_DATA {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
} WIN32_FILE_ATTRIBUTE_DATA, *LPWIN32_FILE_ATTRIBUTE_DATA;

typedef enum _GET_FILEEX_INFO_LEVELS { GetFileExInfoStandard, GetFileExMaxInfoLevel } GET_FILEEX_INFO_LEVELS;

typedef enum _FILE_INFO_BY_HANDLE_CLASS { FileBasicInfo, FileStandardInfo } FILE_INFO_BY_HANDLE_CLASS;

typedef struct _FILE_BASIC_INFO {
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    DWORD FileAttributes;
} FILE_BASIC_INFO, *PFILE_BASIC_INFO;

typedef struct _FILE_STANDARD_INFO {
    LARGE_INTEGER AllocationSize;
    LARGE_INTEGER EndOfFile;
    DWORD NumberOfLinks;
    BOOLEAN DeletePending;
    BOOLEAN Directory;
} FILE_STANDARD_INFO, *PFILE_STANDARD_INFO;

#ifdef __cplusplus
extern "C" {
#endif

/* FILE_TYPE_...; a mailslot is FILE_TYPE_UNKNOWN, with last error 0. 0 with last error 6: no file. */
DWORD WINAPI GetFileType(HANDLE hFile);

/* The size. INVALID_FILE_SIZE or FALSE: 1 no file on a disk, 6 no file, 87 a mailslot. */
DWORD WINAPI GetFileSize(HANDLE hFile, LPDWORD lpFileSizeHigh);
BOOL WINAPI GetFileSizeEx(HANDLE hFile, PLARGE_INTEGER lpFileSize);

/*
 * Moves the position, which duplicated and inherited handles share, and tells the new one.
 * INVALID_SET_FILE_POINTER or FALSE: 1 a mailslot, or what has no position, 6 no file, 87 no such method, 131 before the beginning.
 */
DWORD WINAPI SetFilePointer(HANDLE hFile, LONG lDistanceToMove, PLONG lpDistanceToMoveHigh, DWORD dwMoveMethod);
BOOL WINAPI SetFilePointerEx(HANDLE hFile, LARGE_INTEGER liDistanceToMove, PLARGE_INTEGER lpNewFilePointer,
                             DWORD dwMoveMethod);

/* Cuts the file off at its position, or extends it. FALSE: 1 a mailslot, 5 the handle may not write, 6 no file, 112 no room. */
BOOL WINAPI SetEndOfFile(HANDLE hFile);

/* Has what was written stored. FALSE: 1 a mailslot's client, 5 its server, or no right to write, 6 no file. */
BOOL WINAPI FlushFileBuffers(HANDLE hFile);

/*
 * Byte ranges that other handles and processes cannot lock meanwhile. They do not keep anybody from reading or writing.
 * FALSE: 1 a mailslot, 5 an exclusive lock on a handle that may not write, 6 no file, 33 it is locked, 87 no lpOverlapped, 158
 * there is no such lock.
 */
BOOL WINAPI LockFile(HANDLE hFile, DWORD dwFileOffsetLow, DWORD dwFileOffsetHigh, DWORD nNumberOfBytesToLockLow,
                     DWORD nNumberOfBytesToLockHigh);
BOOL WINAPI LockFileEx(HANDLE hFile, DWORD dwFlags, DWORD dwReserved, DWORD nNumberOfBytesToLockLow,
                       DWORD nNumberOfBytesToLockHigh, LPOVERLAPPED lpOverlapped);
BOOL WINAPI UnlockFile(HANDLE hFile, DWORD dwFileOffsetLow, DWORD dwFileOffsetHigh, DWORD nNumberOfBytesToUnlockLow,
                       DWORD nNumberOfBytesToUnlockHigh);
BOOL WINAPI UnlockFileEx(HANDLE hFile, DWORD dwReserved, DWORD nNumberOfBytesToUnlockLow,
                         DWORD nNumberOfBytesToUnlockHigh, LPOVERLAPPED lpOverlapped);

/* What the handle refers to. FALSE: 6 no file, 24 the buffer is too small, 87 a mailslot, or no such class. */
BOOL WINAPI GetFileInformationByHandle(HANDLE hFile, LPBY_HANDLE_FILE_INFORMATION lpFileInformation);
BOOL WINAPI GetFileInformationByHandleEx(HANDLE hFile, FILE_INFO_BY_HANDLE_CLASS FileInformationClass,
                                         LPVOID lpFileInformation, DWORD dwBufferSize);

/*
 * The path of an open file, \\?\C:\folder\file (VOLUME_NAME_DOS) or \folder\file (VOLUME_NAME_NONE); of a mailslot
 * \Device\Mailslot\name (VOLUME_NAME_NT) or \name. The length, or the size that the buffer needs.
 * 0: 1 the DOS name of a mailslot, 3 any other name, 6 no file.
 */
DWORD WINAPI GetFinalPathNameByHandleA(HANDLE hFile, LPSTR lpszFilePath, DWORD cchFilePath, DWORD dwFlags);

/*
 * Attributes: FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_READONLY for a file that nobody may write, FILE_ATTRIBUTE_REPARSE_POINT for a
 * link that leads nowhere, else FILE_ATTRIBUTE_NORMAL. Setting knows FILE_ATTRIBUTE_READONLY; others are accepted.
 * INVALID_FILE_ATTRIBUTES or FALSE: 2, 3 not there, 87 a mailslot; setting: 5 a mailslot, or not allowed.
 */
DWORD WINAPI GetFileAttributesA(LPCSTR lpFileName);
BOOL WINAPI GetFileAttributesExA(LPCSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId, LPVOID lpFileInformation);
BOOL WINAPI SetFileAttributesA(LPCSTR lpFileName, DWORD dwFileAttributes);

/* FALSE: 2, 3 not there, 5 a folder, a read-only file, a mailslot, or not allowed. */
BOOL WINAPI DeleteFileA(LPCSTR lpFileName);

/*
 * MoveFile: to a name that nothing has; MoveFileEx: MOVEFILE_REPLACE_EXISTING. CopyFile: with permissions and time of last write.
 * FALSE: 2, 3 not there, 5 a mailslot, or not allowed, 17 another disk, 32 onto itself, 80 and 183 the new name exists.
 */
BOOL WINAPI MoveFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName);
BOOL WINAPI MoveFileExA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, DWORD dwFlags);
BOOL WINAPI CopyFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, BOOL bFailIfExists);

/* FALSE: 2, 3 not there, 5 below the mailslots, or not allowed, 145 not empty, 183 the name exists, 267 no folder. */
BOOL WINAPI CreateDirectoryA(LPCSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes);
BOOL WINAPI RemoveDirectoryA(LPCSTR lpPathName);

/* The whole path, written as Linux does: /folder/name. The length, or the size that the buffer needs. 0: 3 empty, 123 no name. */
DWORD WINAPI GetFullPathNameA(LPCSTR lpFileName, DWORD nBufferLength, LPSTR lpBuffer, LPSTR *lpFilePart);

/* A name for a temporary file, in MAX_PATH characters; with uUnique 0 the file is made. 0: 5, 111, 267 no such folder. */
UINT WINAPI GetTempFileNameA(LPCSTR lpPathName, LPCSTR lpPrefixString, UINT uUnique, LPSTR lpTempFileName);

/* Always fails: no folder's changes are told, and no control code is known. FALSE: 1 a mailslot or any file, 6 no file. */
BOOL WINAPI ReadDirectoryChangesW(HANDLE hDirectory, LPVOID lpBuffer, DWORD nBufferLength, BOOL bWatchSubtree,
                                  DWORD dwNotifyFilter, LPDWORD lpBytesReturned, LPOVERLAPPED lpOverlapped,
                                  LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine);
BOOL WINAPI DeviceIoControl(HANDLE hDevice, DWORD dwIoControlCode, LPVOID lpInBuffer, DWORD nInBufferSize,
                            LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesReturned, LPOVERLAPPED lpOverlapped);

#ifdef __cplusplus
}
#endif

/* A wide name as UTF-8, in `narrow`; on failure the function returns `failure`. NULL stays NULL. */
#define MAILSLOT_NARROW(narrow, wide, failure)                                                                         \
    char *narrow = (wide) ? mailslot_narrow(wide) : NULL;                                                              \
    if ((wide) != NULL && narrow == NULL) {                                                                            \
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);                                                                         \
        return failure;                                                                                                \
    }

static inline DWORD GetFinalPathNameByHandleW(HANDLE hFile, LPWSTR lpszFilePath, DWORD cchFilePath, DWORD dwFlags)
{
    DWORD size = GetFinalPathNameByHandleA(hFile, NULL, 0, dwFlags), length;
    char *text;

    if (size == 0)
        return 0;
    text = (char *)mailslot_libc_calloc(1, size);
    if (text == NULL) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return 0;
    }
    /* A file that was renamed meanwhile may have a longer name: then the caller's buffer counts as too small. */
    length = GetFinalPathNameByHandleA(hFile, text, size, dwFlags);
    if (length != 0 && length < size)
        length = mailslot_hand_out_wide(text, lpszFilePath, cchFilePath);
    mailslot_libc_free(text);
    return length;
}

static inline DWORD GetFileAttributesW(LPCWSTR lpFileName)
{
    DWORD result;
    MAILSLOT_NARROW(name, lpFileName, INVALID_FILE_ATTRIBUTES)

    result = GetFileAttributesA(name);
    mailslot_libc_free(name);
    return result;
}

static inline BOOL GetFileAttributesExW(LPCWSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId, LPVOID lpFileInformation)
{
    BOOL result;
    MAILSLOT_NARROW(name, lpFileName, FALSE)

    result = GetFileAttributesExA(name, fInfoLevelId, lpFileInformation);
    mailslot_libc_free(name);
    return result;
}

static inline BOOL SetFileAttributesW(LPCWSTR lpFileName, DWORD dwFileAttributes)
{
    BOOL result;
    MAILSLOT_NARROW(name, lpFileName, FALSE)

    result = SetFileAttributesA(name, dwFileAttributes);
    mailslot_libc_free(name);
    return result;
}

static inline BOOL DeleteFileW(LPCWSTR lpFileName)
{
    BOOL result;
    MAILSLOT_NARROW(name, lpFileName, FALSE)

    result = DeleteFileA(name);
    mailslot_libc_free(name);
    return result;
}

static inline BOOL mailslot_two_names(LPCWSTR existing, LPCWSTR fresh, BOOL copies, DWORD option)
{
    BOOL result = FALSE;
    char *to;
    MAILSLOT_NARROW(from, existing, FALSE)

    to = fresh ? mailslot_narrow(fresh) : NULL;
    if (fresh != NULL && to == NULL)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    else
        result = copies ? CopyFileA(from, to, (BOOL)option) : MoveFileExA(from, to, option);
    mailslot_libc_free(from);
    mailslot_libc_free(to);
    return result;
}

static inline BOOL MoveFileExW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, DWORD dwFlags)
{
    return mailslot_two_names(lpExistingFileName, lpNewFileName, FALSE, dwFlags);
}

static inline BOOL MoveFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName)
{
    return mailslot_two_names(lpExistingFileName, lpNewFileName, FALSE, MOVEFILE_COPY_ALLOWED);
}

static inline BOOL CopyFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, BOOL bFailIfExists)
{
    return mailslot_two_names(lpExistingFileName, lpNewFileName, TRUE, (DWORD)bFailIfExists);
}

static inline BOOL CreateDirectoryW(LPCWSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes)
{
    BOOL result;
    MAILSLOT_NARROW(name, lpPathName, FALSE)

    result = CreateDirectoryA(name, lpSecurityAttributes);
    mailslot_libc_free(name);
    return result;
}

static inline BOOL RemoveDirectoryW(LPCWSTR lpPathName)
{
    BOOL result;
    MAILSLOT_NARROW(name, lpPathName, FALSE)

    result = RemoveDirectoryA(name);
    mailslot_libc_free(name);
    return result;
}

static inline DWORD GetFullPathNameW(LPCWSTR lpFileName, DWORD nBufferLength, LPWSTR lpBuffer, LPWSTR *lpFilePart)
{
    DWORD size, length = 0;
    char *text = NULL;
    MAILSLOT_NARROW(name, lpFileName, 0)

    if (lpFilePart != NULL)
        *lpFilePart = NULL;
    size = GetFullPathNameA(name, 0, NULL, NULL);
    if (size != 0 && (text = (char *)mailslot_libc_calloc(1, size)) == NULL)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    if (text != NULL && (length = GetFullPathNameA(name, size, text, NULL)) < size)
        length = mailslot_hand_out_wide(text, lpBuffer, nBufferLength);
    if (length != 0 && length < nBufferLength && lpBuffer != NULL && lpFilePart != NULL) {
        LPWSTR part = lpBuffer + length;

        while (part > lpBuffer && part[-1] != L'/' && part[-1] != L'\\')
            part--;
        *lpFilePart = *part ? part : NULL;
    }
    mailslot_libc_free(text);
    mailslot_libc_free(name);
    return length;
}

static inline UINT GetTempFileNameW(LPCWSTR lpPathName, LPCWSTR lpPrefixString, UINT uUnique, LPWSTR lpTempFileName)
{
    char text[MAX_PATH];
    UINT result = 0;
    char *prefix;
    MAILSLOT_NARROW(folder, lpPathName, 0)

    prefix = lpPrefixString ? mailslot_narrow(lpPrefixString) : NULL;
    if (lpPrefixString != NULL && prefix == NULL)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    else
        result = GetTempFileNameA(folder, prefix, uUnique, lpTempFileName ? text : NULL);
    if (result != 0 && mailslot_hand_out_wide(text, lpTempFileName, MAX_PATH) == 0)
        result = 0;
    mailslot_libc_free(prefix);
    mailslot_libc_free(folder);
    return result;
}

#ifdef UNICODE
#define GetFinalPathNameByHandle GetFinalPathNameByHandleW
#define GetFileAttributes GetFileAttributesW
#define GetFileAttributesEx GetFileAttributesExW
#define SetFileAttributes SetFileAttributesW
#define DeleteFile DeleteFileW
#define MoveFile MoveFileW
#define MoveFileEx MoveFileExW
#define CopyFile CopyFileW
#define CreateDirectory CreateDirectoryW
#define RemoveDirectory RemoveDirectoryW
#define GetFullPathName GetFullPathNameW
#define GetTempFileName GetTempFileNameW
#else
#define GetFinalPathNameByHandle GetFinalPathNameByHandleA
#define GetFileAttributes GetFileAttributesA
#define GetFileAttributesEx GetFileAttributesExA
#define SetFileAttributes SetFileAttributesA
#define DeleteFile DeleteFileA
#define MoveFile MoveFileA
#define MoveFileEx MoveFileExA
#define CopyFile CopyFileA
#define CreateDirectory CreateDirectoryA
#define RemoveDirectory RemoveDirectoryA
#define GetFullPathName GetFullPathNameA
#define GetTempFileName GetTempFileNameA
#endif

#endif
