/* Building a SECURITY_DESCRIPTOR, for programs that let others write to their slot (a NULL DACL). Inline: the library only
   reads the finished structure. */
#ifndef MAILSLOT_SECURITY_H
#define MAILSLOT_SECURITY_H

#include "errors.h"
#include "functions.h"

#define SECURITY_DESCRIPTOR_REVISION 1
#define SECURITY_DESCRIPTOR_MIN_LENGTH ((DWORD)sizeof(SECURITY_DESCRIPTOR))
#define SE_DACL_PRESENT 0x0004
#define SE_DACL_DEFAULTED 0x0008
#define SE_SELF_RELATIVE 0x8000
#define ACL_REVISION 2

typedef PVOID PSID;
typedef WORD SECURITY_DESCRIPTOR_CONTROL, *PSECURITY_DESCRIPTOR_CONTROL;

typedef struct _ACL {
    BYTE AclRevision;
    BYTE Sbz1;
    WORD AclSize;
    WORD AceCount;
    WORD Sbz2;
} ACL, *PACL;

typedef struct _SECURITY_DESCRIPTOR {
    BYTE Revision;
    BYTE Sbz1;
    SECURITY_DESCRIPTOR_CONTROL Control;
    PSID Owner;
    PSID Group;
    PACL Sacl;
    PACL Dacl;
} SECURITY_DESCRIPTOR, *PISECURITY_DESCRIPTOR;

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

static inline BOOL SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor, BOOL bDaclPresent, PACL pDacl,
                                             BOOL bDaclDefaulted)
{
    PISECURITY_DESCRIPTOR descriptor = (PISECURITY_DESCRIPTOR)pSecurityDescriptor;
    WORD control = (WORD)(descriptor->Control & ~(SE_DACL_PRESENT | SE_DACL_DEFAULTED));

    if (descriptor->Revision != SECURITY_DESCRIPTOR_REVISION) {
        SetLastError(ERROR_INVALID_SECURITY_DESCR);
        return FALSE;
    }
    if (bDaclPresent) {
        control = (WORD)(control | SE_DACL_PRESENT | (bDaclDefaulted ? SE_DACL_DEFAULTED : 0));
        descriptor->Dacl = pDacl;
    }
    descriptor->Control = control;
    return TRUE;
}

static inline BOOL InitializeAcl(PACL pAcl, DWORD nAclLength, DWORD dwAclRevision)
{
    if (nAclLength < sizeof(ACL) || nAclLength > 0xFFFF || dwAclRevision != ACL_REVISION) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    memset(pAcl, 0, sizeof(ACL));
    pAcl->AclRevision = ACL_REVISION;
    pAcl->AclSize = (WORD)nAclLength;
    return TRUE;
}

#endif
