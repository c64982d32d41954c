//! The Win32 mailslot functions as a C library: `libmailslot_win32.so` and `.a`, with headers in `include/`.
//!
//! The functions have the names, parameters, types and constants of the Windows SDK, so that C and C++ programs that were
//! written for Windows compile unmodified. Rust programs use the crate `mailslot` instead.
//!
//! # Contract of every function
//!
//! - **Text.** `…A` functions take UTF-8; bytes that are not UTF-8 are kept apart, each as a name character of its own, so
//!   that two programs in the same old code page understand each other. `…W` functions take UTF-16, whatever `wchar_t` is.
//!   `…W32` functions take UTF-32: the headers bind a program's `…W` calls to them where `wchar_t` has 32 bits.
//! - **Handles.** `HANDLE` is `(file descriptor + 1) << 2`; the low two bits are ignored. See [`handle_of`].
//! - **Failure** is `FALSE` or `INVALID_HANDLE_VALUE`, and then, and only then, the thread's last error is set; `CreateFile`
//!   also sets it when it succeeds. Outputs are written on success; `ReadFile` and `WriteFile` set their byte count to 0 first,
//!   `DuplicateHandle` its handle to NULL.
//! - **Pointers** may be NULL where the Windows documentation says so, and where a NULL has a defined error. Every other
//!   pointer must be valid for what the function does with it, as in any C library.
//! - **Threads.** Every function may be called from any thread at any time. `CloseHandle` ends another thread's blocked
//!   `ReadFile` on the same handle with 995.
//! - Nothing unwinds into the caller and nothing is printed.

mod access;
mod adopt;
mod background;
mod boundary;
mod close;
mod compat;
mod create;
mod duplicate;
mod handle;
mod info;
mod inherit;
mod last_error;
mod object;
mod open;
mod output;
mod overlapped;
#[cfg(mailslot_planted_bug)]
mod planted_bug;
mod security;
mod table;
mod text;
mod thread;
mod times;
mod transfer;
mod wait;

pub use close::{CloseHandle, GetHandleInformation, SetHandleInformation};
pub use compat::console::{
    _getch, _getche, _kbhit, _ungetch, GetConsoleMode, ReadConsoleA, SetConsoleCtrlHandler, SetConsoleMode,
    WriteConsoleA,
};
pub use compat::files::{
    CallNamedPipeA, ConnectNamedPipe, CopyFileA, CreateDirectoryA, CreateNamedPipeA, DeleteFileA, DeviceIoControl,
    DisconnectNamedPipe, FlushFileBuffers, GetFileAttributesA, GetFileAttributesExA, GetFileInformationByHandle,
    GetFileInformationByHandleEx, GetFileSize, GetFileSizeEx, GetFileType, GetFinalPathNameByHandleA, GetFullPathNameA,
    GetNamedPipeHandleStateA, GetNamedPipeInfo, GetTempFileNameA, LockFile, LockFileEx, MoveFileA, MoveFileExA,
    PeekNamedPipe, ReadDirectoryChangesW, RemoveDirectoryA, SetEndOfFile, SetFileAttributesA, SetFilePointer,
    SetFilePointerEx, SetNamedPipeHandleState, TransactNamedPipe, UnlockFile, UnlockFileEx, WaitNamedPipeA,
};
pub use compat::find::{
    FindClose, FindFirstFileA, FindFirstFileExA, FindNextFileA, mailslot_find_first, mailslot_find_next,
};
pub use compat::messages::{FormatMessageA, mailslot_format_message};
pub use compat::pages::{VirtualAlloc, VirtualFree, VirtualProtect};
pub use compat::process::{CreateProcessA, GetExitCodeProcess, GetProcessId, OpenProcess, TerminateProcess};
pub use compat::{
    _beginthread, _beginthreadex, _endthread, _endthreadex, AcquireSRWLockExclusive, AcquireSRWLockShared,
    CancelWaitableTimer, CreateEventA, CreateFileMappingA, CreateMutexA, CreateSemaphoreA, CreateThread,
    CreateWaitableTimerA, DeleteCriticalSection, EnterCriticalSection, ExitThread, FlushViewOfFile, GetExitCodeThread,
    GetThreadId, GetThreadPriority, InitOnceBeginInitialize, InitOnceComplete, InitOnceExecuteOnce, InitOnceInitialize,
    InitializeConditionVariable, InitializeCriticalSection, InitializeCriticalSectionAndSpinCount,
    InitializeCriticalSectionEx, InitializeSRWLock, LeaveCriticalSection, MapViewOfFile, MapViewOfFileEx, OpenEventA,
    OpenFileMappingA, OpenMutexA, OpenSemaphoreA, OpenWaitableTimerA, PulseEvent, QueueUserAPC, ReleaseMutex,
    ReleaseSRWLockExclusive, ReleaseSRWLockShared, ReleaseSemaphore, ResetEvent, ResumeThread,
    SetCriticalSectionSpinCount, SetEvent, SetThreadPriority, SetWaitableTimer, SleepConditionVariableCS,
    SleepConditionVariableSRW, SuspendThread, TerminateThread, TlsAlloc, TlsFree, TlsGetValue, TlsSetValue,
    TryAcquireSRWLockExclusive, TryAcquireSRWLockShared, TryEnterCriticalSection, UnmapViewOfFile,
    WakeAllConditionVariable, WakeConditionVariable,
};
pub use create::{CreateMailslotA, CreateMailslotW, CreateMailslotW32};
pub use duplicate::DuplicateHandle;
pub use handle::handle_of;
pub use info::{GetMailslotInfo, SetMailslotInfo};
pub use last_error::{GetLastError, SetLastError};
pub use open::{CreateFileA, CreateFileW, CreateFileW32};
pub use overlapped::{
    CancelIo, CancelIoEx, CreateIoCompletionPort, GetOverlappedResult, GetOverlappedResultEx,
    GetQueuedCompletionStatus, GetQueuedCompletionStatusEx, PostQueuedCompletionStatus, ReadFileEx, WriteFileEx,
};
pub use security::{
    ConvertSecurityDescriptorToStringSecurityDescriptorA, ConvertSidToStringSidA,
    ConvertStringSecurityDescriptorToSecurityDescriptorA, ConvertStringSidToSidA, GetKernelObjectSecurity, IsValidAcl,
    IsValidSecurityDescriptor,
};
pub use times::{GetFileTime, SetFileTime};
pub use transfer::{ReadFile, WriteFile};
pub use wait::{
    SignalObjectAndWait, Sleep, SleepEx, WaitForMultipleObjects, WaitForMultipleObjectsEx, WaitForSingleObject,
    WaitForSingleObjectEx,
};
