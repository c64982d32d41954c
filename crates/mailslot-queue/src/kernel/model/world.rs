//! What the kernel keeps of one slot file: its memory, and who holds which lock.

use std::sync::Arc;
#[cfg(not(mailslot_loom))]
use std::sync::atomic::AtomicU64;

#[cfg(mailslot_loom)]
use loom::sync::atomic::AtomicU64;

use crate::kernel::LockByte;
use crate::layout::{self, Geometry};
use crate::memory::{Mapping, Store};
use crate::primitive::Ordering;

/// Numbers that participants of one model can draw: 1 to one less.
const PARTICIPANTS: usize = 6;

/// One slot file.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) geometry: Geometry,
    pub(crate) quota_bytes: u64,
    pub(crate) store: Store,
    /// By lock byte: the description that holds it, or 0. As the kernel does, an answer "free" shows all that the holder has
    /// done (a store with release, a load with acquire).
    holders: Vec<AtomicU64>,
}

impl World {
    /// A slot file as its creator leaves it, with room for so many chunks. Its server lives.
    pub(crate) fn new(chunk_capacity: u32) -> Arc<World> {
        let geometry = Geometry { chunk_capacity };
        let holders = (0..PARTICIPANTS + 2).map(|_| AtomicU64::new(0)).collect();
        let world = Arc::new(World { geometry, quota_bytes: 1 << 20, store: Store::new(geometry), holders });
        world.holder(LockByte::Server).store(u64::MAX, Ordering::Relaxed);
        let map = Mapping::of_world(&world);
        map.u64_at(layout::NEXT_PARTICIPANT).store(1, Ordering::Relaxed);
        map.u32_at(layout::READ_TIMEOUT_MS).store(u32::MAX, Ordering::Relaxed);
        world
    }

    /// The last server handle is gone.
    pub(crate) fn end_server(&self) {
        self.holder(LockByte::Server).store(0, Ordering::Release);
    }

    pub(super) fn holder(&self, byte: LockByte) -> &AtomicU64 {
        let index = match byte {
            LockByte::Server => 0,
            LockByte::Janitor => 1,
            LockByte::Participant(number) => number as usize + 1,
        };
        &self.holders[index]
    }

    pub(super) fn release_all(&self, description: u64) {
        for holder in &self.holders {
            // Its own value cannot be stale, and nobody else stores it.
            if holder.load(Ordering::Relaxed) == description {
                holder.swap(0, Ordering::AcqRel);
            }
        }
    }
}
