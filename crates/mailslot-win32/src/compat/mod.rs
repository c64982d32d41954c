//! What programs need that is no part of mailslots: thin, over the C library and the kernel.
//!
//! Text is UTF-8 here (the `…A` functions); the headers make the `…W` forms of it for both widths of `wchar_t`.

pub(crate) mod console;
pub(crate) mod descriptor;
pub(crate) mod errno;
pub(crate) mod files;
pub(crate) mod find;
mod locks;
pub(crate) mod messages;
pub(crate) mod pages;
pub(crate) mod process;
mod sync;
mod threads;

pub use locks::{
    AcquireSRWLockExclusive, AcquireSRWLockShared, DeleteCriticalSection, EnterCriticalSection,
    InitOnceBeginInitialize, InitOnceComplete, InitOnceExecuteOnce, InitOnceInitialize, InitializeConditionVariable,
    InitializeCriticalSection, InitializeCriticalSectionAndSpinCount, InitializeCriticalSectionEx, InitializeSRWLock,
    LeaveCriticalSection, ReleaseSRWLockExclusive, ReleaseSRWLockShared, SetCriticalSectionSpinCount,
    SleepConditionVariableCS, SleepConditionVariableSRW, TryAcquireSRWLockExclusive, TryAcquireSRWLockShared,
    TryEnterCriticalSection, WakeAllConditionVariable, WakeConditionVariable,
};
pub(crate) use sync::SyncObject;
pub use sync::{
    CancelWaitableTimer, CreateEventA, CreateFileMappingA, CreateMutexA, CreateSemaphoreA, CreateWaitableTimerA,
    FlushViewOfFile, MapViewOfFile, MapViewOfFileEx, OpenEventA, OpenFileMappingA, OpenMutexA, OpenSemaphoreA,
    OpenWaitableTimerA, PulseEvent, ReleaseMutex, ReleaseSemaphore, ResetEvent, SetEvent, SetWaitableTimer,
    UnmapViewOfFile,
};
pub(crate) use threads::ThreadObject;
pub use threads::{
    _beginthread, _beginthreadex, _endthread, _endthreadex, CreateThread, ExitThread, GetExitCodeThread, GetThreadId,
    GetThreadPriority, QueueUserAPC, ResumeThread, SetThreadPriority, SuspendThread, TerminateThread, TlsAlloc,
    TlsFree, TlsGetValue, TlsSetValue,
};
