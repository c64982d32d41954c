//! A live slot file, whatever somebody scribbles into it: every operation of both sides gives an error at worst, in bounded time
//! and memory, and closing works. Until the first scribble every answer has to be right.

mod damage;
mod layout;
mod operations;

use mailslot_queue::{CreateOptions, Server, SlotDir, SlotName};

use crate::place::Place;
use crate::script::Script;
use damage::Damage;
use operations::Users;

/// The file's name and the slot's.
const NAME: SlotName<'static> = SlotName { file: "S", full: b"s" };
/// Steps of one input. Longer ones only repeat themselves.
const MOST_STEPS: usize = 64;

/// Byte 0: how the slot is made; 1: how many messages are queued; then steps, whose first byte says what they do.
pub fn slot_file(data: &[u8]) {
    let mut script = Script::new(data);
    let place = Place::new();
    let directory = SlotDir::open(place.path()).unwrap();
    let mut users = Users::new(&directory, &options(&mut script));
    for number in 0..script.u8() {
        users.send(usize::from(number) * 37 % 3000);
    }
    let damage = Damage::new(&place.path().join(NAME.file));
    for _ in 0..MOST_STEPS {
        if script.is_over() {
            break;
        }
        let step = script.u8();
        if step & 1 == 1 {
            users.distrust();
            damage.do_some(step >> 1, &mut script);
        } else {
            users.do_one(step >> 1, &mut script);
        }
        damage.check_size();
    }
    users.do_everything();
    damage.check_size();
    users.close();
    // The slot is gone, and whatever became of its file is in nobody's way.
    assert!(place.files().is_empty(), "the file outlives its slot");
    let next = Server::create(&directory, NAME, &CreateOptions::default()).unwrap();
    assert_eq!(directory.slots().unwrap().len(), 1);
    drop(next);
}

fn options(script: &mut Script<'_>) -> CreateOptions {
    let how = script.u8();
    CreateOptions {
        max_message_size: [0, 5000][usize::from(how & 1)],
        read_timeout_ms: [0, 1, u32::MAX, 77][usize::from(how >> 1 & 3)],
        quota_bytes: [1, 100, 60_000, 1 << 20, 4 << 20, 4 << 20, 4 << 20, 32 << 20][usize::from(how >> 3 & 7)],
        security: vec![how; usize::from(how >> 6) * 3000],
    }
}
