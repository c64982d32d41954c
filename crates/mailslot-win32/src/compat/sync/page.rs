//! The memory of an object: one page of a file that everybody maps who has a handle of it.
//!
//! Whoever may map it may scribble in it. So the words are atomics and any value of theirs is survived; what does not change is
//! read once, by a system call, into private memory, and checked there.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rustix::fs::{
    CWD, MemfdFlags, Mode, OFlags, SealFlags, fchmod, fcntl_add_seals, fstat, ftruncate, memfd_create, openat,
};
use rustix::io::{Errno, pread, pwrite};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

use super::section::Section;
use super::shared::{Kind, Shared};
use crate::last_error::Win32Error;

const MAGIC: [u8; 8] = *b"MslotObj";
const VERSION: u32 = 1;
/// The size of the page that everybody maps, which is that of the smallest page there is, and of the file; a mapping's memory is
/// behind it. What other objects have is in its first 512 bytes.
pub(super) const BYTES: usize = 4096;

const AT_VERSION: usize = 8;
const AT_KIND: usize = 12;
const AT_MAXIMUM: usize = 16;
const AT_STATE: usize = 64;
const AT_DUE: usize = 72;
const AT_PERIOD_MS: usize = 80;
const AT_SLEEPERS: usize = 128;
const AT_PARTICIPANTS: usize = 132;
const AT_FILE_NAME: usize = 256;
const FILE_NAME_END: usize = 512;

/// What is fixed about an object, as its file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fixed {
    pub(super) kind: Kind,
    /// The highest count of a semaphore.
    pub(super) maximum: u32,
    /// The file's name in the slot directory; empty for an object without a name.
    pub(super) file_name: String,
    /// Of a file mapping.
    pub(super) section: Option<Section>,
}

impl Fixed {
    /// Fills a new, empty file.
    pub(super) fn write(&self, file: BorrowedFd<'_>, state: u32) -> rustix::io::Result<()> {
        let mut bytes = vec![0; BYTES];
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        put(0, &MAGIC);
        put(AT_VERSION, &VERSION.to_ne_bytes());
        put(AT_KIND, &self.kind.number().to_ne_bytes());
        put(AT_MAXIMUM, &self.maximum.to_ne_bytes());
        put(AT_STATE, &state.to_ne_bytes());
        // A file name has 255 bytes at most.
        put(AT_FILE_NAME, self.file_name.as_bytes());
        if let Some(section) = &self.section {
            section.put(&mut bytes);
        }
        if pwrite(file, &bytes, 0)? == BYTES { Ok(()) } else { Err(Errno::NOSPC) }
    }

    /// What a file says; `None` if it is no object's.
    pub(super) fn read(file: BorrowedFd<'_>) -> Option<Fixed> {
        let mut bytes = [0; BYTES];
        if pread(file, &mut bytes, 0) != Ok(BYTES) {
            return None;
        }
        let number = |at: usize| bytes[at..at + 4].try_into().map(u32::from_ne_bytes).ok();
        if bytes[..8] != MAGIC || number(AT_VERSION)? != VERSION {
            return None;
        }
        let kind = Kind::from_number(number(AT_KIND)?)?;
        let name = &bytes[AT_FILE_NAME..FILE_NAME_END];
        let name = &name[..name.iter().position(|&byte| byte == 0)?];
        let file_name = str::from_utf8(name).ok().filter(|name| !name.contains('/'))?.to_owned();
        let section = if kind == Kind::FileMapping { Some(Section::read(&bytes)?) } else { None };
        let fixed = Fixed { kind, maximum: number(AT_MAXIMUM)?, file_name, section };
        // Memory that is not there cannot be touched.
        (fstat(file).ok()?.st_size as u64 >= fixed.file_length()).then_some(fixed)
    }

    fn file_length(&self) -> u64 {
        self.section.as_ref().map_or(BYTES as u64, Section::file_length)
    }
}

/// A file without a name, filled. Private to this user like every slot file, so that children may adopt it.
pub(super) fn unnamed_file(fixed: &Fixed, state: u32) -> rustix::io::Result<OwnedFd> {
    let file = memfd_create("mailslot-object", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    ftruncate(&file, fixed.file_length())?;
    fixed.write(file.as_fd(), state)?;
    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW)?;
    fchmod(&file, Mode::RUSR | Mode::WUSR)?;
    Ok(file)
}

/// Device and number of an object's file.
pub(super) type Key = (u64, u64);

/// The objects of this process.
static KNOWN: Mutex<BTreeMap<Key, Weak<Shared>>> = Mutex::new(BTreeMap::new());

fn known() -> MutexGuard<'static, BTreeMap<Key, Weak<Shared>>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An object is not in use any more.
pub(super) fn forget(key: Key) {
    let mut known = known();
    // Its file may be in use again already.
    if known.get(&key).is_some_and(|shared| shared.strong_count() == 0) {
        known.remove(&key);
    }
}

/// The object behind a file. Files of one object lead to one value in this process, as long as that is in use: what a process
/// knows of an object beside the page (which of its threads owns a mutex) is there.
///
/// # Errors
///
/// 6 if the file is no object's; 8 when there is no memory.
pub(super) fn shared(file: BorrowedFd<'_>) -> Result<Arc<Shared>, Win32Error> {
    let stat = fstat(file).map_err(|_| Win32Error::INVALID_HANDLE)?;
    let key = (stat.st_dev, stat.st_ino);
    let mut known = known();
    // While the value lives its mapping keeps the file, so the number cannot have become another file's.
    if let Some(shared) = known.get(&key).and_then(Weak::upgrade) {
        return Ok(shared);
    }
    let fixed = Fixed::read(file).ok_or(Win32Error::INVALID_HANDLE)?;
    // A mapping keeps its open file description, and the lock that a named object's has must end with the handles.
    let page = if fixed.file_name.is_empty() {
        Page::new(file)
    } else {
        open_again(file, OFlags::RDWR).and_then(|file| Page::new(file.as_fd()))
    };
    let page = page.map_err(super::kernel_error)?;
    let shared = Arc::new(Shared::new(file, key, fixed, page)?);
    known.insert(key, Arc::downgrade(&shared));
    Ok(shared)
}

/// A new open file description of a file.
pub(super) fn open_again(file: BorrowedFd<'_>, mode: OFlags) -> rustix::io::Result<OwnedFd> {
    openat(CWD, format!("/proc/self/fd/{}", file.as_raw_fd()), mode | OFlags::CLOEXEC, Mode::empty())
}

/// The mapped page.
#[derive(Debug)]
pub(super) struct Page(NonNull<u8>);

// SAFETY: plain shared memory without thread affinity, accessed through atomics only.
unsafe impl Send for Page {}
// SAFETY: as for `Send`.
unsafe impl Sync for Page {}

impl Page {
    fn new(file: BorrowedFd<'_>) -> rustix::io::Result<Page> {
        let protection = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a null hint lets the kernel choose a range that nothing else uses.
        let base = unsafe { mmap(std::ptr::null_mut(), BYTES, protection, MapFlags::SHARED, file, 0) }?;
        NonNull::new(base.cast()).map(Page).ok_or(Errno::NOMEM)
    }

    /// The object's state; what its values mean is the kind's affair.
    #[inline]
    pub(super) fn state(&self) -> &AtomicU32 {
        self.word(AT_STATE)
    }

    /// Of a timer: when it is due. See `timer`.
    pub(super) fn due(&self) -> &AtomicU64 {
        // SAFETY: a constant within the page.
        let word = unsafe { self.0.as_ptr().add(AT_DUE) };
        // SAFETY: aligned, mapped as long as `self` lives, and only ever accessed as an atomic.
        unsafe { AtomicU64::from_ptr(word.cast()) }
    }

    /// Of a timer: its period in ms; 0 for none.
    pub(super) fn period_ms(&self) -> &AtomicU32 {
        self.word(AT_PERIOD_MS)
    }

    /// How many threads sleep on the state, or are about to look at it and then sleep. A killed sleeper stays counted, which
    /// costs needless wake-ups and nothing else.
    #[inline]
    pub(super) fn sleepers(&self) -> &AtomicU32 {
        self.word(AT_SLEEPERS)
    }

    /// How many numbers of processes were ever given out, modulo 2^32.
    pub(super) fn participants(&self) -> &AtomicU32 {
        self.word(AT_PARTICIPANTS)
    }

    #[inline]
    fn word(&self, at: usize) -> &AtomicU32 {
        // SAFETY: `at` is one of the constants above, within the page.
        let word = unsafe { self.0.as_ptr().add(at) };
        // SAFETY: aligned, mapped as long as `self` lives, and only ever accessed as an atomic.
        unsafe { AtomicU32::from_ptr(word.cast()) }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // SAFETY: the range was mapped by `new`, and nothing refers to it after the last use of `self`.
        let unmapped = unsafe { munmap(self.0.as_ptr().cast(), BYTES) };
        debug_assert!(unmapped.is_ok());
    }
}
