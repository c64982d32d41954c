/* Access lists: who may do what. Inline, except IsValidAcl. Entries are looked at in their order; an empty list lets nobody in. */
#ifndef MAILSLOT_ACL_H
#define MAILSLOT_ACL_H

#include "sid.h"

#define ACL_REVISION 2
#define ACL_REVISION1 1
#define ACL_REVISION2 2
#define ACL_REVISION3 3
#define ACL_REVISION4 4
#define ACL_REVISION_DS 4
#define MIN_ACL_REVISION ACL_REVISION2
#define MAX_ACL_REVISION ACL_REVISION4
#ifndef MAXDWORD
#define MAXDWORD 0xFFFFFFFF
#endif

#define ACCESS_ALLOWED_ACE_TYPE 0x0
#define ACCESS_DENIED_ACE_TYPE 0x1
#define SYSTEM_AUDIT_ACE_TYPE 0x2
#define SYSTEM_MANDATORY_LABEL_ACE_TYPE 0x11

#define OBJECT_INHERIT_ACE 0x1
#define CONTAINER_INHERIT_ACE 0x2
#define NO_PROPAGATE_INHERIT_ACE 0x4
#define INHERIT_ONLY_ACE 0x8
#define INHERITED_ACE 0x10
#define VALID_INHERIT_FLAGS 0x1F
#define SUCCESSFUL_ACCESS_ACE_FLAG 0x40
#define FAILED_ACCESS_ACE_FLAG 0x80

#define SYSTEM_MANDATORY_LABEL_NO_WRITE_UP 0x1
#define SYSTEM_MANDATORY_LABEL_NO_READ_UP 0x2
#define SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP 0x4

typedef DWORD ACCESS_MASK, *PACCESS_MASK;

typedef struct _ACL {
    BYTE AclRevision;
    BYTE Sbz1;
    WORD AclSize;
    WORD AceCount;
    WORD Sbz2;
} ACL, *PACL;

typedef struct _ACE_HEADER {
    BYTE AceType;
    BYTE AceFlags;
    WORD AceSize;
} ACE_HEADER, *PACE_HEADER;

/* The SID begins at SidStart. */
typedef struct _ACCESS_ALLOWED_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} ACCESS_ALLOWED_ACE, *PACCESS_ALLOWED_ACE;

typedef struct _ACCESS_DENIED_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} ACCESS_DENIED_ACE, *PACCESS_DENIED_ACE;

typedef struct _SYSTEM_AUDIT_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_AUDIT_ACE, *PSYSTEM_AUDIT_ACE;

typedef struct _SYSTEM_MANDATORY_LABEL_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_MANDATORY_LABEL_ACE, *PSYSTEM_MANDATORY_LABEL_ACE;

typedef enum _ACL_INFORMATION_CLASS {
    AclRevisionInformation = 1,
    AclSizeInformation
} ACL_INFORMATION_CLASS;

typedef struct _ACL_REVISION_INFORMATION {
    DWORD AclRevision;
} ACL_REVISION_INFORMATION, *PACL_REVISION_INFORMATION;

typedef struct _ACL_SIZE_INFORMATION {
    DWORD AceCount;
    DWORD AclBytesInUse;
    DWORD AclBytesFree;
} ACL_SIZE_INFORMATION, *PACL_SIZE_INFORMATION;

#ifdef __cplusplus
extern "C" {
#endif
/* Whether the list is well-formed, with all its entries. No last error: FALSE is the answer. */
BOOL WINAPI IsValidAcl(PACL pAcl);
#ifdef __cplusplus
}
#endif

/* FALSE: 122 too small for an empty list, 87 larger than 65,535 bytes, or none of the revisions 2, 3, 4. */
static inline BOOL InitializeAcl(PACL pAcl, DWORD nAclLength, DWORD dwAclRevision)
{
    if (nAclLength < sizeof(ACL)) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    if (nAclLength > 0xFFFF || dwAclRevision < MIN_ACL_REVISION || dwAclRevision > MAX_ACL_REVISION) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    memset(pAcl, 0, sizeof(ACL));
    pAcl->AclRevision = (BYTE)dwAclRevision;
    pAcl->AclSize = (WORD)nAclLength;
    return TRUE;
}

/* Where the entry of that number begins, or where the next is to be put; NULL if the list does not hold that many, or is damaged. */
static inline BYTE *mailslot_ace_at(const ACL *list, DWORD index)
{
    BYTE *start = (BYTE *)(size_t)list;
    size_t at = sizeof(ACL);
    DWORD i;

    if (index > list->AceCount || list->AclSize < sizeof(ACL))
        return NULL;
    for (i = 0; i < index; i++) {
        WORD size;

        if (at + sizeof(ACE_HEADER) > list->AclSize)
            return NULL;
        memcpy(&size, start + at + 2, sizeof(size));
        if (size < sizeof(ACE_HEADER) || at + size > list->AclSize)
            return NULL;
        at += size;
    }
    return start + at;
}

static inline BOOL mailslot_add_ace(PACL list, DWORD revision, DWORD flags, DWORD valid_flags, BYTE type, DWORD mask, PSID sid)
{
    DWORD error = 0;
    size_t size = sizeof(ACE_HEADER) + sizeof(ACCESS_MASK) + (IsValidSid(sid) ? GetLengthSid(sid) : 0);
    BYTE *place = mailslot_ace_at(list, list->AceCount);
    ACCESS_ALLOWED_ACE start;

    if (!IsValidSid(sid))
        error = ERROR_INVALID_SID;
    else if (list->AclRevision < MIN_ACL_REVISION || list->AclRevision > MAX_ACL_REVISION || place == NULL)
        error = ERROR_INVALID_ACL;
    else if (revision < MIN_ACL_REVISION || revision > MAX_ACL_REVISION)
        error = ERROR_REVISION_MISMATCH;
    else if (flags & ~valid_flags)
        error = ERROR_INVALID_PARAMETER;
    else if ((size_t)(place - (BYTE *)list) + size > list->AclSize)
        error = ERROR_ALLOTTED_SPACE_EXCEEDED;
    if (error) {
        SetLastError(error);
        return FALSE;
    }
    start.Header.AceType = type;
    start.Header.AceFlags = (BYTE)flags;
    start.Header.AceSize = (WORD)size;
    start.Mask = mask;
    memcpy(place, &start, sizeof(ACE_HEADER) + sizeof(ACCESS_MASK));
    memcpy(place + sizeof(ACE_HEADER) + sizeof(ACCESS_MASK), sid, GetLengthSid(sid));
    list->AceCount++;
    if (revision > list->AclRevision)
        list->AclRevision = (BYTE)revision;
    return TRUE;
}

/*
 * Append an entry. In the order of their calls entries are looked at: refusals belong before what they refuse.
 * FALSE: 87 unknown flags, 1306 no revision of a list, 1336 a damaged list, 1337 no SID, 1344 the list is full.
 */
static inline BOOL AddAccessAllowedAceEx(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags, DWORD AccessMask, PSID pSid)
{
    return mailslot_add_ace(pAcl, dwAceRevision, AceFlags, VALID_INHERIT_FLAGS, ACCESS_ALLOWED_ACE_TYPE, AccessMask, pSid);
}

static inline BOOL AddAccessAllowedAce(PACL pAcl, DWORD dwAceRevision, DWORD AccessMask, PSID pSid)
{
    return AddAccessAllowedAceEx(pAcl, dwAceRevision, 0, AccessMask, pSid);
}

static inline BOOL AddAccessDeniedAceEx(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags, DWORD AccessMask, PSID pSid)
{
    return mailslot_add_ace(pAcl, dwAceRevision, AceFlags, VALID_INHERIT_FLAGS, ACCESS_DENIED_ACE_TYPE, AccessMask, pSid);
}

static inline BOOL AddAccessDeniedAce(PACL pAcl, DWORD dwAceRevision, DWORD AccessMask, PSID pSid)
{
    return AddAccessDeniedAceEx(pAcl, dwAceRevision, 0, AccessMask, pSid);
}

/* Kept with the slot, without effect: nothing is audited. */
static inline BOOL AddAuditAccessAceEx(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags, DWORD dwAccessMask, PSID pSid,
                                       BOOL bAuditSuccess, BOOL bAuditFailure)
{
    DWORD flags = AceFlags | (bAuditSuccess ? SUCCESSFUL_ACCESS_ACE_FLAG : 0) | (bAuditFailure ? FAILED_ACCESS_ACE_FLAG : 0);

    return mailslot_add_ace(pAcl, dwAceRevision, flags, VALID_INHERIT_FLAGS | 0xC0, SYSTEM_AUDIT_ACE_TYPE, dwAccessMask, pSid);
}

/* Kept with the slot, without effect: integrity levels do not exist here. */
static inline BOOL AddMandatoryAce(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags, DWORD MandatoryPolicy, PSID pLabelSid)
{
    return mailslot_add_ace(pAcl, dwAceRevision, AceFlags, VALID_INHERIT_FLAGS, SYSTEM_MANDATORY_LABEL_ACE_TYPE,
                            MandatoryPolicy, pLabelSid);
}

/* FALSE: 87 there is no such entry. */
static inline BOOL GetAce(PACL pAcl, DWORD dwAceIndex, LPVOID *pAce)
{
    BYTE *place = dwAceIndex < pAcl->AceCount ? mailslot_ace_at(pAcl, dwAceIndex) : NULL;

    if (place == NULL) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    *pAce = place;
    return TRUE;
}

/* FALSE: 87 there is no such entry. */
static inline BOOL DeleteAce(PACL pAcl, DWORD dwAceIndex)
{
    BYTE *place = dwAceIndex < pAcl->AceCount ? mailslot_ace_at(pAcl, dwAceIndex) : NULL;
    BYTE *behind = place ? mailslot_ace_at(pAcl, dwAceIndex + 1) : NULL;
    BYTE *end = mailslot_ace_at(pAcl, pAcl->AceCount);

    if (behind == NULL || end == NULL) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    memmove(place, behind, (size_t)(end - behind));
    pAcl->AceCount--;
    return TRUE;
}

/* FALSE: 87 no such class, or a damaged list, 122 the structure is too small. */
static inline BOOL GetAclInformation(PACL pAcl, LPVOID pAclInformation, DWORD nAclInformationLength,
                                     ACL_INFORMATION_CLASS dwAclInformationClass)
{
    BYTE *end = mailslot_ace_at(pAcl, pAcl->AceCount);
    DWORD needed = dwAclInformationClass == AclSizeInformation ? sizeof(ACL_SIZE_INFORMATION) : sizeof(ACL_REVISION_INFORMATION);

    if (end == NULL || (dwAclInformationClass != AclSizeInformation && dwAclInformationClass != AclRevisionInformation)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    if (nAclInformationLength < needed) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    if (dwAclInformationClass == AclSizeInformation) {
        ACL_SIZE_INFORMATION *size = (ACL_SIZE_INFORMATION *)pAclInformation;

        size->AceCount = pAcl->AceCount;
        size->AclBytesInUse = (DWORD)(end - (BYTE *)pAcl);
        size->AclBytesFree = pAcl->AclSize - size->AclBytesInUse;
    } else {
        ((ACL_REVISION_INFORMATION *)pAclInformation)->AclRevision = pAcl->AclRevision;
    }
    return TRUE;
}

#endif
