//! The end of a slot while others use it.

use super::crew::{Crew, explore};
use super::stage::{Process, SMALL};
use crate::error::Error;
use crate::kernel::World;

/// A writer beside the last close is refused, or writes what nobody will read. Either way no memory is left behind.
#[test]
fn the_last_handle_is_closed_beside_a_writer() {
    explore("the_last_handle_is_closed_beside_a_writer", 2, || {
        let world = World::new(3);
        let crew = Crew::new();
        let (mut writer, server, last) = (Process::new(&world), Process::new(&world), Process::new(&world));
        crew.spawn(move || {
            for number in 0..2 {
                match writer.try_send(1, number, SMALL) {
                    Ok(()) => {}
                    Err(Error::ServerGone) => break,
                    Err(error) => panic!("{error}"),
                }
            }
            writer.leave();
        });
        let closing = std::sync::Arc::clone(&world);
        crew.spawn(move || {
            closing.end_server();
            server.core.end_if_dead();
        });
        crew.join();
        assert!(last.slot().is_marked_closed());
        last.core.end_if_dead();
        assert_eq!(last.slot().message_count(), 0);
        last.check_no_leak();
    });
}
