/* Security identifiers: who. Inline, except text (sddl.h). Here S-1-22-1-uid is the user and S-1-22-2-gid the group of that number. */
#ifndef MAILSLOT_SID_H
#define MAILSLOT_SID_H

#include "compat.h"
#include "errors.h"
#include "functions.h"

#define SID_REVISION 1
#define SID_MAX_SUB_AUTHORITIES 15
#define SID_RECOMMENDED_SUB_AUTHORITIES 1
#define SECURITY_MAX_SID_SIZE (8 + 4 * SID_MAX_SUB_AUTHORITIES)

typedef PVOID PSID;

typedef struct _SID_IDENTIFIER_AUTHORITY {
    BYTE Value[6];
} SID_IDENTIFIER_AUTHORITY, *PSID_IDENTIFIER_AUTHORITY;

typedef struct _SID {
    BYTE Revision;
    BYTE SubAuthorityCount;
    SID_IDENTIFIER_AUTHORITY IdentifierAuthority;
    DWORD SubAuthority[1];
} SID, *PISID;

#define SECURITY_NULL_SID_AUTHORITY {{0, 0, 0, 0, 0, 0}}
#define SECURITY_WORLD_SID_AUTHORITY {{0, 0, 0, 0, 0, 1}}
#define SECURITY_LOCAL_SID_AUTHORITY {{0, 0, 0, 0, 0, 2}}
#define SECURITY_CREATOR_SID_AUTHORITY {{0, 0, 0, 0, 0, 3}}
#define SECURITY_NT_AUTHORITY {{0, 0, 0, 0, 0, 5}}
#define SECURITY_MANDATORY_LABEL_AUTHORITY {{0, 0, 0, 0, 0, 16}}
#define SECURITY_NULL_RID 0x00000000
#define SECURITY_WORLD_RID 0x00000000
#define SECURITY_LOCAL_RID 0x00000000
#define SECURITY_CREATOR_OWNER_RID 0x00000000
#define SECURITY_CREATOR_GROUP_RID 0x00000001
#define SECURITY_CREATOR_OWNER_RIGHTS_RID 0x00000004
#define SECURITY_NETWORK_RID 0x00000002
#define SECURITY_INTERACTIVE_RID 0x00000004
#define SECURITY_SERVICE_RID 0x00000006
#define SECURITY_ANONYMOUS_LOGON_RID 0x00000007
#define SECURITY_AUTHENTICATED_USER_RID 0x0000000B
#define SECURITY_LOCAL_SYSTEM_RID 0x00000012
#define SECURITY_LOCAL_SERVICE_RID 0x00000013
#define SECURITY_NETWORK_SERVICE_RID 0x00000014
#define SECURITY_BUILTIN_DOMAIN_RID 0x00000020
#define DOMAIN_ALIAS_RID_ADMINS 0x00000220
#define DOMAIN_ALIAS_RID_USERS 0x00000221
#define DOMAIN_ALIAS_RID_GUESTS 0x00000222
#define DOMAIN_ALIAS_RID_POWER_USERS 0x00000223
#define SECURITY_MANDATORY_LOW_RID 0x00001000
#define SECURITY_MANDATORY_MEDIUM_RID 0x00002000
#define SECURITY_MANDATORY_HIGH_RID 0x00003000

/* Those of the SDK's list that mean something without a domain. */
typedef enum {
    WinNullSid = 0,
    WinWorldSid = 1,
    WinLocalSid = 2,
    WinCreatorOwnerSid = 3,
    WinCreatorGroupSid = 4,
    WinNetworkSid = 9,
    WinInteractiveSid = 11,
    WinServiceSid = 12,
    WinAnonymousSid = 13,
    WinSelfSid = 16,
    WinAuthenticatedUserSid = 17,
    WinRestrictedCodeSid = 18,
    WinLocalSystemSid = 22,
    WinLocalServiceSid = 23,
    WinNetworkServiceSid = 24,
    WinBuiltinAdministratorsSid = 26,
    WinBuiltinUsersSid = 27,
    WinBuiltinGuestsSid = 28,
    WinBuiltinPowerUsersSid = 29,
    WinLowLabelSid = 66,
    WinMediumLabelSid = 67,
    WinHighLabelSid = 68,
    WinSystemLabelSid = 69,
    WinCreatorOwnerRightsSid = 71,
    WinBuiltinAnyPackageSid = 84
} WELL_KNOWN_SID_TYPE;

/* No last error: FALSE is the answer. */
static inline BOOL IsValidSid(PSID pSid)
{
    return pSid != NULL && ((PISID)pSid)->Revision == SID_REVISION &&
           ((PISID)pSid)->SubAuthorityCount <= SID_MAX_SUB_AUTHORITIES;
}

static inline DWORD GetSidLengthRequired(UCHAR nSubAuthorityCount)
{
    return 8 + 4 * (DWORD)nSubAuthorityCount;
}

/* In bytes, of a valid SID. */
static inline DWORD GetLengthSid(PSID pSid)
{
    return GetSidLengthRequired(((PISID)pSid)->SubAuthorityCount);
}

static inline PSID_IDENTIFIER_AUTHORITY GetSidIdentifierAuthority(PSID pSid)
{
    return &((PISID)pSid)->IdentifierAuthority;
}

static inline PUCHAR GetSidSubAuthorityCount(PSID pSid)
{
    return &((PISID)pSid)->SubAuthorityCount;
}

static inline PDWORD GetSidSubAuthority(PSID pSid, DWORD nSubAuthority)
{
    return (PDWORD)(PVOID)((BYTE *)pSid + 8 + 4 * (size_t)nSubAuthority);
}

/* FALSE: 87 more than 15 sub-authorities. These are then to be filled in through GetSidSubAuthority. */
static inline BOOL InitializeSid(PSID Sid, PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority, BYTE nSubAuthorityCount)
{
    PISID sid = (PISID)Sid;

    if (nSubAuthorityCount > SID_MAX_SUB_AUTHORITIES) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    sid->Revision = SID_REVISION;
    sid->SubAuthorityCount = nSubAuthorityCount;
    sid->IdentifierAuthority = *pIdentifierAuthority;
    return TRUE;
}

/* FreeSid frees it. FALSE: 87 more than 8 sub-authorities, 8. */
static inline BOOL AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority, BYTE nSubAuthorityCount,
                                            DWORD nSubAuthority0, DWORD nSubAuthority1, DWORD nSubAuthority2,
                                            DWORD nSubAuthority3, DWORD nSubAuthority4, DWORD nSubAuthority5,
                                            DWORD nSubAuthority6, DWORD nSubAuthority7, PSID *pSid)
{
    const DWORD numbers[8] = {nSubAuthority0, nSubAuthority1, nSubAuthority2, nSubAuthority3,
                              nSubAuthority4, nSubAuthority5, nSubAuthority6, nSubAuthority7};
    PSID sid;

    if (nSubAuthorityCount > 8) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    sid = mailslot_libc_calloc(1, GetSidLengthRequired(8));
    if (sid == NULL) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return FALSE;
    }
    InitializeSid(sid, pIdentifierAuthority, nSubAuthorityCount);
    memcpy(GetSidSubAuthority(sid, 0), numbers, 4 * (size_t)nSubAuthorityCount);
    *pSid = sid;
    return TRUE;
}

static inline PVOID FreeSid(PSID pSid)
{
    mailslot_libc_free(pSid);
    return NULL;
}

static inline BOOL EqualSid(PSID pSid1, PSID pSid2)
{
    return GetLengthSid(pSid1) == GetLengthSid(pSid2) && memcmp(pSid1, pSid2, GetLengthSid(pSid1)) == 0;
}

/* Whether they differ in the last sub-authority at most. */
static inline BOOL EqualPrefixSid(PSID pSid1, PSID pSid2)
{
    DWORD length = GetLengthSid(pSid1);

    return length == GetLengthSid(pSid2) && memcmp(pSid1, pSid2, length > 8 ? length - 4 : length) == 0;
}

/* FALSE: 122 the destination is too small. */
static inline BOOL CopySid(DWORD nDestinationSidLength, PSID pDestinationSid, PSID pSourceSid)
{
    if (nDestinationSidLength < GetLengthSid(pSourceSid)) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    memcpy(pDestinationSid, pSourceSid, GetLengthSid(pSourceSid));
    return TRUE;
}

/*
 * DomainSid is ignored: no type of the list needs one.
 *   cbSid  the size of pSid, which is set to what is needed; SECURITY_MAX_SID_SIZE is enough for every SID
 * FALSE: 87 another type, or cbSid NULL, 122 too small.
 */
static inline BOOL CreateWellKnownSid(WELL_KNOWN_SID_TYPE WellKnownSidType, PSID DomainSid, PSID pSid, DWORD *cbSid)
{
    /* Type, authority, number of sub-authorities, sub-authorities. */
    static const WORD known[][5] = {
        {WinNullSid, 0, 1, 0, 0},
        {WinWorldSid, 1, 1, 0, 0},
        {WinLocalSid, 2, 1, 0, 0},
        {WinCreatorOwnerSid, 3, 1, 0, 0},
        {WinCreatorGroupSid, 3, 1, 1, 0},
        {WinCreatorOwnerRightsSid, 3, 1, 4, 0},
        {WinNetworkSid, 5, 1, 2, 0},
        {WinInteractiveSid, 5, 1, 4, 0},
        {WinServiceSid, 5, 1, 6, 0},
        {WinAnonymousSid, 5, 1, 7, 0},
        {WinSelfSid, 5, 1, 10, 0},
        {WinAuthenticatedUserSid, 5, 1, 11, 0},
        {WinRestrictedCodeSid, 5, 1, 12, 0},
        {WinLocalSystemSid, 5, 1, 18, 0},
        {WinLocalServiceSid, 5, 1, 19, 0},
        {WinNetworkServiceSid, 5, 1, 20, 0},
        {WinBuiltinAdministratorsSid, 5, 2, 32, 544},
        {WinBuiltinUsersSid, 5, 2, 32, 545},
        {WinBuiltinGuestsSid, 5, 2, 32, 546},
        {WinBuiltinPowerUsersSid, 5, 2, 32, 547},
        {WinBuiltinAnyPackageSid, 15, 2, 2, 1},
        {WinLowLabelSid, 16, 1, 0x1000, 0},
        {WinMediumLabelSid, 16, 1, 0x2000, 0},
        {WinHighLabelSid, 16, 1, 0x3000, 0},
        {WinSystemLabelSid, 16, 1, 0x4000, 0},
    };
    SID_IDENTIFIER_AUTHORITY authority = SECURITY_NULL_SID_AUTHORITY;
    size_t i, j;
    DWORD needed;

    (void)DomainSid;
    for (i = 0; i < sizeof(known) / sizeof(known[0]) && known[i][0] != (WORD)WellKnownSidType; i++)
        ;
    if (i == sizeof(known) / sizeof(known[0]) || cbSid == NULL) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    needed = GetSidLengthRequired((UCHAR)known[i][2]);
    if (pSid == NULL || *cbSid < needed) {
        *cbSid = needed;
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    *cbSid = needed;
    authority.Value[5] = (BYTE)known[i][1];
    InitializeSid(pSid, &authority, (BYTE)known[i][2]);
    for (j = 0; j < known[i][2]; j++)
        *GetSidSubAuthority(pSid, (DWORD)j) = known[i][3 + j];
    return TRUE;
}

static inline BOOL IsWellKnownSid(PSID pSid, WELL_KNOWN_SID_TYPE WellKnownSidType)
{
    DWORD known[SECURITY_MAX_SID_SIZE / 4];
    DWORD size = sizeof(known), error = GetLastError();
    BOOL is_known = CreateWellKnownSid(WellKnownSidType, NULL, known, &size) && EqualSid(pSid, known);

    SetLastError(error);
    return is_known;
}

#endif
