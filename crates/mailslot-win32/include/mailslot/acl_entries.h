/* Access lists from descriptions of their entries: SetEntriesInAcl. Inline. */
#ifndef MAILSLOT_ACL_ENTRIES_H
#define MAILSLOT_ACL_ENTRIES_H

#include "compat.h"
#include "security.h"
#include "utf8.h"

typedef enum _TRUSTEE_TYPE {
    TRUSTEE_IS_UNKNOWN,
    TRUSTEE_IS_USER,
    TRUSTEE_IS_GROUP,
    TRUSTEE_IS_DOMAIN,
    TRUSTEE_IS_ALIAS,
    TRUSTEE_IS_WELL_KNOWN_GROUP,
    TRUSTEE_IS_DELETED,
    TRUSTEE_IS_INVALID,
    TRUSTEE_IS_COMPUTER
} TRUSTEE_TYPE;

typedef enum _TRUSTEE_FORM {
    TRUSTEE_IS_SID,
    TRUSTEE_IS_NAME,
    TRUSTEE_BAD_FORM,
    TRUSTEE_IS_OBJECTS_AND_SID,
    TRUSTEE_IS_OBJECTS_AND_NAME
} TRUSTEE_FORM;

typedef enum _MULTIPLE_TRUSTEE_OPERATION {
    NO_MULTIPLE_TRUSTEE,
    TRUSTEE_IS_IMPERSONATE
} MULTIPLE_TRUSTEE_OPERATION;

/* ptstrName is the name, or the SID. */
typedef struct _TRUSTEE_A {
    struct _TRUSTEE_A *pMultipleTrustee;
    MULTIPLE_TRUSTEE_OPERATION MultipleTrusteeOperation;
    TRUSTEE_FORM TrusteeForm;
    TRUSTEE_TYPE TrusteeType;
    LPSTR ptstrName;
} TRUSTEE_A, *PTRUSTEE_A, TRUSTEEA, *PTRUSTEEA;

typedef struct _TRUSTEE_W {
    struct _TRUSTEE_W *pMultipleTrustee;
    MULTIPLE_TRUSTEE_OPERATION MultipleTrusteeOperation;
    TRUSTEE_FORM TrusteeForm;
    TRUSTEE_TYPE TrusteeType;
    LPWSTR ptstrName;
} TRUSTEE_W, *PTRUSTEE_W, TRUSTEEW, *PTRUSTEEW;

typedef enum _ACCESS_MODE {
    NOT_USED_ACCESS,
    GRANT_ACCESS,
    SET_ACCESS,
    DENY_ACCESS,
    REVOKE_ACCESS,
    SET_AUDIT_SUCCESS,
    SET_AUDIT_FAILURE
} ACCESS_MODE;

#define NO_INHERITANCE 0x0
#define SUB_OBJECTS_ONLY_INHERIT 0x1
#define SUB_CONTAINERS_ONLY_INHERIT 0x2
#define SUB_CONTAINERS_AND_OBJECTS_INHERIT 0x3
#define INHERIT_NO_PROPAGATE 0x4
#define INHERIT_ONLY 0x8

typedef struct _EXPLICIT_ACCESS_A {
    DWORD grfAccessPermissions;
    ACCESS_MODE grfAccessMode;
    DWORD grfInheritance;
    TRUSTEE_A Trustee;
} EXPLICIT_ACCESS_A, *PEXPLICIT_ACCESS_A, EXPLICIT_ACCESSA, *PEXPLICIT_ACCESSA;

typedef struct _EXPLICIT_ACCESS_W {
    DWORD grfAccessPermissions;
    ACCESS_MODE grfAccessMode;
    DWORD grfInheritance;
    TRUSTEE_W Trustee;
} EXPLICIT_ACCESS_W, *PEXPLICIT_ACCESS_W, EXPLICIT_ACCESSW, *PEXPLICIT_ACCESSW;

/* The SID of a trustee, in `room` if it has none of its own. Known names: EVERYONE, CURRENT_USER, CREATOR OWNER, SYSTEM,
   Administrators, Users. NULL for others. */
static inline PSID mailslot_trustee_sid(const TRUSTEE_A *trustee, DWORD room[SECURITY_MAX_SID_SIZE / 4])
{
    static const struct {
        char name[16];
        WELL_KNOWN_SID_TYPE type;
    } known[] = {{"EVERYONE", WinWorldSid},
                 {"CREATOR OWNER", WinCreatorOwnerSid},
                 {"SYSTEM", WinLocalSystemSid},
                 {"ADMINISTRATORS", WinBuiltinAdministratorsSid},
                 {"USERS", WinBuiltinUsersSid}};
    DWORD size = SECURITY_MAX_SID_SIZE, i;

    if (trustee->ptstrName == NULL)
        return NULL;
    if (trustee->TrusteeForm == TRUSTEE_IS_SID)
        return IsValidSid(trustee->ptstrName) ? (PSID)trustee->ptstrName : NULL;
    if (trustee->TrusteeForm != TRUSTEE_IS_NAME)
        return NULL;
    if (lstrcmpiA(trustee->ptstrName, "CURRENT_USER") == 0) {
        SID_IDENTIFIER_AUTHORITY unix_users = {{0, 0, 0, 0, 0, 22}};

        InitializeSid(room, &unix_users, 2);
        *GetSidSubAuthority(room, 0) = 1;
        *GetSidSubAuthority(room, 1) = mailslot_libc_geteuid();
        return room;
    }
    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (lstrcmpiA(trustee->ptstrName, known[i].name) == 0)
            return CreateWellKnownSid(known[i].type, NULL, room, &size) ? room : NULL;
    }
    return NULL;
}

/* Whether an entry of the old list gives way: those of a trustee that is set anew give way, and for REVOKE those that allow. */
static inline BOOL mailslot_is_replaced(const ACCESS_ALLOWED_ACE *ace, ULONG count, const EXPLICIT_ACCESS_A *entries)
{
    DWORD room[SECURITY_MAX_SID_SIZE / 4];
    ULONG i;

    for (i = 0; i < count; i++) {
        ACCESS_MODE mode = entries[i].grfAccessMode;
        BOOL is_concerned = mode == SET_ACCESS || (mode == REVOKE_ACCESS && ace->Header.AceType == ACCESS_ALLOWED_ACE_TYPE);

        if (is_concerned && EqualSid((PSID)(size_t)&ace->SidStart, mailslot_trustee_sid(&entries[i].Trustee, room)))
            return TRUE;
    }
    return FALSE;
}

/* Appends the entries of the old list that stay, inherited ones or the others. */
static inline void mailslot_keep_entries(PACL list, BYTE **end, PACL old, BOOL inherited, ULONG count,
                                         const EXPLICIT_ACCESS_A *entries)
{
    DWORD i;

    for (i = 0; old != NULL && i < old->AceCount; i++) {
        ACCESS_ALLOWED_ACE *ace = (ACCESS_ALLOWED_ACE *)(PVOID)mailslot_ace_at(old, i);

        if (!(ace->Header.AceFlags & INHERITED_ACE) == !inherited && (inherited || !mailslot_is_replaced(ace, count, entries))) {
            memcpy(*end, ace, ace->Header.AceSize);
            *end += ace->Header.AceSize;
            list->AceCount++;
        }
    }
}

/* Appends new entries: those that deny, or those that allow. */
static inline void mailslot_new_entries(PACL list, BYTE **end, BOOL deny, ULONG count, const EXPLICIT_ACCESS_A *entries)
{
    DWORD room[SECURITY_MAX_SID_SIZE / 4];
    ULONG i;

    for (i = 0; i < count; i++) {
        ACCESS_MODE mode = entries[i].grfAccessMode;
        PSID sid = mailslot_trustee_sid(&entries[i].Trustee, room);

        if (deny ? mode == DENY_ACCESS : mode == GRANT_ACCESS || mode == SET_ACCESS) {
            mailslot_add_ace(list, ACL_REVISION, entries[i].grfInheritance & VALID_INHERIT_FLAGS, VALID_INHERIT_FLAGS,
                             deny ? ACCESS_DENIED_ACE_TYPE : ACCESS_ALLOWED_ACE_TYPE, entries[i].grfAccessPermissions, sid);
            *end = mailslot_ace_at(list, list->AceCount);
        }
    }
}

/*
 * Makes a new list, to be freed with LocalFree, of an old one (or NULL) and entries to grant, set, deny or revoke: first new entries
 * that deny, then the old list's own, then new ones that allow, then the old list's inherited ones. Audit entries and objects
 * are not supported.
 * Returns the error, and sets none: 0, 8, 87 a trustee or a mode that cannot be, 1332 an unknown name, 1336 a malformed old list or
 * one that would be too large.
 */
static inline DWORD SetEntriesInAclA(ULONG cCountOfExplicitEntries, PEXPLICIT_ACCESS_A pListOfExplicitEntries, PACL OldAcl,
                                     PACL *NewAcl)
{
    const EXPLICIT_ACCESS_A *entries = pListOfExplicitEntries;
    size_t size = sizeof(ACL) + (OldAcl ? OldAcl->AclSize : 0);
    DWORD room[SECURITY_MAX_SID_SIZE / 4], error = GetLastError();
    BYTE *end;
    PACL list;
    ULONG i;

    if (NewAcl == NULL || (cCountOfExplicitEntries && entries == NULL))
        return ERROR_INVALID_PARAMETER;
    if (OldAcl != NULL && !IsValidAcl(OldAcl))
        return ERROR_INVALID_ACL;
    for (i = 0; i < cCountOfExplicitEntries; i++) {
        if (entries[i].grfAccessMode < GRANT_ACCESS || entries[i].grfAccessMode > REVOKE_ACCESS)
            return ERROR_INVALID_PARAMETER;
        if (mailslot_trustee_sid(&entries[i].Trustee, room) == NULL)
            return entries[i].Trustee.TrusteeForm == TRUSTEE_IS_NAME ? ERROR_NONE_MAPPED : ERROR_INVALID_PARAMETER;
        size += sizeof(ACE_HEADER) + sizeof(ACCESS_MASK) + SECURITY_MAX_SID_SIZE;
        if (size > 0xFFFF)
            return ERROR_INVALID_ACL;
    }
    list = (PACL)mailslot_libc_calloc(1, size);
    if (list == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    InitializeAcl(list, (DWORD)size, ACL_REVISION);
    end = (BYTE *)(list + 1);
    mailslot_new_entries(list, &end, TRUE, cCountOfExplicitEntries, entries);
    mailslot_keep_entries(list, &end, OldAcl, FALSE, cCountOfExplicitEntries, entries);
    mailslot_new_entries(list, &end, FALSE, cCountOfExplicitEntries, entries);
    mailslot_keep_entries(list, &end, OldAcl, TRUE, cCountOfExplicitEntries, entries);
    list->AclSize = (WORD)(end - (BYTE *)list);
    SetLastError(error);
    *NewAcl = list;
    return ERROR_SUCCESS;
}

static inline DWORD SetEntriesInAclW(ULONG cCountOfExplicitEntries, PEXPLICIT_ACCESS_W pListOfExplicitEntries, PACL OldAcl,
                                     PACL *NewAcl)
{
    ULONG count = pListOfExplicitEntries ? cCountOfExplicitEntries : 0, i;
    EXPLICIT_ACCESS_A *entries = (EXPLICIT_ACCESS_A *)mailslot_libc_calloc(count + 1, sizeof(*entries));
    DWORD error = entries ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;

    for (i = 0; !error && i < count; i++) {
        const EXPLICIT_ACCESS_W *wide = &pListOfExplicitEntries[i];
        BOOL is_name = wide->Trustee.TrusteeForm == TRUSTEE_IS_NAME && wide->Trustee.ptstrName != NULL;

        entries[i].grfAccessPermissions = wide->grfAccessPermissions;
        entries[i].grfAccessMode = wide->grfAccessMode;
        entries[i].grfInheritance = wide->grfInheritance;
        entries[i].Trustee.TrusteeForm = wide->Trustee.TrusteeForm;
        entries[i].Trustee.TrusteeType = wide->Trustee.TrusteeType;
        entries[i].Trustee.ptstrName = is_name ? mailslot_narrow(wide->Trustee.ptstrName) : (LPSTR)(PVOID)wide->Trustee.ptstrName;
        if (is_name && entries[i].Trustee.ptstrName == NULL)
            error = ERROR_NOT_ENOUGH_MEMORY;
    }
    if (!error)
        error = SetEntriesInAclA(cCountOfExplicitEntries, pListOfExplicitEntries ? entries : NULL, OldAcl, NewAcl);
    for (i = 0; entries != NULL && i < count; i++) {
        if (entries[i].Trustee.TrusteeForm == TRUSTEE_IS_NAME)
            mailslot_libc_free(entries[i].Trustee.ptstrName);
    }
    mailslot_libc_free(entries);
    return error;
}

static inline void BuildTrusteeWithSidA(PTRUSTEE_A pTrustee, PSID pSid)
{
    memset(pTrustee, 0, sizeof(*pTrustee));
    pTrustee->TrusteeForm = TRUSTEE_IS_SID;
    pTrustee->ptstrName = (LPSTR)pSid;
}

static inline void BuildTrusteeWithSidW(PTRUSTEE_W pTrustee, PSID pSid)
{
    memset(pTrustee, 0, sizeof(*pTrustee));
    pTrustee->TrusteeForm = TRUSTEE_IS_SID;
    pTrustee->ptstrName = (LPWSTR)pSid;
}

static inline void BuildExplicitAccessWithNameA(PEXPLICIT_ACCESS_A pExplicitAccess, LPSTR pTrusteeName, DWORD AccessPermissions,
                                                ACCESS_MODE AccessMode, DWORD Inheritance)
{
    memset(pExplicitAccess, 0, sizeof(*pExplicitAccess));
    pExplicitAccess->grfAccessPermissions = AccessPermissions;
    pExplicitAccess->grfAccessMode = AccessMode;
    pExplicitAccess->grfInheritance = Inheritance;
    pExplicitAccess->Trustee.TrusteeForm = TRUSTEE_IS_NAME;
    pExplicitAccess->Trustee.ptstrName = pTrusteeName;
}

static inline void BuildExplicitAccessWithNameW(PEXPLICIT_ACCESS_W pExplicitAccess, LPWSTR pTrusteeName, DWORD AccessPermissions,
                                                ACCESS_MODE AccessMode, DWORD Inheritance)
{
    memset(pExplicitAccess, 0, sizeof(*pExplicitAccess));
    pExplicitAccess->grfAccessPermissions = AccessPermissions;
    pExplicitAccess->grfAccessMode = AccessMode;
    pExplicitAccess->grfInheritance = Inheritance;
    pExplicitAccess->Trustee.TrusteeForm = TRUSTEE_IS_NAME;
    pExplicitAccess->Trustee.ptstrName = pTrusteeName;
}

typedef enum _SE_OBJECT_TYPE {
    SE_UNKNOWN_OBJECT_TYPE,
    SE_FILE_OBJECT,
    SE_SERVICE,
    SE_PRINTER,
    SE_REGISTRY_KEY,
    SE_LMSHARE,
    SE_KERNEL_OBJECT
} SE_OBJECT_TYPE;

/*
 * The descriptor of a slot, through either end: SE_KERNEL_OBJECT or SE_FILE_OBJECT.
 *   ppsidOwner ... ppSacl  NULL, or receive a part of the descriptor
 *   ppSecurityDescriptor   NULL if no part is wanted, or receives the descriptor, to be freed with LocalFree
 * Returns the error: as GetKernelObjectSecurity, and 8, 87 another type.
 */
static inline DWORD GetSecurityInfo(HANDLE handle, SE_OBJECT_TYPE ObjectType, SECURITY_INFORMATION SecurityInfo, PSID *ppsidOwner,
                                    PSID *ppsidGroup, PACL *ppDacl, PACL *ppSacl, PSECURITY_DESCRIPTOR *ppSecurityDescriptor)
{
    DWORD size = 0, before = GetLastError(), error = ERROR_SUCCESS;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    SECURITY_DESCRIPTOR parts;

    if ((ObjectType != SE_KERNEL_OBJECT && ObjectType != SE_FILE_OBJECT) ||
        (ppSecurityDescriptor == NULL && (ppsidOwner || ppsidGroup || ppDacl || ppSacl)))
        return ERROR_INVALID_PARAMETER;
    /* A slot's descriptor does not change, so its size is the same the second time. */
    if (!GetKernelObjectSecurity(handle, SecurityInfo, NULL, 0, &size) && GetLastError() != ERROR_INSUFFICIENT_BUFFER)
        error = GetLastError();
    else if ((descriptor = mailslot_libc_calloc(1, size)) == NULL)
        error = ERROR_NOT_ENOUGH_MEMORY;
    else if (!GetKernelObjectSecurity(handle, SecurityInfo, descriptor, size, &size) ||
             !mailslot_descriptor_parts(descriptor, &parts))
        error = GetLastError();
    SetLastError(before);
    if (error || ppSecurityDescriptor == NULL) {
        mailslot_libc_free(descriptor);
        return error;
    }
    if (ppsidOwner != NULL)
        *ppsidOwner = parts.Owner;
    if (ppsidGroup != NULL)
        *ppsidGroup = parts.Group;
    if (ppDacl != NULL)
        *ppDacl = parts.Dacl;
    if (ppSacl != NULL)
        *ppSacl = parts.Sacl;
    *ppSecurityDescriptor = descriptor;
    return ERROR_SUCCESS;
}

/* The same by name. */
static inline DWORD GetNamedSecurityInfoA(LPCSTR pObjectName, SE_OBJECT_TYPE ObjectType, SECURITY_INFORMATION SecurityInfo,
                                          PSID *ppsidOwner, PSID *ppsidGroup, PACL *ppDacl, PACL *ppSacl,
                                          PSECURITY_DESCRIPTOR *ppSecurityDescriptor)
{
    DWORD before = GetLastError(), error;
    HANDLE client = CreateFileA(pObjectName, READ_CONTROL, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);

    if (client == INVALID_HANDLE_VALUE) {
        error = GetLastError();
    } else {
        error = GetSecurityInfo(client, ObjectType, SecurityInfo, ppsidOwner, ppsidGroup, ppDacl, ppSacl, ppSecurityDescriptor);
        CloseHandle(client);
    }
    SetLastError(before);
    return error;
}

static inline DWORD GetNamedSecurityInfoW(LPCWSTR pObjectName, SE_OBJECT_TYPE ObjectType, SECURITY_INFORMATION SecurityInfo,
                                          PSID *ppsidOwner, PSID *ppsidGroup, PACL *ppDacl, PACL *ppSacl,
                                          PSECURITY_DESCRIPTOR *ppSecurityDescriptor)
{
    char *name = pObjectName ? mailslot_narrow(pObjectName) : NULL;
    DWORD error = name == NULL ? (pObjectName ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER)
                               : GetNamedSecurityInfoA(name, ObjectType, SecurityInfo, ppsidOwner, ppsidGroup, ppDacl, ppSacl,
                                                       ppSecurityDescriptor);

    mailslot_libc_free(name);
    return error;
}

#ifdef UNICODE
#define GetNamedSecurityInfo GetNamedSecurityInfoW
#else
#define GetNamedSecurityInfo GetNamedSecurityInfoA
#endif

#ifdef UNICODE
#define TRUSTEE TRUSTEEW
#define PTRUSTEE PTRUSTEEW
#define EXPLICIT_ACCESS EXPLICIT_ACCESSW
#define PEXPLICIT_ACCESS PEXPLICIT_ACCESSW
#define SetEntriesInAcl SetEntriesInAclW
#define BuildTrusteeWithSid BuildTrusteeWithSidW
#define BuildExplicitAccessWithName BuildExplicitAccessWithNameW
#else
#define TRUSTEE TRUSTEEA
#define PTRUSTEE PTRUSTEEA
#define EXPLICIT_ACCESS EXPLICIT_ACCESSA
#define PEXPLICIT_ACCESS PEXPLICIT_ACCESSA
#define SetEntriesInAcl SetEntriesInAclA
#define BuildTrusteeWithSid BuildTrusteeWithSidA
#define BuildExplicitAccessWithName BuildExplicitAccessWithNameA
#endif

#endif
