/* The machine and its system. Inline. */
#ifndef MAILSLOT_SYSTEM_H
#define MAILSLOT_SYSTEM_H

#include "results.h"

#define PROCESSOR_ARCHITECTURE_INTEL 0
#define PROCESSOR_ARCHITECTURE_ARM 5
#define PROCESSOR_ARCHITECTURE_AMD64 9
#define PROCESSOR_ARCHITECTURE_ARM64 12
#define PROCESSOR_ARCHITECTURE_UNKNOWN 0xFFFF
#define VER_PLATFORM_WIN32_NT 2
#define VER_NT_WORKSTATION 1
#define VER_NT_SERVER 3

typedef struct _SYSTEM_INFO {
    __extension__ union {
        DWORD dwOemId;
        __extension__ struct {
            WORD wProcessorArchitecture;
            WORD wReserved;
        };
    };
    DWORD dwPageSize;
    LPVOID lpMinimumApplicationAddress;
    LPVOID lpMaximumApplicationAddress;
    DWORD_PTR dwActiveProcessorMask;
    DWORD dwNumberOfProcessors;
    DWORD dwProcessorType;
    DWORD dwAllocationGranularity;
    WORD wProcessorLevel;
    WORD wProcessorRevision;
} SYSTEM_INFO, *LPSYSTEM_INFO;

/* The processors are those that are online; VirtualAlloc's places are multiples of the granularity. */
static inline void GetSystemInfo(LPSYSTEM_INFO lpSystemInfo)
{
    enum { mailslot_sc_page_size = 30, mailslot_sc_processors_online = 84 };
    long processors = mailslot_libc_sysconf(mailslot_sc_processors_online);

    memset(lpSystemInfo, 0, sizeof(*lpSystemInfo));
#if defined(__x86_64__)
    lpSystemInfo->wProcessorArchitecture = PROCESSOR_ARCHITECTURE_AMD64;
    lpSystemInfo->dwProcessorType = 8664;
#elif defined(__aarch64__)
    lpSystemInfo->wProcessorArchitecture = PROCESSOR_ARCHITECTURE_ARM64;
#else
    lpSystemInfo->wProcessorArchitecture = PROCESSOR_ARCHITECTURE_UNKNOWN;
#endif
    lpSystemInfo->dwPageSize = (DWORD)mailslot_libc_sysconf(mailslot_sc_page_size);
    lpSystemInfo->lpMinimumApplicationAddress = (LPVOID)0x10000;
    lpSystemInfo->lpMaximumApplicationAddress = (LPVOID)0x7FFFFFFEFFFF;
    lpSystemInfo->dwNumberOfProcessors = processors > 0 ? (DWORD)processors : 1;
    lpSystemInfo->dwActiveProcessorMask =
        processors >= 64 ? ~(DWORD_PTR)0 : ((DWORD_PTR)1 << lpSystemInfo->dwNumberOfProcessors) - 1;
    lpSystemInfo->dwAllocationGranularity = 0x10000;
}

static inline void GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo)
{
    GetSystemInfo(lpSystemInfo);
}

#define MAILSLOT_VERSION_INFO(suffix, CHARACTER)                                                                       \
    typedef struct _OSVERSIONINFO##suffix {                                                                            \
        DWORD dwOSVersionInfoSize;                                                                                     \
        DWORD dwMajorVersion;                                                                                          \
        DWORD dwMinorVersion;                                                                                          \
        DWORD dwBuildNumber;                                                                                           \
        DWORD dwPlatformId;                                                                                            \
        CHARACTER szCSDVersion[128];                                                                                   \
    } OSVERSIONINFO##suffix, *POSVERSIONINFO##suffix, *LPOSVERSIONINFO##suffix;                                        \
    typedef struct _OSVERSIONINFOEX##suffix {                                                                          \
        DWORD dwOSVersionInfoSize;                                                                                     \
        DWORD dwMajorVersion;                                                                                          \
        DWORD dwMinorVersion;                                                                                          \
        DWORD dwBuildNumber;                                                                                           \
        DWORD dwPlatformId;                                                                                            \
        CHARACTER szCSDVersion[128];                                                                                   \
        WORD wServicePackMajor;                                                                                        \
        WORD wServicePackMinor;                                                                                        \
        WORD wSuiteMask;                                                                                               \
        BYTE wProductType;                                                                                             \
        BYTE wReserved;                                                                                                \
    } OSVERSIONINFOEX##suffix, *POSVERSIONINFOEX##suffix, *LPOSVERSIONINFOEX##suffix;                                  \
                                                                                                                       \
    /* 6.2.9200: what every Windows since 8 tells programs that do not say which versions they know. */                \
    /* FALSE: 122 the size that the structure says is neither form's. */                                               \
    static inline BOOL GetVersionEx##suffix(LPOSVERSIONINFO##suffix lpVersionInformation)                              \
    {                                                                                                                  \
        DWORD size = lpVersionInformation->dwOSVersionInfoSize;                                                        \
                                                                                                                       \
        if (size != sizeof(OSVERSIONINFO##suffix) && size != sizeof(OSVERSIONINFOEX##suffix))                          \
            return (BOOL)mailslot_fail(ERROR_INSUFFICIENT_BUFFER);                                                     \
        memset(lpVersionInformation, 0, size);                                                                         \
        lpVersionInformation->dwOSVersionInfoSize = size;                                                              \
        lpVersionInformation->dwMajorVersion = 6;                                                                      \
        lpVersionInformation->dwMinorVersion = 2;                                                                      \
        lpVersionInformation->dwBuildNumber = 9200;                                                                    \
        lpVersionInformation->dwPlatformId = VER_PLATFORM_WIN32_NT;                                                    \
        if (size == sizeof(OSVERSIONINFOEX##suffix))                                                                   \
            ((LPOSVERSIONINFOEX##suffix)(void *)lpVersionInformation)->wProductType = VER_NT_WORKSTATION;              \
        return TRUE;                                                                                                   \
    }
MAILSLOT_VERSION_INFO(A, CHAR)
MAILSLOT_VERSION_INFO(W, WCHAR)

/* Major version, minor version, build: 8, 8 and 16 bits from the lowest. */
static inline DWORD GetVersion(void)
{
    return 9200U << 16 | 2U << 8 | 6U;
}

#ifdef UNICODE
typedef OSVERSIONINFOW OSVERSIONINFO, *POSVERSIONINFO, *LPOSVERSIONINFO;
typedef OSVERSIONINFOEXW OSVERSIONINFOEX, *POSVERSIONINFOEX, *LPOSVERSIONINFOEX;
#define GetVersionEx GetVersionExW
#else
typedef OSVERSIONINFOA OSVERSIONINFO, *POSVERSIONINFO, *LPOSVERSIONINFO;
typedef OSVERSIONINFOEXA OSVERSIONINFOEX, *POSVERSIONINFOEX, *LPOSVERSIONINFOEX;
#define GetVersionEx GetVersionExA
#endif

#endif
