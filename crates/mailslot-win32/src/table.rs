//! What the handles of this process refer to: a table from descriptor to object.
//!
//! # Cost
//!
//! ReadFile and WriteFile look a handle up with two dependent loads and one swap on a word that belongs to the calling thread
//! (the debt list of `arc-swap`): no lock, no allocation, and nothing that two threads both write. Opening and closing a
//! handle, which is rare, pays for that.
//!
//! # One descriptor number, one owner
//!
//! An entry owns the descriptor of its number. While an entry is being closed its place holds a closed mark, so that nobody
//! takes the dying descriptor for a new, unknown one. The kernel may give the number out again the moment it is closed:
//! a new entry replaces the mark, and the closing thread removes the mark only if it is still its own.
//!
//! A descriptor without an entry may be an inherited one, to be adopted, or one that another thread has just opened and not yet put
//! into the table. So a new descriptor becomes inheritable after it has its entry, only inheritable ones are adopted, and
//! whoever adopts marks the place before looking: if the look finds an inheritable descriptor and the mark is still there, then the
//! descriptor is nobody's.

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arc_swap::ArcSwapOption;
use windows_sys::Win32::Foundation::{ERROR_TOO_MANY_OPEN_FILES, HANDLE};

use crate::access::{Access, CurrentAccess};
use crate::adopt;
use crate::boundary::silence_panics;
use crate::duplicate;
use crate::handle::{descriptor_of, handle_of};
use crate::last_error::Win32Error;
use crate::object::{KernelObject, Object};
use crate::security::set_inheritable;

/// A handle of this process.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) object: Object,
    access: CurrentAccess,
    /// `HANDLE_FLAG_PROTECT_FROM_CLOSE`. It belongs to the handle in this process and does not cross `exec`.
    pub(crate) protected: AtomicBool,
}

impl Entry {
    fn new(object: Object, access: Access) -> Arc<Entry> {
        Arc::new(Entry { object, access: CurrentAccess::new(access), protected: AtomicBool::new(false) })
    }

    /// What the handle may do.
    #[inline]
    pub(crate) fn access(&self) -> Access {
        self.access.get()
    }

    /// Makes the handle another one of the same number: one with the rights that `change` makes of these, and that children
    /// inherit if `inherit` says so. Reads that wait on it go on waiting. Tells the number.
    ///
    /// # Errors
    ///
    /// What `change` fails with, and then all is as it was; 6 when the handle is being closed.
    pub(crate) fn replace(
        &self,
        change: impl Fn(Access) -> Result<Access, Win32Error>,
        inherit: bool,
    ) -> Result<HANDLE, Win32Error> {
        self.access.try_change(change)?;
        let descriptor = self.object.descriptor();
        set_inheritable(descriptor, inherit)?;
        Ok(handle_of(descriptor))
    }

    /// The error of a call that wants the other end of a mailslot: `code`, unless the handle is being closed.
    pub(crate) fn is_not_for(&self, code: u32) -> Win32Error {
        if matches!(self.object, Object::Closed) { Win32Error::INVALID_HANDLE } else { Win32Error(code) }
    }
}

/// Runs `body` on what a handle refers to. The entry stays usable until `body` ends, even if the handle is closed meanwhile.
///
/// # Errors
///
/// 6 when the handle refers to nothing, or not to a mailslot; or what `body` fails with.
#[inline]
pub(crate) fn with_entry<T>(
    handle: HANDLE,
    body: impl FnOnce(&Entry) -> Result<T, Win32Error>,
) -> Result<T, Win32Error> {
    let descriptor = descriptor_of(handle)?;
    if let Some(place) = existing_place(descriptor)
        && let Some(entry) = &*place.load()
        && !matches!(entry.object, Object::Adopting)
    {
        return body(entry);
    }
    body(&*adopt(descriptor)?)
}

/// What a handle refers to, for calls that keep it for longer: waits, and operations that go on behind the caller's back.
///
/// # Errors
///
/// 6 when the handle refers to nothing.
pub(crate) fn entry_of(handle: HANDLE) -> Result<Arc<Entry>, Win32Error> {
    let descriptor = descriptor_of(handle)?;
    let existing = existing_place(descriptor).and_then(Place::load_full);
    let entry = match existing {
        Some(entry) if !matches!(entry.object, Object::Adopting) => entry,
        _ => adopt(descriptor)?,
    };
    if matches!(entry.object, Object::Closed) { Err(Win32Error::INVALID_HANDLE) } else { Ok(entry) }
}

/// Puts a new object into the table and tells its handle, which children inherit if `inherit` says so.
///
/// # Errors
///
/// 4 when the descriptor's number is beyond the table; the object is closed then.
pub(crate) fn insert(object: Object, access: Access, inherit: bool) -> Result<HANDLE, Win32Error> {
    duplicate::collect();
    insert_known(object, access, inherit)
}

/// [`insert`] of a handle that another process has sent: without a look whether there are more.
pub(crate) fn insert_known(object: Object, access: Access, inherit: bool) -> Result<HANDLE, Win32Error> {
    silence_panics();
    let descriptor = object.descriptor();
    let place = place(descriptor).ok_or(Win32Error(ERROR_TOO_MANY_OPEN_FILES))?;
    put(place, Entry::new(object, access));
    if inherit {
        // Only now: an inheritable descriptor without an entry is one to adopt.
        set_inheritable(descriptor, true)?;
    }
    Ok(handle_of(descriptor))
}

/// Puts a new object that is no mailslot into the table and tells its handle.
///
/// # Errors
///
/// 4 when the descriptor's number is beyond the table; the object is closed then.
pub(crate) fn insert_other(object: Box<dyn KernelObject>, inherit: bool) -> Result<HANDLE, Win32Error> {
    insert(Object::Other(object), Access::EVERYTHING, inherit)
}

/// Closes a handle: its number is free, its blocked reads end, and its last user frees the rest.
///
/// # Errors
///
/// 6 when the handle refers to nothing, is closed already, or is protected from being closed.
pub(crate) fn close(handle: HANDLE) -> Result<(), Win32Error> {
    duplicate::collect();
    close_known(handle)
}

/// [`close`] on behalf of another process: without a look whether it has sent handles.
pub(crate) fn close_known(handle: HANDLE) -> Result<(), Win32Error> {
    let descriptor = descriptor_of(handle)?;
    let place = place(descriptor).ok_or(Win32Error::INVALID_HANDLE)?;
    let entry = match place.load_full() {
        Some(entry) if !matches!(entry.object, Object::Adopting) => entry,
        _ => adopt_inherited(descriptor)?,
    };
    if matches!(entry.object, Object::Closed) || entry.protected.load(Ordering::Relaxed) {
        return Err(Win32Error::INVALID_HANDLE);
    }
    let closed = Entry::new(Object::Closed, entry.access());
    let previous = place.compare_and_swap(&Some(Arc::clone(&entry)), Some(Arc::clone(&closed)));
    if !is_same(previous.as_ref(), &entry) {
        // Another thread is closing it, or closed it.
        return Err(Win32Error::INVALID_HANDLE);
    }
    entry.object.close();
    place.compare_and_swap(&Some(closed), None);
    Ok(())
}

type Place = ArcSwapOption<Entry>;

/// Places come in chunks that are allocated when the first descriptor in their range is used, and then stay.
const PLACES_PER_CHUNK: usize = 1024;
/// Together 2^20 descriptors, the kernel's default for the highest limit that a process may have (`fs.nr_open`).
const CHUNKS: usize = 1024;

static TABLE: [OnceLock<Box<[Place]>>; CHUNKS] = [const { OnceLock::new() }; CHUNKS];

#[inline]
fn existing_place(descriptor: RawFd) -> Option<&'static Place> {
    let number = usize::try_from(descriptor).ok()?;
    TABLE.get(number / PLACES_PER_CHUNK)?.get()?.get(number % PLACES_PER_CHUNK)
}

fn place(descriptor: RawFd) -> Option<&'static Place> {
    let number = usize::try_from(descriptor).ok()?;
    let chunk = TABLE.get(number / PLACES_PER_CHUNK)?;
    chunk.get_or_init(|| (0..PLACES_PER_CHUNK).map(|_| Place::empty()).collect()).get(number % PLACES_PER_CHUNK)
}

/// Finds the entry of a handle that this process did not open: one that another process has sent, or that was inherited.
#[cold]
fn adopt(descriptor: RawFd) -> Result<Arc<Entry>, Win32Error> {
    duplicate::collect();
    adopt_inherited(descriptor)
}

/// Makes an entry of a descriptor that this process has but did not open through this library: one that was inherited.
/// Two threads that meet here for one descriptor get one entry.
fn adopt_inherited(descriptor: RawFd) -> Result<Arc<Entry>, Win32Error> {
    static ADOPTING: Mutex<()> = Mutex::new(());

    silence_panics();
    let place = place(descriptor).ok_or(Win32Error::INVALID_HANDLE)?;
    let _one_at_a_time = ADOPTING.lock().unwrap_or_else(PoisonError::into_inner);
    let mark = Entry::new(Object::Adopting, Access::SERVER);
    if let Some(entry) = &*place.compare_and_swap(&None::<Arc<Entry>>, Some(Arc::clone(&mark))) {
        return Ok(Arc::clone(entry));
    }
    let candidate = adopt::candidate(descriptor);
    let outcome = match (place.load_full(), candidate) {
        (Some(entry), _) if !Arc::ptr_eq(&entry, &mark) => Ok(entry),
        // Without the mark, what was looked at had an owner meanwhile.
        (Some(_), Some(candidate)) => adopt::take(descriptor, candidate).map(|object| {
            let access = adopt::rights_of(&object);
            let entry = Entry::new(object, access);
            put(place, Arc::clone(&entry));
            entry
        }),
        _ => Err(Win32Error::INVALID_HANDLE),
    };
    place.compare_and_swap(&Some(mark), None);
    outcome
}

/// Fills a place. An entry that is there although its number was free belongs to a program that closed the descriptor
/// behind our back; closing it again would close the new one's, so it is left as it is.
fn put(place: &Place, entry: Arc<Entry>) {
    if let Some(stale) = place.swap(Some(entry))
        && stale.object.is_open()
    {
        std::mem::forget(stale);
    }
}

fn is_same(found: Option<&Arc<Entry>>, entry: &Arc<Entry>) -> bool {
    found.is_some_and(|found| Arc::ptr_eq(found, entry))
}
