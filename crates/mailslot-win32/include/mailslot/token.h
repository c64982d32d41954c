/* Who the calling process is, for access lists that name its user. Inline: the effective user and group of the process. */
#ifndef MAILSLOT_TOKEN_H
#define MAILSLOT_TOKEN_H

#include "compat.h"
#include "sid.h"

#define TOKEN_ASSIGN_PRIMARY 0x0001
#define TOKEN_DUPLICATE 0x0002
#define TOKEN_IMPERSONATE 0x0004
#define TOKEN_QUERY 0x0008
#define TOKEN_QUERY_SOURCE 0x0010
#define TOKEN_ADJUST_PRIVILEGES 0x0020
#define TOKEN_READ 0x00020008
#define TOKEN_ALL_ACCESS 0x000F01FF

typedef enum _TOKEN_INFORMATION_CLASS {
    TokenUser = 1,
    TokenOwner = 4,
    TokenPrimaryGroup = 5,
    TokenElevation = 20
} TOKEN_INFORMATION_CLASS;

typedef struct _SID_AND_ATTRIBUTES {
    PSID Sid;
    DWORD Attributes;
} SID_AND_ATTRIBUTES, *PSID_AND_ATTRIBUTES;

typedef struct _TOKEN_USER {
    SID_AND_ATTRIBUTES User;
} TOKEN_USER, *PTOKEN_USER;

typedef struct _TOKEN_OWNER {
    PSID Owner;
} TOKEN_OWNER, *PTOKEN_OWNER;

typedef struct _TOKEN_PRIMARY_GROUP {
    PSID PrimaryGroup;
} TOKEN_PRIMARY_GROUP, *PTOKEN_PRIMARY_GROUP;

typedef struct _TOKEN_ELEVATION {
    DWORD TokenIsElevated;
} TOKEN_ELEVATION, *PTOKEN_ELEVATION;

/* A pseudo handle. It need not be closed. */
static inline HANDLE GetCurrentProcessToken(void)
{
    return (HANDLE)(LONG_PTR)-4;
}

/* Only of the calling process: ProcessHandle is GetCurrentProcess(). FALSE: 5 another process. */
static inline BOOL OpenProcessToken(HANDLE ProcessHandle, DWORD DesiredAccess, HANDLE *TokenHandle)
{
    (void)DesiredAccess;
    if (ProcessHandle != GetCurrentProcess()) {
        SetLastError(ERROR_ACCESS_DENIED);
        return FALSE;
    }
    *TokenHandle = GetCurrentProcessToken();
    return TRUE;
}

/*
 * Tells the user, the owner of new objects (the user), the primary group, or whether the user is root.
 *   ReturnLength  receives the size that is needed; the SID is in the buffer, behind the structure
 * FALSE: 6 no token, 87 another class, 122 the buffer is too small.
 */
static inline BOOL GetTokenInformation(HANDLE TokenHandle, TOKEN_INFORMATION_CLASS TokenInformationClass,
                                       LPVOID TokenInformation, DWORD TokenInformationLength, PDWORD ReturnLength)
{
    SID_IDENTIFIER_AUTHORITY unix_authority = {{0, 0, 0, 0, 0, 22}};
    DWORD structure = sizeof(PSID);
    DWORD needed, error = 0;

    if (TokenInformationClass == TokenUser)
        structure = sizeof(TOKEN_USER);
    needed = TokenInformationClass == TokenElevation ? sizeof(TOKEN_ELEVATION) : structure + GetSidLengthRequired(2);
    if (TokenHandle != GetCurrentProcessToken())
        error = ERROR_INVALID_HANDLE;
    else if (TokenInformationClass != TokenUser && TokenInformationClass != TokenOwner &&
             TokenInformationClass != TokenPrimaryGroup && TokenInformationClass != TokenElevation)
        error = ERROR_INVALID_PARAMETER;
    else if (ReturnLength != NULL)
        *ReturnLength = needed;
    if (!error && (TokenInformation == NULL || TokenInformationLength < needed))
        error = ERROR_INSUFFICIENT_BUFFER;
    if (error) {
        SetLastError(error);
        return FALSE;
    }
    memset(TokenInformation, 0, needed);
    if (TokenInformationClass == TokenElevation) {
        ((PTOKEN_ELEVATION)TokenInformation)->TokenIsElevated = mailslot_libc_geteuid() == 0;
    } else {
        PSID sid = (BYTE *)TokenInformation + structure;
        BOOL is_group = TokenInformationClass == TokenPrimaryGroup;

        InitializeSid(sid, &unix_authority, 2);
        *GetSidSubAuthority(sid, 0) = is_group ? 2 : 1;
        *GetSidSubAuthority(sid, 1) = is_group ? mailslot_libc_getegid() : mailslot_libc_geteuid();
        /* The SID is the first member of all three structures. */
        *(PSID *)TokenInformation = sid;
    }
    return TRUE;
}

#endif
