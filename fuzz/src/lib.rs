//! What the fuzzer of the slot file and the hostile peers share.

/// Breaks the queue, if the environment says how: the proof that the breach is seen.
pub fn plant_bug() {
    #[cfg(mailslot_planted_bug)]
    if let Ok(name) = std::env::var("MAILSLOT_PLANTED_BUG") {
        use mailslot_queue::Bug;
        let bug = match name.as_str() {
            "chunk-limit" => Bug::ChunkLimit,
            "range" => Bug::Range,
            "endless-walk" => Bug::EndlessWalk,
            "size-read-twice" => Bug::SizeReadTwice,
            "endless-peek" => Bug::EndlessPeek,
            other => panic!("there is no bug {other}"),
        };
        mailslot_queue::plant(bug);
    }
}
