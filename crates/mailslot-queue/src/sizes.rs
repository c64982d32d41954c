//! Sizes that decide how soon something happens, and that models have smaller.

#[cfg(not(mailslot_model))]
pub(crate) use of_files::*;
#[cfg(mailslot_model)]
pub(crate) use of_models::*;

#[cfg(not(mailslot_model))]
mod of_files {
    use std::time::Duration;

    use crate::doorbell::Wait;

    /// What a writer owns at a time.
    pub(crate) const CHUNK_BYTES: u64 = 64 * 1024;
    /// Entries of the hint ring; a power of two.
    pub(crate) const HINT_COUNT: u32 = 2048;
    /// Chunks whose memory is kept although nothing is queued in them: 2 MiB, the working set of a busy slot.
    pub(crate) const KEPT_CHUNKS: u32 = 32;
    /// After so many bytes, memory is given back while the queue drains.
    pub(crate) const TRIM_AFTER_BYTES: u64 = 2 << 20;
    /// Looks of a wait for several slots before it sleeps, one to three microseconds. What comes at once is not slept through.
    pub(crate) const SPIN_ROUNDS: u32 = 40;
    /// Rounds of looking only: what a holder that runs needs, even for a copy of some kilobytes.
    pub(crate) const PATIENT_LOOKS: u32 = 100;
    /// Rounds of letting others run.
    pub(crate) const PATIENT_YIELDS: u32 = 20;
    /// A sleeper looks again after so long although nobody has rung: whoever may write to the doorbell can also ask the kernel to move
    /// its sleepers to another word (FUTEX_REQUEUE), or make writers believe that nobody sleeps.
    pub(crate) const LONGEST_SLEEP: Wait = Wait::For(Duration::from_secs(5));
}

#[cfg(mailslot_model)]
mod of_models {
    use crate::doorbell::Wait;

    pub(crate) const CHUNK_BYTES: u64 = 128;
    pub(crate) const HINT_COUNT: u32 = 2;
    pub(crate) const KEPT_CHUNKS: u32 = 1;
    pub(crate) const TRIM_AFTER_BYTES: u64 = 1;
    pub(crate) const SPIN_ROUNDS: u32 = 0;
    pub(crate) const PATIENT_LOOKS: u32 = 1;
    pub(crate) const PATIENT_YIELDS: u32 = 0;
    /// Whoever is not woken shall be seen.
    pub(crate) const LONGEST_SLEEP: Wait = Wait::Forever;
}
