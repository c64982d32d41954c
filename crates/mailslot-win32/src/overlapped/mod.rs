//! Operations that go on after the call that started them has returned.

mod file_object;

pub(crate) use file_object::FileHandle;
