/*
 * Modules of code: the program and its libraries. Inline, over dlopen and dlsym.
 *
 * A program that asks for one of Windows' own libraries (kernel32, ntdll, user32, ...) gets a module in which it finds what this
 * library exports, and nothing else: GetProcAddress says NULL for the rest, as on a Windows that lacks the function.
 */
#ifndef MAILSLOT_MODULES_H
#define MAILSLOT_MODULES_H

#include "results.h"

#define LOAD_LIBRARY_AS_DATAFILE 0x00000002
#define LOAD_WITH_ALTERED_SEARCH_PATH 0x00000008
#define LOAD_LIBRARY_SEARCH_SYSTEM32 0x00000800

enum { mailslot_dl_lazy = 1, mailslot_dl_is_loaded = 4, mailslot_dl_link_map = 2 };

/* Whether the name, without folder and extension, is that of a library that every Windows program has. */
static inline BOOL mailslot_is_system_module(const char *name)
{
    static const char *const known[] = {"kernel32", "kernelbase", "ntdll",  "user32", "advapi32", "msvcrt",
                                        "ucrtbase", "ws2_32",     "shell32", "winmm",  "gdi32"};
    const char *base = name, *at;
    size_t length, i;

    for (at = name; *at; at++)
        if (*at == '/' || *at == '\\')
            base = at + 1;
    length = strlen(base);
    if (length > 4 && _stricmp(base + length - 4, ".dll") == 0)
        length -= 4;
    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strlen(known[i]) == length && _strnicmp(base, known[i], length) == 0)
            return TRUE;
    return FALSE;
}

/* NULL stands for the program. NULL: 126 no such module in the process. The module need not and must not be freed. */
static inline HMODULE GetModuleHandleA(LPCSTR lpModuleName)
{
    const char *name = lpModuleName && !mailslot_is_system_module(lpModuleName) ? lpModuleName : NULL;
    HMODULE module = mailslot_libc_dlopen(name, mailslot_dl_lazy | mailslot_dl_is_loaded);

    if (module)
        mailslot_libc_dlclose(module);
    else
        SetLastError(ERROR_MOD_NOT_FOUND);
    return module;
}

static inline HMODULE GetModuleHandleW(LPCWSTR lpModuleName)
{
    char *name = lpModuleName ? mailslot_narrow(lpModuleName) : NULL;
    HMODULE module = GetModuleHandleA(name);

    mailslot_libc_free(name);
    return module;
}

/* Loads a shared library of Linux, by its name or its path. NULL: 126 it cannot be loaded. */
static inline HMODULE LoadLibraryA(LPCSTR lpLibFileName)
{
    HMODULE module = mailslot_libc_dlopen(mailslot_is_system_module(lpLibFileName) ? NULL : lpLibFileName, mailslot_dl_lazy);

    if (module == NULL)
        SetLastError(ERROR_MOD_NOT_FOUND);
    return module;
}

static inline HMODULE LoadLibraryW(LPCWSTR lpLibFileName)
{
    char *name = mailslot_narrow(lpLibFileName);
    HMODULE module = name ? LoadLibraryA(name) : NULL;

    if (name == NULL)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    mailslot_libc_free(name);
    return module;
}

/* FALSE: 126 no module. */
static inline BOOL FreeLibrary(HMODULE hLibModule)
{
    return (hLibModule && mailslot_libc_dlclose(hLibModule) == 0) || mailslot_fail(ERROR_MOD_NOT_FOUND);
}

/* NULL: 127 the module has nothing of that name. Numbers in place of names, which only Windows' libraries have, are never found. */
static inline FARPROC GetProcAddress(HMODULE hModule, LPCSTR lpProcName)
{
    void *found = hModule && (ULONG_PTR)lpProcName > 0xFFFF ? mailslot_libc_dlsym(hModule, lpProcName) : NULL;
    FARPROC result;

    if (found == NULL)
        SetLastError(ERROR_PROC_NOT_FOUND);
    memcpy(&result, &found, sizeof(result));
    return result;
}

/* The path of the program (NULL) or of a library, in `name`; the length, or 0 when there is no such module. */
static inline size_t mailslot_module_path(HMODULE hModule, char name[4096])
{
    struct mailslot_link_map {
        void *address;
        const char *name;
    } *map = NULL;
    long length = 0;

    if (hModule && mailslot_libc_dlinfo(hModule, mailslot_dl_link_map, &map) == 0 && map && map->name[0]) {
        strncpy_s(name, 4096, map->name, _TRUNCATE);
        return strlen(name);
    }
    if (hModule == NULL || map)
        length = mailslot_libc_readlink("/proc/self/exe", name, 4095);
    name[length > 0 ? length : 0] = 0;
    return length > 0 ? (size_t)length : 0;
}

/* The path of the program (NULL) or of a library. 122 with what fits: the buffer is too small. 0: 126 no module. */
static inline DWORD GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize)
{
    char name[4096];
    size_t length = mailslot_module_path(hModule, name);

    if (length == 0)
        return mailslot_fail(ERROR_MOD_NOT_FOUND);
    if (length < nSize) {
        memcpy(lpFilename, name, length + 1);
        return (DWORD)length;
    }
    strncpy_s(lpFilename, nSize, name, _TRUNCATE);
    SetLastError(ERROR_INSUFFICIENT_BUFFER);
    return nSize;
}

static inline DWORD GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize)
{
    char name[4096];
    wchar_t *wide = mailslot_module_path(hModule, name) ? mailslot_widen(name) : NULL;
    size_t length;

    if (wide == NULL)
        return mailslot_fail(ERROR_MOD_NOT_FOUND);
    length = wcsnlen_s(wide, (size_t)-1);
    wcsncpy_s(lpFilename, nSize, wide, _TRUNCATE);
    mailslot_libc_free(wide);
    if (length < nSize)
        return (DWORD)length;
    SetLastError(ERROR_INSUFFICIENT_BUFFER);
    return nSize;
}

#ifdef UNICODE
#define GetModuleHandle GetModuleHandleW
#define LoadLibrary LoadLibraryW
#define GetModuleFileName GetModuleFileNameW
#else
#define GetModuleHandle GetModuleHandleA
#define LoadLibrary LoadLibraryA
#define GetModuleFileName GetModuleFileNameA
#endif

#endif
