/* Security descriptors and SIDs as text (SDDL). What these functions return is freed with LocalFree. */
#ifndef MAILSLOT_SDDL_TEXT_H
#define MAILSLOT_SDDL_TEXT_H

#include "security.h"
#include "utf8.h"

#define SDDL_REVISION_1 1
#define SDDL_REVISION 1

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes a descriptor, in the form without pointers, of text like D:(A;;GA;;;WD).
 *   SecurityDescriptorSize  NULL, or receives its size in bytes
 * FALSE: 87 NULL, or text that is no SDDL, 1305 another revision, 1336 a malformed entry, 1337 an owner or a group that is no SID.
 */
BOOL WINAPI ConvertStringSecurityDescriptorToSecurityDescriptorA(LPCSTR StringSecurityDescriptor, DWORD StringSDRevision,
                                                                 PSECURITY_DESCRIPTOR *SecurityDescriptor,
                                                                 PULONG SecurityDescriptorSize);

/*
 * Makes text of a descriptor.
 *   SecurityInformation          which parts to write: OWNER_SECURITY_INFORMATION, GROUP_..., DACL_..., SACL_...
 *   StringSecurityDescriptorLen  NULL, or receives the length in characters with the NUL
 * FALSE: 87 NULL, 1305 another revision, 1336, 1337, 1338 a malformed list, SID, descriptor.
 */
BOOL WINAPI ConvertSecurityDescriptorToStringSecurityDescriptorA(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                                 DWORD RequestedStringSDRevision,
                                                                 SECURITY_INFORMATION SecurityInformation,
                                                                 LPSTR *StringSecurityDescriptor,
                                                                 PULONG StringSecurityDescriptorLen);

/* Text like S-1-1-0, or two letters like WD. FALSE: 87 NULL, 1337. */
BOOL WINAPI ConvertStringSidToSidA(LPCSTR StringSid, PSID *Sid);
BOOL WINAPI ConvertSidToStringSidA(PSID Sid, LPSTR *StringSid);

#ifdef __cplusplus
}
#endif

/* The text as UTF-8, to be freed; NULL, with the last error, when there is none. */
static inline char *mailslot_narrow_argument(LPCWSTR text)
{
    char *narrow = text ? mailslot_narrow(text) : NULL;

    if (narrow == NULL)
        SetLastError(text ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER);
    return narrow;
}

/* Replaces text by wide text. FALSE: 8. */
static inline BOOL mailslot_widen_result(LPSTR text, LPWSTR *wide)
{
    LPWSTR result = mailslot_widen(text);

    mailslot_libc_free(text);
    if (result == NULL) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return FALSE;
    }
    *wide = result;
    return TRUE;
}

static inline BOOL ConvertStringSecurityDescriptorToSecurityDescriptorW(LPCWSTR StringSecurityDescriptor, DWORD StringSDRevision,
                                                                        PSECURITY_DESCRIPTOR *SecurityDescriptor,
                                                                        PULONG SecurityDescriptorSize)
{
    char *text = mailslot_narrow_argument(StringSecurityDescriptor);
    BOOL result = text != NULL && ConvertStringSecurityDescriptorToSecurityDescriptorA(text, StringSDRevision, SecurityDescriptor,
                                                                                       SecurityDescriptorSize);

    mailslot_libc_free(text);
    return result;
}

static inline BOOL ConvertSecurityDescriptorToStringSecurityDescriptorW(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                                        DWORD RequestedStringSDRevision,
                                                                        SECURITY_INFORMATION SecurityInformation,
                                                                        LPWSTR *StringSecurityDescriptor,
                                                                        PULONG StringSecurityDescriptorLen)
{
    LPSTR text;

    if (StringSecurityDescriptor == NULL) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    return ConvertSecurityDescriptorToStringSecurityDescriptorA(SecurityDescriptor, RequestedStringSDRevision, SecurityInformation,
                                                                &text, StringSecurityDescriptorLen) &&
           mailslot_widen_result(text, StringSecurityDescriptor);
}

static inline BOOL ConvertStringSidToSidW(LPCWSTR StringSid, PSID *Sid)
{
    char *text = mailslot_narrow_argument(StringSid);
    BOOL result = text != NULL && ConvertStringSidToSidA(text, Sid);

    mailslot_libc_free(text);
    return result;
}

static inline BOOL ConvertSidToStringSidW(PSID Sid, LPWSTR *StringSid)
{
    LPSTR text;

    if (StringSid == NULL) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    return ConvertSidToStringSidA(Sid, &text) && mailslot_widen_result(text, StringSid);
}

#ifdef UNICODE
#define ConvertStringSecurityDescriptorToSecurityDescriptor ConvertStringSecurityDescriptorToSecurityDescriptorW
#define ConvertSecurityDescriptorToStringSecurityDescriptor ConvertSecurityDescriptorToStringSecurityDescriptorW
#define ConvertStringSidToSid ConvertStringSidToSidW
#define ConvertSidToStringSid ConvertSidToStringSidW
#else
#define ConvertStringSecurityDescriptorToSecurityDescriptor ConvertStringSecurityDescriptorToSecurityDescriptorA
#define ConvertSecurityDescriptorToStringSecurityDescriptor ConvertSecurityDescriptorToStringSecurityDescriptorA
#define ConvertStringSidToSid ConvertStringSidToSidA
#define ConvertSidToStringSid ConvertSidToStringSidA
#endif

#endif
