//! Locks within one process: critical sections, slim reader/writer locks, condition variables, one-time initialisation.
//!
//! They lie in the program's own memory. Critical sections and slim locks are the C library's mutexes and locks, so that tools
//! that watch those (helgrind, ThreadSanitizer) see them.

mod condition;
mod once;
mod section;
mod slim;

pub use condition::{
    InitializeConditionVariable, SleepConditionVariableCS, SleepConditionVariableSRW, WakeAllConditionVariable,
    WakeConditionVariable,
};
pub use once::{InitOnceBeginInitialize, InitOnceComplete, InitOnceExecuteOnce, InitOnceInitialize};
pub use section::{
    DeleteCriticalSection, EnterCriticalSection, InitializeCriticalSection, InitializeCriticalSectionAndSpinCount,
    InitializeCriticalSectionEx, LeaveCriticalSection, SetCriticalSectionSpinCount, TryEnterCriticalSection,
};
pub use slim::{
    AcquireSRWLockExclusive, AcquireSRWLockShared, InitializeSRWLock, ReleaseSRWLockExclusive, ReleaseSRWLockShared,
    TryAcquireSRWLockExclusive, TryAcquireSRWLockShared,
};
