/* What Microsoft's compilers add to C and C++, as far as programs with mailslots use it. */
#ifndef MAILSLOT_LANGUAGE_H
#define MAILSLOT_LANGUAGE_H

#include "../sal.h"

/* Programs for Windows are full of #pragma comment(lib, "...") and #pragma warning(...): no reason to complain. */
#pragma GCC diagnostic ignored "-Wunknown-pragmas"

/* Microsoft's compilers define it for programs that may have threads, which all may here. */
#ifndef _MT
#define _MT 1
#endif

/* Calling conventions: Linux has one. */
#define WINAPI
#define WINAPIV
#define APIENTRY
#define APIPRIVATE
#define CALLBACK
#define PASCAL
#define NTAPI
#define WINBASEAPI
#define WINUSERAPI
#define __cdecl
#define _cdecl
#define __stdcall
#define _stdcall
#define __fastcall
#define __thiscall
#define __vectorcall
#define __clrcall
#define FAR
#define NEAR
#define __ptr32
#define __ptr64
#define __unaligned
#define __w64

#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void

#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long long
#define _int64 long long
#ifndef __forceinline
#define __forceinline static inline __attribute__((__always_inline__))
#endif
#ifndef FORCEINLINE
#define FORCEINLINE __forceinline
#endif
#define DECLSPEC_NORETURN __attribute__((__noreturn__))
#define DECLSPEC_IMPORT
#define DECLSPEC_ALIGN(alignment) __attribute__((__aligned__(alignment)))

/* __declspec(dllexport) and so on. */
#define __declspec(what) MAILSLOT_DECLSPEC_##what
#define MAILSLOT_DECLSPEC_align(alignment) __attribute__((__aligned__(alignment)))
#define MAILSLOT_DECLSPEC_allocate(segment)
#define MAILSLOT_DECLSPEC_deprecated __attribute__((__deprecated__))
#define MAILSLOT_DECLSPEC_dllexport __attribute__((__visibility__("default")))
#define MAILSLOT_DECLSPEC_dllimport
#define MAILSLOT_DECLSPEC_noinline __attribute__((__noinline__))
#define MAILSLOT_DECLSPEC_noreturn __attribute__((__noreturn__))
#define MAILSLOT_DECLSPEC_nothrow __attribute__((__nothrow__))
#define MAILSLOT_DECLSPEC_novtable
#define MAILSLOT_DECLSPEC_restrict
#define MAILSLOT_DECLSPEC_selectany __attribute__((__weak__))
#ifdef __cplusplus
#define MAILSLOT_DECLSPEC_thread thread_local
#else
#define MAILSLOT_DECLSPEC_thread _Thread_local
#endif

/* Blocks that handle the machine's exceptions: nothing is caught on Linux, where such an exception ends the program. */
#define __noop ((void)0)
#define __debugbreak() __builtin_trap()
#define __assume(condition) ((void)0)

#endif
