//! One participant's view of a model's slot file.

use std::sync::Arc;

use super::Slot;
use crate::kernel::{SlotFile, World};
use crate::memory::Mapping;
use crate::participant::Participant;

impl Slot {
    /// As a process sees it that has just opened the file.
    pub(crate) fn of_world(world: &Arc<World>) -> Slot {
        Slot {
            map: Mapping::of_world(world),
            geometry: world.geometry,
            max_message_size: 0,
            quota_bytes: world.quota_bytes,
            name: Vec::new(),
            security: Vec::new(),
            file: SlotFile::open(world),
            participant: Participant::default(),
            file_name: String::new(),
            directory: None,
        }
    }
}
