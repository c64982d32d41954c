/* Security descriptors: who owns a slot and who may do what with it. Inline, except IsValidSecurityDescriptor and text (sddl.h). */
#ifndef MAILSLOT_SECURITY_H
#define MAILSLOT_SECURITY_H

#include "acl.h"

#define SECURITY_DESCRIPTOR_REVISION 1
#define SECURITY_DESCRIPTOR_REVISION1 1
#define SECURITY_DESCRIPTOR_MIN_LENGTH ((DWORD)sizeof(SECURITY_DESCRIPTOR))
#define SE_OWNER_DEFAULTED 0x0001
#define SE_GROUP_DEFAULTED 0x0002
#define SE_DACL_PRESENT 0x0004
#define SE_DACL_DEFAULTED 0x0008
#define SE_SACL_PRESENT 0x0010
#define SE_SACL_DEFAULTED 0x0020
#define SE_DACL_AUTO_INHERIT_REQ 0x0100
#define SE_SACL_AUTO_INHERIT_REQ 0x0200
#define SE_DACL_AUTO_INHERITED 0x0400
#define SE_SACL_AUTO_INHERITED 0x0800
#define SE_DACL_PROTECTED 0x1000
#define SE_SACL_PROTECTED 0x2000
#define SE_RM_CONTROL_VALID 0x4000
#define SE_SELF_RELATIVE 0x8000

#define OWNER_SECURITY_INFORMATION 0x00000001
#define GROUP_SECURITY_INFORMATION 0x00000002
#define DACL_SECURITY_INFORMATION 0x00000004
#define SACL_SECURITY_INFORMATION 0x00000008
#define LABEL_SECURITY_INFORMATION 0x00000010

typedef DWORD SECURITY_INFORMATION, *PSECURITY_INFORMATION;
typedef WORD SECURITY_DESCRIPTOR_CONTROL, *PSECURITY_DESCRIPTOR_CONTROL;

typedef struct _SECURITY_DESCRIPTOR {
    BYTE Revision;
    BYTE Sbz1;
    SECURITY_DESCRIPTOR_CONTROL Control;
    PSID Owner;
    PSID Group;
    PACL Sacl;
    PACL Dacl;
} SECURITY_DESCRIPTOR, *PISECURITY_DESCRIPTOR;

/* The form without pointers: offsets from its start, 0 for none. */
typedef struct _SECURITY_DESCRIPTOR_RELATIVE {
    BYTE Revision;
    BYTE Sbz1;
    SECURITY_DESCRIPTOR_CONTROL Control;
    DWORD Owner;
    DWORD Group;
    DWORD Sacl;
    DWORD Dacl;
} SECURITY_DESCRIPTOR_RELATIVE, *PISECURITY_DESCRIPTOR_RELATIVE;

#ifdef __cplusplus
extern "C" {
#endif
/* Whether the descriptor is well-formed, with all its parts. No last error: FALSE is the answer. */
BOOL WINAPI IsValidSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor);

/*
 * Tells the descriptor of a slot, through either end, in the form without pointers.
 *   RequestedInformation  which parts: OWNER_SECURITY_INFORMATION, GROUP_..., DACL_..., SACL_...
 *   lpnLengthNeeded       receives the size that is needed, in bytes
 * FALSE: 5 the handle lacks READ_CONTROL, 6 no mailslot handle, 122 the buffer is too small, 998 lpnLengthNeeded is NULL.
 */
BOOL WINAPI GetKernelObjectSecurity(HANDLE Handle, SECURITY_INFORMATION RequestedInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength, LPDWORD lpnLengthNeeded);
#ifdef __cplusplus
}
#endif

/* FALSE: 87 another revision than SECURITY_DESCRIPTOR_REVISION. */
static inline BOOL InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD dwRevision)
{
    if (dwRevision != SECURITY_DESCRIPTOR_REVISION) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    memset(pSecurityDescriptor, 0, sizeof(SECURITY_DESCRIPTOR));
    ((PISECURITY_DESCRIPTOR)pSecurityDescriptor)->Revision = SECURITY_DESCRIPTOR_REVISION;
    return TRUE;
}

/* The descriptor with its parts as pointers, whatever its form; FALSE, with 1338, for another revision. */
static inline BOOL mailslot_descriptor_parts(PSECURITY_DESCRIPTOR descriptor, SECURITY_DESCRIPTOR *parts)
{
    BYTE *start = (BYTE *)descriptor;
    SECURITY_DESCRIPTOR_RELATIVE relative;

    memcpy(&relative, descriptor, sizeof(relative));
    if (relative.Revision != SECURITY_DESCRIPTOR_REVISION) {
        SetLastError(ERROR_INVALID_SECURITY_DESCR);
        return FALSE;
    }
    if (!(relative.Control & SE_SELF_RELATIVE)) {
        memcpy(parts, descriptor, sizeof(*parts));
    } else {
        parts->Revision = relative.Revision;
        parts->Sbz1 = relative.Sbz1;
        parts->Control = relative.Control;
        parts->Owner = relative.Owner ? start + relative.Owner : NULL;
        parts->Group = relative.Group ? start + relative.Group : NULL;
        parts->Sacl = (PACL)(PVOID)(relative.Sacl ? start + relative.Sacl : NULL);
        parts->Dacl = (PACL)(PVOID)(relative.Dacl ? start + relative.Dacl : NULL);
    }
    if (!(parts->Control & SE_SACL_PRESENT))
        parts->Sacl = NULL;
    if (!(parts->Control & SE_DACL_PRESENT))
        parts->Dacl = NULL;
    return TRUE;
}

/* The descriptor if parts of it can be set: only the form with pointers. Else NULL, with 1338. */
static inline PISECURITY_DESCRIPTOR mailslot_settable_descriptor(PSECURITY_DESCRIPTOR descriptor)
{
    PISECURITY_DESCRIPTOR absolute = (PISECURITY_DESCRIPTOR)descriptor;

    if (absolute->Revision == SECURITY_DESCRIPTOR_REVISION && !(absolute->Control & SE_SELF_RELATIVE))
        return absolute;
    SetLastError(ERROR_INVALID_SECURITY_DESCR);
    return NULL;
}

static inline void mailslot_set_control(PISECURITY_DESCRIPTOR descriptor, WORD mask, WORD bits)
{
    descriptor->Control = (WORD)((descriptor->Control & ~mask) | bits);
}

/*
 * Gives the descriptor an access list, which is not copied and has to stay.
 *   bDaclPresent  FALSE: it has none, and a slot gets the default list (its owner and root); pDacl is ignored
 *   pDacl         NULL lets everyone in, an empty list nobody
 * FALSE: 1338 another revision, or the form without pointers.
 */
static inline BOOL SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor, BOOL bDaclPresent, PACL pDacl,
                                             BOOL bDaclDefaulted)
{
    PISECURITY_DESCRIPTOR descriptor = mailslot_settable_descriptor(pSecurityDescriptor);

    if (descriptor == NULL)
        return FALSE;
    mailslot_set_control(descriptor, SE_DACL_PRESENT | SE_DACL_DEFAULTED,
                         (WORD)(bDaclPresent ? SE_DACL_PRESENT | (bDaclDefaulted ? SE_DACL_DEFAULTED : 0) : 0));
    if (bDaclPresent)
        descriptor->Dacl = pDacl;
    return TRUE;
}

/* As for the DACL. Kept with the slot, without effect. */
static inline BOOL SetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR pSecurityDescriptor, BOOL bSaclPresent, PACL pSacl,
                                             BOOL bSaclDefaulted)
{
    PISECURITY_DESCRIPTOR descriptor = mailslot_settable_descriptor(pSecurityDescriptor);

    if (descriptor == NULL)
        return FALSE;
    mailslot_set_control(descriptor, SE_SACL_PRESENT | SE_SACL_DEFAULTED,
                         (WORD)(bSaclPresent ? SE_SACL_PRESENT | (bSaclDefaulted ? SE_SACL_DEFAULTED : 0) : 0));
    if (bSaclPresent)
        descriptor->Sacl = pSacl;
    return TRUE;
}

/* The SID is not copied. NULL: whoever creates the slot. FALSE: 1338. */
static inline BOOL SetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID pOwner, BOOL bOwnerDefaulted)
{
    PISECURITY_DESCRIPTOR descriptor = mailslot_settable_descriptor(pSecurityDescriptor);

    if (descriptor == NULL)
        return FALSE;
    mailslot_set_control(descriptor, SE_OWNER_DEFAULTED, (WORD)(bOwnerDefaulted ? SE_OWNER_DEFAULTED : 0));
    descriptor->Owner = pOwner;
    return TRUE;
}

static inline BOOL SetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID pGroup, BOOL bGroupDefaulted)
{
    PISECURITY_DESCRIPTOR descriptor = mailslot_settable_descriptor(pSecurityDescriptor);

    if (descriptor == NULL)
        return FALSE;
    mailslot_set_control(descriptor, SE_GROUP_DEFAULTED, (WORD)(bGroupDefaulted ? SE_GROUP_DEFAULTED : 0));
    descriptor->Group = pGroup;
    return TRUE;
}

/* The bits of the mask that say how lists are inherited. FALSE: 87 other bits, 1338. */
static inline BOOL SetSecurityDescriptorControl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                SECURITY_DESCRIPTOR_CONTROL ControlBitsOfInterest,
                                                SECURITY_DESCRIPTOR_CONTROL ControlBitsToSet)
{
    const WORD settable = 0x3F00;

    if ((ControlBitsOfInterest & ~settable) || (ControlBitsToSet & ~ControlBitsOfInterest)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    if (((PISECURITY_DESCRIPTOR)pSecurityDescriptor)->Revision != SECURITY_DESCRIPTOR_REVISION) {
        SetLastError(ERROR_INVALID_SECURITY_DESCR);
        return FALSE;
    }
    mailslot_set_control((PISECURITY_DESCRIPTOR)pSecurityDescriptor, ControlBitsOfInterest, ControlBitsToSet);
    return TRUE;
}

/* FALSE: 1338 another revision. */
static inline BOOL GetSecurityDescriptorControl(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSECURITY_DESCRIPTOR_CONTROL pControl,
                                                LPDWORD lpdwRevision)
{
    SECURITY_DESCRIPTOR parts;

    if (!mailslot_descriptor_parts(pSecurityDescriptor, &parts))
        return FALSE;
    *pControl = parts.Control;
    *lpdwRevision = parts.Revision;
    return TRUE;
}

/* The list in the descriptor. Without one (*lpbDaclPresent is FALSE) the other outputs stay as they are. FALSE: 1338. */
static inline BOOL GetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor, LPBOOL lpbDaclPresent, PACL *pDacl,
                                             LPBOOL lpbDaclDefaulted)
{
    SECURITY_DESCRIPTOR parts;

    if (!mailslot_descriptor_parts(pSecurityDescriptor, &parts))
        return FALSE;
    *lpbDaclPresent = (parts.Control & SE_DACL_PRESENT) != 0;
    if (*lpbDaclPresent) {
        *pDacl = parts.Dacl;
        *lpbDaclDefaulted = (parts.Control & SE_DACL_DEFAULTED) != 0;
    }
    return TRUE;
}

static inline BOOL GetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR pSecurityDescriptor, LPBOOL lpbSaclPresent, PACL *pSacl,
                                             LPBOOL lpbSaclDefaulted)
{
    SECURITY_DESCRIPTOR parts;

    if (!mailslot_descriptor_parts(pSecurityDescriptor, &parts))
        return FALSE;
    *lpbSaclPresent = (parts.Control & SE_SACL_PRESENT) != 0;
    if (*lpbSaclPresent) {
        *pSacl = parts.Sacl;
        *lpbSaclDefaulted = (parts.Control & SE_SACL_DEFAULTED) != 0;
    }
    return TRUE;
}

static inline BOOL GetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID *pOwner, LPBOOL lpbOwnerDefaulted)
{
    SECURITY_DESCRIPTOR parts;

    if (!mailslot_descriptor_parts(pSecurityDescriptor, &parts))
        return FALSE;
    *pOwner = parts.Owner;
    *lpbOwnerDefaulted = (parts.Control & SE_OWNER_DEFAULTED) != 0;
    return TRUE;
}

static inline BOOL GetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID *pGroup, LPBOOL lpbGroupDefaulted)
{
    SECURITY_DESCRIPTOR parts;

    if (!mailslot_descriptor_parts(pSecurityDescriptor, &parts))
        return FALSE;
    *pGroup = parts.Group;
    *lpbGroupDefaulted = (parts.Control & SE_GROUP_DEFAULTED) != 0;
    return TRUE;
}

/* Puts a part behind the others if there is room, or only counts it where `start` is NULL. Tells its offset, 0 for no part. */
static inline DWORD mailslot_put_part(BYTE *start, DWORD *used, const void *part, DWORD size)
{
    DWORD offset = *used;

    if (part == NULL)
        return 0;
    if (start != NULL)
        memcpy(start + offset, part, size);
    *used += (size + 3) & ~3U;
    return offset;
}

/* The form without pointers, written to `start` unless that is NULL. Tells its size. */
static inline DWORD mailslot_flatten(const SECURITY_DESCRIPTOR *parts, BYTE *start)
{
    SECURITY_DESCRIPTOR_RELATIVE relative;
    DWORD used = sizeof(relative);

    relative.Revision = parts->Revision;
    relative.Sbz1 = parts->Sbz1;
    relative.Control = (WORD)(parts->Control | SE_SELF_RELATIVE);
    relative.Sacl = mailslot_put_part(start, &used, parts->Sacl, parts->Sacl ? parts->Sacl->AclSize : 0);
    relative.Dacl = mailslot_put_part(start, &used, parts->Dacl, parts->Dacl ? parts->Dacl->AclSize : 0);
    relative.Owner = mailslot_put_part(start, &used, parts->Owner, parts->Owner ? GetLengthSid(parts->Owner) : 0);
    relative.Group = mailslot_put_part(start, &used, parts->Group, parts->Group ? GetLengthSid(parts->Group) : 0);
    if (start != NULL)
        memcpy(start, &relative, sizeof(relative));
    return used;
}

/* In bytes, of the descriptor and its parts in the form without pointers; 0 for no descriptor. */
static inline DWORD GetSecurityDescriptorLength(PSECURITY_DESCRIPTOR pSecurityDescriptor)
{
    SECURITY_DESCRIPTOR parts;

    return mailslot_descriptor_parts(pSecurityDescriptor, &parts) ? mailslot_flatten(&parts, NULL) : 0;
}

/* FALSE: 122 too small, and *lpdwBufferLength is what is needed, 1338, 1361 it has that form already. */
static inline BOOL MakeSelfRelativeSD(PSECURITY_DESCRIPTOR pAbsoluteSecurityDescriptor,
                                      PSECURITY_DESCRIPTOR pSelfRelativeSecurityDescriptor, LPDWORD lpdwBufferLength)
{
    SECURITY_DESCRIPTOR parts;
    DWORD needed;

    if (!mailslot_descriptor_parts(pAbsoluteSecurityDescriptor, &parts))
        return FALSE;
    if (parts.Control & SE_SELF_RELATIVE) {
        SetLastError(ERROR_BAD_DESCRIPTOR_FORMAT);
        return FALSE;
    }
    needed = mailslot_flatten(&parts, NULL);
    if (pSelfRelativeSecurityDescriptor == NULL || *lpdwBufferLength < needed) {
        *lpdwBufferLength = needed;
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    memset(pSelfRelativeSecurityDescriptor, 0, needed);
    mailslot_flatten(&parts, (BYTE *)pSelfRelativeSecurityDescriptor);
    return TRUE;
}

#endif
