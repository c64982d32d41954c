/* Security descriptors: who may open a slot, and the functions that build, convert and take descriptors apart. */
#include <aclapi.h>
#include <sddl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "slots.h"

static SID_IDENTIFIER_AUTHORITY world = SECURITY_WORLD_SID_AUTHORITY;
static SID_IDENTIFIER_AUTHORITY unix_authority = {{0, 0, 0, 0, 0, 22}};

/* An access list with room for a few entries. */
typedef union {
    ACL list;
    DWORD room[100];
} LIST;

static PSID everyone(void)
{
    static DWORD sid[SECURITY_MAX_SID_SIZE / 4];
    DWORD size = sizeof(sid);

    CHECK(CreateWellKnownSid(WinWorldSid, NULL, sid, &size) && size == 12);
    return sid;
}

static PSID unix_sid(DWORD kind, DWORD number)
{
    static DWORD sids[2][4];

    CHECK(InitializeSid(sids[kind - 1], &unix_authority, 2));
    *GetSidSubAuthority(sids[kind - 1], 0) = kind;
    *GetSidSubAuthority(sids[kind - 1], 1) = number;
    return sids[kind - 1];
}

static PSID user(DWORD uid)
{
    return unix_sid(1, uid);
}

static PSID group(DWORD gid)
{
    return unix_sid(2, gid);
}

static HANDLE create_secured(LPCTSTR name, PSECURITY_DESCRIPTOR descriptor)
{
    SECURITY_ATTRIBUTES attributes;

    attributes.nLength = sizeof(attributes);
    attributes.lpSecurityDescriptor = descriptor;
    attributes.bInheritHandle = FALSE;
    return CreateMailslot(name, 0, 0, &attributes);
}

static PSECURITY_DESCRIPTOR with_list(PACL list)
{
    static SECURITY_DESCRIPTOR descriptor;

    CHECK(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    CHECK(SetSecurityDescriptorDacl(&descriptor, TRUE, list, FALSE));
    return &descriptor;
}

static PSECURITY_DESCRIPTOR from_text(const char *text)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;

    CHECK(ConvertStringSecurityDescriptorToSecurityDescriptorA(text, SDDL_REVISION_1, &descriptor, NULL));
    return descriptor;
}

/* Whether a slot with that descriptor can be opened. */
static BOOL admits(PSECURITY_DESCRIPTOR descriptor, DWORD access)
{
    HANDLE slot = create_secured(SLOT("admits"), descriptor);
    HANDLE client;
    DWORD error;

    CHECK(slot != NO_HANDLE);
    SetLastError(0xBEEF);
    client = open_with(SLOT("admits"), access, OPEN_EXISTING);
    error = GetLastError();
    CHECK(error == (client == NO_HANDLE ? ERROR_ACCESS_DENIED : 0));
    if (client != NO_HANDLE)
        CHECK(CloseHandle(client));
    CHECK(CloseHandle(slot));
    SetLastError(error);
    return client != NO_HANDLE;
}

static BOOL text_admits(const char *text, DWORD access)
{
    PSECURITY_DESCRIPTOR descriptor = from_text(text);
    BOOL admitted = admits(descriptor, access);

    LocalFree(descriptor);
    return admitted;
}

/* As `text_admits`, with this user in place of %. */
static BOOL text_admits_me(const char *format, DWORD access)
{
    char text[256];

    snprintf(text, sizeof(text), format, (unsigned)geteuid(), (unsigned)geteuid());
    return text_admits(text, access);
}

static void a_null_list_admits_everybody(void)
{
    SECURITY_DESCRIPTOR descriptor;

    CHECK(admits(with_list(NULL), GENERIC_WRITE));
    CHECK(admits(with_list(NULL), GENERIC_ALL));
    CHECK(text_admits("D:NO_ACCESS_CONTROL", GENERIC_WRITE));
    /* Without a list, a slot has the default one. */
    CHECK(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    CHECK(admits(&descriptor, GENERIC_ALL));
    descriptor.Dacl = (PACL)(PVOID)"not looked at";
    CHECK(admits(&descriptor, GENERIC_WRITE));
    CHECK(admits(NULL, GENERIC_WRITE));
}

static void an_empty_list_admits_nobody(void)
{
    LIST list;

    CHECK(InitializeAcl(&list.list, sizeof(list), ACL_REVISION));
    CHECK(!admits(with_list(&list.list), GENERIC_WRITE));
    CHECK(!admits(with_list(&list.list), GENERIC_READ));
    CHECK(!admits(with_list(&list.list), 0));
    CHECK(!admits(with_list(&list.list), MAXIMUM_ALLOWED));
    CHECK(!text_admits("D:", GENERIC_WRITE));
}

static BOOL list_admits(BOOL allow, PSID sid)
{
    LIST list;

    CHECK(InitializeAcl(&list.list, sizeof(list), ACL_REVISION));
    if (!allow)
        CHECK_SUCCEEDS(AddAccessDeniedAce(&list.list, ACL_REVISION, GENERIC_WRITE, sid));
    CHECK_SUCCEEDS(AddAccessAllowedAce(&list.list, ACL_REVISION, GENERIC_ALL, allow ? sid : everyone()));
    return admits(with_list(&list.list), GENERIC_WRITE);
}

static void entries_by_user_group_and_everyone(void)
{
    DWORD me = geteuid(), mine = getegid();

    CHECK(list_admits(TRUE, everyone()) && !list_admits(FALSE, everyone()));
    CHECK(list_admits(TRUE, user(me)) && !list_admits(FALSE, user(me)));
    CHECK(!list_admits(TRUE, user(me + 1)) && list_admits(FALSE, user(me + 1)));
    CHECK(list_admits(TRUE, group(mine)) && !list_admits(FALSE, group(mine)));
    CHECK(!list_admits(TRUE, group(0x7FFFFFFF)) && list_admits(FALSE, group(0x7FFFFFFF)));
    CHECK(text_admits("D:(A;;GA;;;BA)", GENERIC_WRITE) == (me == 0));
    CHECK(text_admits("D:(A;;GA;;;SY)", GENERIC_WRITE) == (me == 0));
    CHECK(text_admits("D:(A;;GA;;;AU)", GENERIC_WRITE) && text_admits("D:(A;;GA;;;BU)", GENERIC_WRITE));
    CHECK(text_admits("D:(A;;GA;;;OW)", GENERIC_WRITE) && text_admits("D:(A;;GA;;;CO)", GENERIC_WRITE));
    CHECK(text_admits("D:(A;;GA;;;CG)", GENERIC_WRITE));
    CHECK(!text_admits("D:(A;;GA;;;AN)", GENERIC_WRITE) && !text_admits("D:(A;;GA;;;S-1-5-21-1-2-3-500)", GENERIC_WRITE));
    /* Root, too, has only what the list gives. */
    CHECK(!text_admits("D:(A;;GA;;;S-1-22-1-4711)", GENERIC_WRITE));
}

static void entries_count_in_their_order(void)
{
    CHECK(!text_admits_me("D:(D;;GW;;;S-1-22-1-%u)(A;;GA;;;WD)", GENERIC_WRITE));
    CHECK(text_admits_me("D:(A;;GA;;;WD)(D;;GW;;;S-1-22-1-%u)", GENERIC_WRITE));
    CHECK(text_admits_me("D:(D;;GW;;;S-1-22-1-4711)(A;;GA;;;S-1-22-1-%u)", GENERIC_WRITE));
    CHECK(text_admits_me("D:(A;;FW;;;S-1-22-1-%u)(D;;GA;;;WD)(A;;GA;;;S-1-22-1-%u)", FILE_WRITE_DATA | SYNCHRONIZE) == FALSE);
    CHECK(text_admits_me("D:(A;;0x120196;;;S-1-22-1-%u)(D;;GA;;;WD)", GENERIC_WRITE));
    CHECK(text_admits("D:(D;IO;GA;;;WD)(A;;GA;;;WD)", GENERIC_WRITE));
    CHECK(!text_admits("D:(A;IO;GA;;;WD)", GENERIC_WRITE));
}

static void all_rights_asked_for_must_be_given(void)
{
    const char *write_only = "D:(A;;0x120196;;;WD)";

    CHECK(text_admits(write_only, GENERIC_WRITE));
    CHECK(text_admits(write_only, FILE_WRITE_DATA) && text_admits(write_only, FILE_APPEND_DATA));
    CHECK(text_admits(write_only, 0));
    CHECK(!text_admits(write_only, GENERIC_READ) && !text_admits(write_only, GENERIC_READ | GENERIC_WRITE));
    CHECK(!text_admits(write_only, GENERIC_ALL) && !text_admits(write_only, DELETE));
    /* The owner may change the list without being told so. */
    CHECK(text_admits(write_only, WRITE_DAC) && text_admits(write_only, READ_CONTROL));
    CHECK(!text_admits(write_only, WRITE_OWNER));
    CHECK(!text_admits("D:(A;;0x120196;;;WD)(A;;CC;;;OW)", WRITE_DAC));
    CHECK(text_admits("D:(A;;FR;;;WD)", GENERIC_READ) && !text_admits("D:(A;;FR;;;WD)", GENERIC_WRITE));
    /* Every open also asks for waiting and attributes. */
    CHECK(!text_admits("D:(A;;DC;;;WD)", FILE_WRITE_DATA));
}

static void opens_by_maximum(const char *text, BOOL writes, BOOL sets_times)
{
    PSECURITY_DESCRIPTOR descriptor = from_text(text);
    HANDLE slot = create_secured(SLOT("maximum"), descriptor);
    HANDLE client = open_with(SLOT("maximum"), MAXIMUM_ALLOWED, OPEN_EXISTING);
    FILETIME time = {1, 1};

    CHECK(slot != NO_HANDLE && client != NO_HANDLE);
    if (writes)
        CHECK(write_text(client, "x") && reads_text(slot, "x"));
    else
        CHECK_FAILS(write_text(client, "x"), ERROR_ACCESS_DENIED);
    if (sets_times)
        CHECK_SUCCEEDS(SetFileTime(client, &time, NULL, NULL));
    else
        CHECK_FAILS(SetFileTime(client, &time, NULL, NULL), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(client) && CloseHandle(slot));
    LocalFree(descriptor);
}

static void maximum_allowed_is_what_the_list_gives(void)
{
    opens_by_maximum("D:NO_ACCESS_CONTROL", TRUE, TRUE);
    opens_by_maximum("D:(A;;GA;;;WD)", TRUE, TRUE);
    opens_by_maximum("D:(A;;FR;;;WD)", FALSE, FALSE);
    opens_by_maximum("D:(A;;0x120082;;;WD)", TRUE, FALSE);
    opens_by_maximum("D:(D;;0x6;;;WD)(A;;GA;;;WD)", FALSE, TRUE);
}

static void descriptors_in_one_piece(void)
{
    LIST list;
    PSECURITY_DESCRIPTOR descriptor;
    DWORD room[100];
    DWORD size = 0;

    CHECK(InitializeAcl(&list.list, sizeof(list), ACL_REVISION));
    CHECK(AddAccessDeniedAce(&list.list, ACL_REVISION, FILE_READ_DATA, everyone()));
    CHECK(AddAccessAllowedAce(&list.list, ACL_REVISION, GENERIC_ALL, everyone()));
    descriptor = with_list(&list.list);
    CHECK(SetSecurityDescriptorOwner(descriptor, user(geteuid()), FALSE));
    CHECK(SetSecurityDescriptorGroup(descriptor, group(getegid()), FALSE));
    CHECK_FAILS(MakeSelfRelativeSD(descriptor, NULL, &size), ERROR_INSUFFICIENT_BUFFER);
    CHECK(size == GetSecurityDescriptorLength(descriptor) && size == 20 + sizeof(list) + 16 + 16);
    CHECK(size <= sizeof(room) + 200);
    {
        PSECURITY_DESCRIPTOR piece = malloc(size);
        PACL found = NULL;
        PSID owner = NULL;
        BOOL present = FALSE, defaulted = TRUE;
        SECURITY_DESCRIPTOR_CONTROL control = 0;
        DWORD revision = 0;

        CHECK_SUCCEEDS(MakeSelfRelativeSD(descriptor, piece, &size));
        CHECK(IsValidSecurityDescriptor(piece) && GetSecurityDescriptorLength(piece) == size);
        CHECK(GetSecurityDescriptorControl(piece, &control, &revision));
        CHECK(control == (SE_SELF_RELATIVE | SE_DACL_PRESENT) && revision == 1);
        CHECK(GetSecurityDescriptorDacl(piece, &present, &found, &defaulted) && present && !defaulted);
        CHECK((BYTE *)found > (BYTE *)piece && IsValidAcl(found) && found->AceCount == 2);
        CHECK(GetSecurityDescriptorOwner(piece, &owner, &defaulted) && EqualSid(owner, user(geteuid())));
        CHECK(admits(piece, GENERIC_WRITE) && !admits(piece, GENERIC_READ));
        CHECK_FAILS(MakeSelfRelativeSD(piece, room, &size), ERROR_BAD_DESCRIPTOR_FORMAT);
        CHECK_FAILS(SetSecurityDescriptorDacl(piece, TRUE, NULL, FALSE), ERROR_INVALID_SECURITY_DESCR);
        free(piece);
    }
}

#define FAILS_TO_CREATE_SECURED(descriptor, error) CHECK_FAILS(create_secured(SLOT("bad"), descriptor) != NO_HANDLE, error)

static void malformed_descriptors_are_refused(void)
{
    LIST list;
    PSECURITY_DESCRIPTOR descriptor = with_list(&list.list);
    PISECURITY_DESCRIPTOR fields = (PISECURITY_DESCRIPTOR)descriptor;
    BYTE *entry;

    ZeroMemory(&list, sizeof(list));
    CHECK(InitializeAcl(&list.list, sizeof(list), ACL_REVISION));
    CHECK(AddAccessAllowedAce(&list.list, ACL_REVISION, GENERIC_ALL, everyone()));
    entry = (BYTE *)&list.list + sizeof(ACL);
    CHECK(IsValidSecurityDescriptor(descriptor) && admits(descriptor, GENERIC_WRITE));

    fields->Revision = 2;
    FAILS_TO_CREATE_SECURED(descriptor, ERROR_INVALID_SECURITY_DESCR);
    CHECK(!IsValidSecurityDescriptor(descriptor));
    CHECK_FAILS(SetSecurityDescriptorDacl(descriptor, TRUE, NULL, FALSE), ERROR_INVALID_SECURITY_DESCR);
    CHECK_FAILS(InitializeSecurityDescriptor(descriptor, 2), ERROR_INVALID_PARAMETER);
    fields->Revision = 1;

    list.list.AclRevision = 1;
    FAILS_TO_CREATE_SECURED(descriptor, ERROR_INVALID_ACL);
    list.list.AclRevision = ACL_REVISION;
    list.list.AceCount = 2;
    FAILS_TO_CREATE_SECURED(descriptor, ERROR_INVALID_ACL);
    list.list.AceCount = 1;
    list.list.AclSize = 4;
    FAILS_TO_CREATE_SECURED(descriptor, ERROR_INVALID_ACL);
    CHECK(!IsValidAcl(&list.list) && !IsValidSecurityDescriptor(descriptor));
    list.list.AclSize = sizeof(ACL) + 19;
    FAILS_TO_CREATE_SECURED(descriptor, ERROR_INVALID_ACL);
    list.list.AclSize = sizeof(list);
    entry[0] = 5; /* An entry for a kind of object. */
    FAILS_TO_CREATE_SECURED(descriptor, ERROR_INVALID_ACL);
    entry[0] = ACCESS_ALLOWED_ACE_TYPE;
    entry[9] = 200; /* Sub-authorities */
    FAILS_TO_CREATE_SECURED(descriptor, ERROR_INVALID_SID);
    entry[9] = 1;
    CHECK(SetSecurityDescriptorOwner(descriptor, (PVOID)"\2\1\0\0\0\0\0\1\0\0\0", FALSE));
    FAILS_TO_CREATE_SECURED(descriptor, ERROR_INVALID_SID);
    CHECK(!IsValidSecurityDescriptor(descriptor) && !IsValidSecurityDescriptor(NULL) && !IsValidAcl(NULL));
    CHECK(SetSecurityDescriptorOwner(descriptor, user(geteuid() + 1), FALSE));
    CHECK(IsValidSecurityDescriptor(descriptor));
    FAILS_TO_CREATE_SECURED(descriptor, ERROR_INVALID_OWNER);
    CHECK(SetSecurityDescriptorOwner(descriptor, user(geteuid()), FALSE));
    CHECK(admits(descriptor, GENERIC_WRITE));
}

static void is_converted(const char *given, DWORD parts, const char *expected)
{
    PSECURITY_DESCRIPTOR descriptor = from_text(given);
    LPSTR text = NULL;
    ULONG length = 0;

    CHECK_SUCCEEDS(ConvertSecurityDescriptorToStringSecurityDescriptorA(descriptor, SDDL_REVISION_1, parts, &text, &length));
    CHECK(text != NULL && length == strlen(text) + 1);
    if (text == NULL || strcmp(text, expected) != 0) {
        printf("# %s became %s\n", given, text);
        CHECK(FALSE);
    }
    LocalFree(text);
    LocalFree(descriptor);
}

static void descriptors_as_text(void)
{
    const DWORD all = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION;
    const char *full = "O:BAG:SYD:PAI(A;;FA;;;SY)(D;;FW;;;AN)S:(ML;;NW;;;LW)";
    PSECURITY_DESCRIPTOR descriptor = NULL;
    LPTSTR text = NULL;
    ULONG size = 0;

    is_converted(full, all, full);
    is_converted(full, OWNER_SECURITY_INFORMATION, "O:BA");
    is_converted(full, GROUP_SECURITY_INFORMATION, "G:SY");
    is_converted(full, DACL_SECURITY_INFORMATION, "D:PAI(A;;FA;;;SY)(D;;FW;;;AN)");
    is_converted(full, SACL_SECURITY_INFORMATION, "S:(ML;;NW;;;LW)");
    is_converted("", all, "");
    is_converted("D:NO_ACCESS_CONTROL", all, "D:NO_ACCESS_CONTROL");
    CHECK(ConvertStringSecurityDescriptorToSecurityDescriptor(TEXT("D:(A;;GA;;;S-1-22-1-1000)"), SDDL_REVISION_1, &descriptor, &size));
    CHECK(size == GetSecurityDescriptorLength(descriptor) && IsValidSecurityDescriptor(descriptor));
    CHECK(ConvertSecurityDescriptorToStringSecurityDescriptor(descriptor, SDDL_REVISION_1, all, &text, &size));
    CHECK(lstrcmp(text, TEXT("D:(A;;GA;;;S-1-22-1-1000)")) == 0 && size == 26);
    LocalFree(text);
#define FAILS_TO_CONVERT(text, error)                                                                                  \
    CHECK_FAILS(ConvertStringSecurityDescriptorToSecurityDescriptor(text, SDDL_REVISION_1, &descriptor, NULL), error)
    FAILS_TO_CONVERT(TEXT("ERROR:(D;;GA;;;WD)"), ERROR_INVALID_PARAMETER);
    FAILS_TO_CONVERT(TEXT("D:(A;;ROB;;;WD)"), ERROR_INVALID_ACL);
    FAILS_TO_CONVERT(TEXT("O:Nobody"), ERROR_INVALID_SID);
    FAILS_TO_CONVERT(NULL, ERROR_INVALID_PARAMETER);
    CHECK_FAILS(ConvertStringSecurityDescriptorToSecurityDescriptor(TEXT("D:"), 2, &descriptor, NULL), ERROR_UNKNOWN_REVISION);
    CHECK_FAILS(ConvertStringSecurityDescriptorToSecurityDescriptor(TEXT("D:"), 1, NULL, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(ConvertSecurityDescriptorToStringSecurityDescriptor(descriptor, 2, all, &text, NULL), ERROR_UNKNOWN_REVISION);
    CHECK_FAILS(ConvertSecurityDescriptorToStringSecurityDescriptor(descriptor, 1, all, NULL, NULL), ERROR_INVALID_PARAMETER);
    *(BYTE *)descriptor = 3;
    CHECK_FAILS(ConvertSecurityDescriptorToStringSecurityDescriptor(descriptor, 1, all, &text, NULL), ERROR_INVALID_SECURITY_DESCR);
    LocalFree(descriptor);
}

static void sids(void)
{
    PSID sid = NULL, same = NULL;
    LPTSTR text = NULL;
    DWORD copy[SECURITY_MAX_SID_SIZE / 4];
    DWORD size = 3;

    CHECK_SUCCEEDS(AllocateAndInitializeSid(&unix_authority, 2, 1, 1000, 0, 0, 0, 0, 0, 0, &sid));
    CHECK(IsValidSid(sid) && GetLengthSid(sid) == 16 && *GetSidSubAuthorityCount(sid) == 2 && *GetSidSubAuthority(sid, 1) == 1000);
    CHECK(EqualSid(sid, user(1000)) && !EqualSid(sid, user(1001)) && EqualPrefixSid(sid, user(1001)));
    CHECK(!EqualPrefixSid(sid, group(1000)) && GetSidIdentifierAuthority(sid)->Value[5] == 22);
    CHECK_SUCCEEDS(ConvertSidToStringSid(sid, &text));
    CHECK(lstrcmp(text, TEXT("S-1-22-1-1000")) == 0);
    CHECK_SUCCEEDS(ConvertStringSidToSid(text, &same));
    CHECK(EqualSid(sid, same));
    LocalFree(text);
    LocalFree(same);
    CHECK(ConvertStringSidToSid(TEXT("WD"), &same) && EqualSid(same, everyone()) && IsWellKnownSid(same, WinWorldSid));
    CHECK(!IsWellKnownSid(sid, WinWorldSid));
    LocalFree(same);
    CHECK_FAILS(ConvertStringSidToSid(TEXT("S-0-1"), &same), ERROR_INVALID_SID);
    CHECK_FAILS(ConvertStringSidToSid(TEXT("WDandmore"), &same), ERROR_INVALID_SID);
    CHECK_FAILS(ConvertStringSidToSid(NULL, &same), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(ConvertSidToStringSid(NULL, &text), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(ConvertSidToStringSid(sid, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CopySid(15, copy, sid), ERROR_INSUFFICIENT_BUFFER);
    CHECK_SUCCEEDS(CopySid(sizeof(copy), copy, sid));
    CHECK(EqualSid(copy, sid));
    ((PISID)(PVOID)copy)->SubAuthorityCount = 16;
    CHECK(!IsValidSid(copy) && !IsValidSid(NULL));
    CHECK_FAILS(ConvertSidToStringSid(copy, &text), ERROR_INVALID_SID);
    CHECK_FAILS(InitializeSid(copy, &world, 16), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(AllocateAndInitializeSid(&world, 9, 0, 0, 0, 0, 0, 0, 0, 0, &same), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, copy, &size), ERROR_INSUFFICIENT_BUFFER);
    CHECK(size == 16 && CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, copy, &size));
    CHECK(ConvertStringSidToSid(TEXT("BA"), &same) && EqualSid(same, copy));
    CHECK_FAILS(CreateWellKnownSid((WELL_KNOWN_SID_TYPE)5, NULL, copy, &size), ERROR_INVALID_PARAMETER);
    LocalFree(same);
    CHECK(FreeSid(sid) == NULL);
}

static void access_lists(void)
{
    LIST list;
    ACL_SIZE_INFORMATION size = {0, 0, 0};
    ACL_REVISION_INFORMATION revision = {0};
    LPVOID entry = NULL;
    int count = 0;

    CHECK_FAILS(InitializeAcl(&list.list, sizeof(ACL) - 1, ACL_REVISION), ERROR_INSUFFICIENT_BUFFER);
    CHECK_FAILS(InitializeAcl(&list.list, 0xFFFFFFFF, ACL_REVISION), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(InitializeAcl(&list.list, sizeof(list), ACL_REVISION1), ERROR_INVALID_PARAMETER);
    CHECK(InitializeAcl(&list.list, sizeof(list), ACL_REVISION3) && IsValidAcl(&list.list));
    CHECK(InitializeAcl(&list.list, sizeof(list), ACL_REVISION4) && IsValidAcl(&list.list));
    CHECK_SUCCEEDS(InitializeAcl(&list.list, sizeof(list), ACL_REVISION));
    CHECK_FAILS(GetAce(&list.list, 0, &entry), ERROR_INVALID_PARAMETER);
    CHECK_SUCCEEDS(AddAccessAllowedAceEx(&list.list, ACL_REVISION, CONTAINER_INHERIT_ACE, 5, everyone()));
    CHECK_SUCCEEDS(AddAccessDeniedAceEx(&list.list, ACL_REVISION, 0, 6, user(7)));
    CHECK_SUCCEEDS(AddAuditAccessAceEx(&list.list, ACL_REVISION, 0, 7, everyone(), TRUE, FALSE));
    CHECK_FAILS(AddAccessAllowedAceEx(&list.list, ACL_REVISION, 0x40, 5, everyone()), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(AddAccessAllowedAce(&list.list, 1, 5, everyone()), ERROR_REVISION_MISMATCH);
    CHECK_FAILS(AddAccessAllowedAce(&list.list, ACL_REVISION, 5, (PVOID)"\2\0\0\0\0\0\0\0"), ERROR_INVALID_SID);
    CHECK(IsValidAcl(&list.list));
    CHECK_SUCCEEDS(GetAclInformation(&list.list, &size, sizeof(size), AclSizeInformation));
    CHECK(size.AceCount == 3 && size.AclBytesInUse == 8 + 20 + 24 + 20 && size.AclBytesFree == sizeof(list) - size.AclBytesInUse);
    CHECK(GetAclInformation(&list.list, &revision, sizeof(revision), AclRevisionInformation) && revision.AclRevision == 2);
    CHECK_FAILS(GetAclInformation(&list.list, &size, 4, AclSizeInformation), ERROR_INSUFFICIENT_BUFFER);
    CHECK_SUCCEEDS(GetAce(&list.list, 1, &entry));
    CHECK(((PACE_HEADER)entry)->AceType == ACCESS_DENIED_ACE_TYPE && ((PACCESS_DENIED_ACE)entry)->Mask == 6);
    CHECK(EqualSid(&((PACCESS_DENIED_ACE)entry)->SidStart, user(7)));
    CHECK_FAILS(GetAce(&list.list, 3, &entry), ERROR_INVALID_PARAMETER);
    CHECK_SUCCEEDS(DeleteAce(&list.list, 0));
    CHECK(GetAce(&list.list, 0, &entry) && ((PACE_HEADER)entry)->AceType == ACCESS_DENIED_ACE_TYPE && IsValidAcl(&list.list));
    while (AddAccessAllowedAce(&list.list, ACL_REVISION, 5, everyone()))
        count++;
    CHECK(GetLastError() == ERROR_ALLOTTED_SPACE_EXCEEDED && count == (400 - 8 - 24 - 20) / 20);
    CHECK(IsValidAcl(&list.list));
}

static void parts_of_descriptors(void)
{
    SECURITY_DESCRIPTOR descriptor;
    LIST list;
    ACL untouched;
    PACL found = &untouched;
    PSID sid = NULL;
    BOOL present = TRUE, defaulted = FALSE;
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    DWORD revision = 0;

    CHECK_SUCCEEDS(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    CHECK_SUCCEEDS(GetSecurityDescriptorDacl(&descriptor, &present, &found, &defaulted));
    CHECK(!present && found == &untouched);
    CHECK(InitializeAcl(&list.list, sizeof(list), ACL_REVISION));
    CHECK_SUCCEEDS(SetSecurityDescriptorDacl(&descriptor, TRUE, &list.list, TRUE));
    CHECK(GetSecurityDescriptorDacl(&descriptor, &present, &found, &defaulted) && present && defaulted && found == &list.list);
    CHECK_SUCCEEDS(SetSecurityDescriptorSacl(&descriptor, TRUE, &list.list, FALSE));
    CHECK(GetSecurityDescriptorSacl(&descriptor, &present, &found, &defaulted) && present && !defaulted && found == &list.list);
    CHECK_SUCCEEDS(SetSecurityDescriptorOwner(&descriptor, everyone(), TRUE));
    CHECK(GetSecurityDescriptorOwner(&descriptor, &sid, &defaulted) && sid == everyone() && defaulted);
    CHECK_SUCCEEDS(SetSecurityDescriptorGroup(&descriptor, user(1), FALSE));
    CHECK(GetSecurityDescriptorGroup(&descriptor, &sid, &defaulted) && sid == user(1) && !defaulted);
    CHECK_SUCCEEDS(SetSecurityDescriptorControl(&descriptor, SE_DACL_PROTECTED, SE_DACL_PROTECTED));
    CHECK_FAILS(SetSecurityDescriptorControl(&descriptor, SE_DACL_PRESENT, 0), ERROR_INVALID_PARAMETER);
    CHECK(GetSecurityDescriptorControl(&descriptor, &control, &revision) && revision == 1);
    CHECK(control == (SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_SACL_PRESENT | SE_OWNER_DEFAULTED | SE_DACL_PROTECTED));
    CHECK(SetSecurityDescriptorDacl(&descriptor, FALSE, NULL, FALSE));
    CHECK(GetSecurityDescriptorDacl(&descriptor, &present, &found, &defaulted) && !present);
}

/* As in the documentation of Windows: everyone may write, administrators everything. */
static void lists_from_descriptions(void)
{
    EXPLICIT_ACCESS entries[2];
    PSID administrators = NULL;
    SID_IDENTIFIER_AUTHORITY nt = SECURITY_NT_AUTHORITY;
    PACL list = NULL, second = NULL;
    PACCESS_ALLOWED_ACE ace = NULL;

    CHECK(AllocateAndInitializeSid(&nt, 2, SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0, &administrators));
    ZeroMemory(entries, sizeof(entries));
    entries[0].grfAccessPermissions = FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES;
    entries[0].grfAccessMode = SET_ACCESS;
    entries[0].grfInheritance = NO_INHERITANCE;
    entries[0].Trustee.TrusteeForm = TRUSTEE_IS_SID;
    entries[0].Trustee.TrusteeType = TRUSTEE_IS_WELL_KNOWN_GROUP;
    entries[0].Trustee.ptstrName = (LPTSTR)everyone();
    entries[1] = entries[0];
    entries[1].grfAccessPermissions = GENERIC_ALL;
    entries[1].Trustee.TrusteeType = TRUSTEE_IS_GROUP;
    entries[1].Trustee.ptstrName = (LPTSTR)administrators;
    SetLastError(0xBEEF);
    CHECK(SetEntriesInAcl(2, entries, NULL, &list) == ERROR_SUCCESS && GetLastError() == 0xBEEF);
    CHECK(IsValidAcl(list) && list->AceCount == 2 && list->AclSize == 8 + 20 + 24);
    CHECK(admits(with_list(list), GENERIC_WRITE));
    CHECK(admits(with_list(list), GENERIC_READ) == (geteuid() == 0));

    /* What denies comes first, what is set anew replaces the old entry, what is revoked goes. */
    entries[0].grfAccessMode = SET_ACCESS;
    entries[0].grfAccessPermissions = 7;
    BuildExplicitAccessWithName(&entries[1], (LPTSTR)TEXT("current_user"), GENERIC_WRITE, DENY_ACCESS, NO_INHERITANCE);
    CHECK(SetEntriesInAcl(2, entries, list, &second) == ERROR_SUCCESS && IsValidAcl(second) && second->AceCount == 3);
    CHECK(GetAce(second, 0, (LPVOID *)&ace) && ace->Header.AceType == ACCESS_DENIED_ACE_TYPE && EqualSid(&ace->SidStart, user(geteuid())));
    CHECK(GetAce(second, 1, (LPVOID *)&ace) && ace->Mask == GENERIC_ALL && EqualSid(&ace->SidStart, administrators));
    CHECK(GetAce(second, 2, (LPVOID *)&ace) && ace->Mask == 7 && EqualSid(&ace->SidStart, everyone()));
    CHECK(!admits(with_list(second), GENERIC_WRITE));
    LocalFree(list);
    entries[0].grfAccessMode = REVOKE_ACCESS;
    CHECK(SetEntriesInAcl(1, entries, second, &list) == ERROR_SUCCESS && list->AceCount == 2);
    LocalFree(list);
    CHECK(SetEntriesInAcl(0, NULL, second, &list) == ERROR_SUCCESS && list->AceCount == 3);
    LocalFree(list);
    entries[0].grfAccessMode = NOT_USED_ACCESS;
    CHECK(SetEntriesInAcl(1, entries, NULL, &list) == ERROR_INVALID_PARAMETER);
    BuildExplicitAccessWithName(&entries[1], (LPTSTR)TEXT("nobody that is known"), 1, GRANT_ACCESS, NO_INHERITANCE);
    CHECK(SetEntriesInAcl(1, &entries[1], NULL, &list) == ERROR_NONE_MAPPED);
    second->AclRevision = 77;
    CHECK(SetEntriesInAcl(0, NULL, second, &list) == ERROR_INVALID_ACL);
    LocalFree(second);
    FreeSid(administrators);
}

static void whose_process_this_is(void)
{
    HANDLE token = NULL;
    DWORD size = 0;
    union {
        TOKEN_USER user;
        TOKEN_PRIMARY_GROUP group;
        TOKEN_ELEVATION elevation;
        BYTE room[64];
    } found;

    CHECK_SUCCEEDS(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    CHECK_FAILS(GetTokenInformation(token, TokenUser, NULL, 0, &size), ERROR_INSUFFICIENT_BUFFER);
    CHECK(size == 32);
    CHECK_SUCCEEDS(GetTokenInformation(token, TokenUser, &found, sizeof(found), &size));
    CHECK(EqualSid(found.user.User.Sid, user(geteuid())) && list_admits(TRUE, found.user.User.Sid));
    CHECK_SUCCEEDS(GetTokenInformation(token, TokenPrimaryGroup, &found, sizeof(found), &size));
    CHECK(EqualSid(found.group.PrimaryGroup, group(getegid())));
    CHECK_SUCCEEDS(GetTokenInformation(token, TokenElevation, &found, sizeof(found), &size));
    CHECK(found.elevation.TokenIsElevated == (geteuid() == 0));
    CHECK_FAILS(GetTokenInformation(token, (TOKEN_INFORMATION_CLASS)99, &found, sizeof(found), &size), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(GetTokenInformation(NULL, TokenUser, &found, sizeof(found), &size), ERROR_INVALID_HANDLE);
    CHECK_FAILS(OpenProcessToken(NULL, TOKEN_QUERY, &token), ERROR_ACCESS_DENIED);
    CHECK_SUCCEEDS(CloseHandle(token));
}

static void descriptors_of_handles(void)
{
    const DWORD all = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    HANDLE slot = create_secured(SLOT("asked"), with_list(NULL));
    HANDLE client = open_writer(SLOT("asked")), narrowed = NULL;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    PSID owner = NULL;
    PACL list = (PACL)(PVOID)"not set";
    DWORD room[64];
    DWORD size = 0;

    CHECK_FAILS(GetKernelObjectSecurity(slot, all, NULL, 0, &size), ERROR_INSUFFICIENT_BUFFER);
    CHECK(size == 20 + 16 + 16);
    CHECK_SUCCEEDS(GetKernelObjectSecurity(slot, all, room, sizeof(room), &size));
    CHECK(IsValidSecurityDescriptor(room) && GetSecurityDescriptorLength(room) == size);
    CHECK_SUCCEEDS(GetKernelObjectSecurity(client, OWNER_SECURITY_INFORMATION, room, sizeof(room), &size));
    CHECK(size == 20 + 16);
    CHECK_FAILS(GetKernelObjectSecurity(slot, all, room, sizeof(room), NULL), ERROR_NOACCESS);
    CHECK_FAILS(GetKernelObjectSecurity(NULL, all, room, sizeof(room), &size), ERROR_INVALID_HANDLE);
    CHECK(DuplicateHandle(GetCurrentProcess(), client, GetCurrentProcess(), &narrowed, FILE_WRITE_DATA, FALSE, 0));
    CHECK_FAILS(GetKernelObjectSecurity(narrowed, all, room, sizeof(room), &size), ERROR_ACCESS_DENIED);
    SetLastError(0xBEEF);
    CHECK(GetSecurityInfo(client, SE_KERNEL_OBJECT, all, &owner, NULL, &list, NULL, &descriptor) == 0);
    CHECK(EqualSid(owner, user(geteuid())) && list == NULL);
    LocalFree(descriptor);
    CHECK(GetNamedSecurityInfo((LPTSTR)SLOT("asked"), SE_FILE_OBJECT, all, &owner, NULL, NULL, NULL, &descriptor) == 0);
    CHECK(EqualSid(owner, user(geteuid())));
    LocalFree(descriptor);
    CHECK(GetSecurityInfo(client, SE_SERVICE, all, NULL, NULL, NULL, NULL, &descriptor) == ERROR_INVALID_PARAMETER);
    CHECK(GetNamedSecurityInfo((LPTSTR)SLOT("none"), SE_FILE_OBJECT, all, NULL, NULL, NULL, NULL, &descriptor) == ERROR_FILE_NOT_FOUND);
    CHECK(GetLastError() == 0xBEEF);
    CHECK(CloseHandle(narrowed) && CloseHandle(client) && CloseHandle(slot));
}

static int is_refused(LPCTSTR name)
{
    SetLastError(0xBEEF);
    return open_writer(name) == NO_HANDLE && GetLastError() == ERROR_ACCESS_DENIED;
}

/* Another user is refused whatever the list says, and is a user with slots like every other. */
static void other_users_are_not_served_yet(void)
{
    const char *directory = getenv("MAILSLOT_DIR");
    HANDLE slot;
    int to_child[2], to_parent[2], status = -1;
    char byte = 0;
    pid_t child;

    if (geteuid() != 0) {
        printf("# skipped: only root can become another user\n");
        return;
    }
    CHECK(chmod(directory, 01777) == 0 && pipe(to_child) == 0 && pipe(to_parent) == 0);
    slot = create_secured(SLOT("roots"), with_list(NULL));
    CHECK(slot != NO_HANDLE);
    child = fork();
    if (child == 0) {
        HANDLE own;
        int good = setgid(65534) == 0 && setuid(65534) == 0 && is_refused(SLOT("roots"));

        SetLastError(0xBEEF);
        good = good && create(SLOT("roots"), 0, 0) == NO_HANDLE && GetLastError() == ERROR_ACCESS_DENIED;
        own = create(SLOT("strangers"), 0, 0);
        good = good && own != NO_HANDLE && CloseHandle(open_writer(SLOT("strangers")));
        good = good && write(to_parent[1], "x", 1) == 1 && read(to_child[0], &byte, 1) == 1;
        _exit(good && CloseHandle(own) ? 0 : 1);
    }
    CHECK(read(to_parent[0], &byte, 1) == 1);
    CHECK(is_refused(SLOT("strangers")));
    CHECK(write(to_child[1], "x", 1) == 1);
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(CloseHandle(open_writer(SLOT("roots"))) && CloseHandle(slot));
    close(to_child[0]);
    close(to_child[1]);
    close(to_parent[0]);
    close(to_parent[1]);
    CHECK(chmod(directory, 0700) == 0);
}

static void structures_have_their_sizes(void)
{
    CHECK(sizeof(SID) == 12 && sizeof(SID_IDENTIFIER_AUTHORITY) == 6 && SECURITY_MAX_SID_SIZE == 68);
    CHECK(sizeof(ACL) == 8 && sizeof(ACE_HEADER) == 4 && sizeof(ACCESS_ALLOWED_ACE) == 12);
    CHECK(sizeof(ACL_SIZE_INFORMATION) == 12 && sizeof(ACL_REVISION_INFORMATION) == 4);
    CHECK(sizeof(SECURITY_DESCRIPTOR) == 40 && sizeof(SECURITY_DESCRIPTOR_RELATIVE) == 20);
    CHECK(sizeof(TRUSTEE) == 32 && sizeof(EXPLICIT_ACCESS) == 48);
    CHECK(sizeof(SID_AND_ATTRIBUTES) == 16 && sizeof(TOKEN_USER) == 16 && sizeof(TOKEN_OWNER) == 8);
}

int main(void)
{
    tap_run("structures have their sizes", structures_have_their_sizes);
    tap_run("a NULL list admits everybody, and so does none its owner", a_null_list_admits_everybody);
    tap_run("an empty list admits nobody", an_empty_list_admits_nobody);
    tap_run("entries by user, group and everyone", entries_by_user_group_and_everyone);
    tap_run("entries count in their order", entries_count_in_their_order);
    tap_run("all rights that are asked for must be given", all_rights_asked_for_must_be_given);
    tap_run("MAXIMUM_ALLOWED is what the list gives", maximum_allowed_is_what_the_list_gives);
    tap_run("descriptors in one piece", descriptors_in_one_piece);
    tap_run("malformed descriptors are refused", malformed_descriptors_are_refused);
    tap_run("descriptors as text", descriptors_as_text);
    tap_run("SIDs", sids);
    tap_run("access lists", access_lists);
    tap_run("parts of descriptors", parts_of_descriptors);
    tap_run("lists from descriptions", lists_from_descriptions);
    tap_run("descriptors of handles", descriptors_of_handles);
    tap_run("whose process this is", whose_process_this_is);
    tap_run("other users are not served yet", other_users_are_not_served_yet);
    return tap_end();
}
