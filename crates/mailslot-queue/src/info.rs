//! What the info call tells.

/// A slot's state at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Info {
    /// The largest message in bytes, as given at creation; 0 for any size.
    pub max_message_size: u32,
    /// The oldest queued message's size in bytes; `None` when none is queued.
    pub next_size: Option<u32>,
    /// Messages queued.
    pub message_count: u32,
    /// The read timeout in milliseconds; `u32::MAX` is for ever.
    pub read_timeout_ms: u32,
}
