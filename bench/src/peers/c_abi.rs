//! A mailslot, through the C functions of the shared library, as a C program calls them.

use std::env;
use std::ffi::{CString, c_char, c_void};
use std::os::fd::{BorrowedFd, IntoRawFd as _};
use std::path::PathBuf;
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

use anyhow::{Context as _, Result, bail, ensure};
use libloading::Library;
use mailslot::{Mailslot, Timeout};

use crate::transport::{Backoff, NO_LIMIT, Plan, Receive, Send, Transport};

pub(crate) struct CFunctions;

type Handle = isize;

const INVALID_HANDLE: Handle = -1;
const WAIT_FOREVER: u32 = u32::MAX;
const GENERIC_WRITE: u32 = 0x4000_0000;
const FILE_SHARE_READ: u32 = 1;
const OPEN_EXISTING: u32 = 3;
const ERROR_SEM_TIMEOUT: u32 = 121;
const ERROR_NOT_ENOUGH_QUOTA: u32 = 1816;

type CreateMailslotA = unsafe extern "C" fn(*const c_char, u32, u32, *const c_void) -> Handle;
type CreateFileA = unsafe extern "C" fn(*const c_char, u32, u32, *const c_void, u32, u32, Handle) -> Handle;
type ReadFile = unsafe extern "C" fn(Handle, *mut u8, u32, *mut u32, *mut c_void) -> i32;
type WriteFile = unsafe extern "C" fn(Handle, *const u8, u32, *mut u32, *mut c_void) -> i32;
type SetMailslotInfo = unsafe extern "C" fn(Handle, u32) -> i32;
type CloseHandle = unsafe extern "C" fn(Handle) -> i32;
type GetLastError = unsafe extern "C" fn() -> u32;

/// The functions of the library, loaded once a process. It is never unloaded.
struct Functions {
    create_mailslot: CreateMailslotA,
    create_file: CreateFileA,
    read_file: ReadFile,
    write_file: WriteFile,
    set_mailslot_info: SetMailslotInfo,
    close_handle: CloseHandle,
    get_last_error: GetLastError,
}

impl Functions {
    fn get() -> Result<&'static Functions> {
        static FUNCTIONS: OnceLock<Functions> = OnceLock::new();
        if let Some(functions) = FUNCTIONS.get() {
            return Ok(functions);
        }
        let functions = Functions::load()?;
        Ok(FUNCTIONS.get_or_init(|| functions))
    }

    fn load() -> Result<Functions> {
        let path = library_path()?;
        // SAFETY: what the library does when it is loaded is harmless: it is the project's own.
        let library = unsafe { Library::new(&path) }.with_context(|| format!("cannot load {}", path.display()))?;
        let library: &'static Library = Box::leak(Box::new(library));
        /// The function of that name.
        ///
        /// # Safety
        /// `T` is its type.
        unsafe fn function<T: Copy>(library: &'static Library, name: &str) -> Result<T> {
            // SAFETY: the caller's promise.
            let symbol = unsafe { library.get::<T>(name) };
            Ok(*symbol.with_context(|| format!("the library has no {name}"))?)
        }
        Ok(Functions {
            // SAFETY: the type is the one that the library declares, as are the next ones.
            create_mailslot: unsafe { function(library, "CreateMailslotA") }?,
            // SAFETY: as above.
            create_file: unsafe { function(library, "CreateFileA") }?,
            // SAFETY: as above.
            read_file: unsafe { function(library, "ReadFile") }?,
            // SAFETY: as above.
            write_file: unsafe { function(library, "WriteFile") }?,
            // SAFETY: as above.
            set_mailslot_info: unsafe { function(library, "SetMailslotInfo") }?,
            // SAFETY: as above.
            close_handle: unsafe { function(library, "CloseHandle") }?,
            // SAFETY: as above.
            get_last_error: unsafe { function(library, "GetLastError") }?,
        })
    }

    fn last_error(&self) -> u32 {
        // SAFETY: it takes nothing and returns a number.
        unsafe { (self.get_last_error)() }
    }
}

/// Cargo leaves the libraries of dependencies in `deps` beside the program.
fn library_path() -> Result<PathBuf> {
    let program = env::current_exe().context("cannot tell where this program is")?;
    let folder = program.parent().context("this program is in no folder")?;
    let places = [folder.join("deps"), folder.to_owned()];
    let found = places.iter().map(|place| place.join("libmailslot_win32.so")).find(|path| path.is_file());
    found.with_context(|| format!("libmailslot_win32.so is not in {}", places[0].display()))
}

impl Transport for CFunctions {
    type Link = Plan;
    type Sender = ClientHandle;
    type Receiver = ServerHandle;

    const KEEPS_BACKLOG: bool = true;
    const SCALES: bool = true;

    fn link(plan: &Plan) -> Result<Plan> {
        Ok(plan.clone())
    }

    fn receiver(plan: &Plan) -> Result<ServerHandle> {
        let functions = Functions::get()?;
        if plan.window_bytes == NO_LIMIT {
            let name = name(plan)?;
            // SAFETY: the name ends with a zero; the security attributes may be NULL.
            let handle = unsafe { (functions.create_mailslot)(name.as_ptr(), 0, WAIT_FOREVER, null()) };
            ensure!(handle != INVALID_HANDLE, "CreateMailslotA: error {}", functions.last_error());
            return Ok(ServerHandle { functions, handle });
        }
        // The C functions have no way to set a quota. A handle is a descriptor, whoever made it: as in a child that inherited it.
        let slot = Mailslot::builder(plan.name.as_str()).directory(&plan.directory).quota(plan.window_bytes as u64);
        let slot = slot.read_timeout(Timeout::FOREVER).create()?;
        // SAFETY: the slot's descriptor is open until `slot` is dropped.
        let descriptor = unsafe { BorrowedFd::borrow_raw(slot.raw_fd()) };
        let inheritable = rustix::io::dup(descriptor)?.into_raw_fd();
        Ok(ServerHandle { functions, handle: (inheritable as Handle + 1) << 2 })
    }

    fn sender(plan: &Plan) -> Result<ClientHandle> {
        let functions = Functions::get()?;
        let name = name(plan)?;
        let (access, share) = (GENERIC_WRITE, FILE_SHARE_READ);
        // SAFETY: the name ends with a zero; the security attributes and the template may be NULL.
        let handle = unsafe { (functions.create_file)(name.as_ptr(), access, share, null(), OPEN_EXISTING, 0, 0) };
        ensure!(handle != INVALID_HANDLE, "CreateFileA: error {}", functions.last_error());
        Ok(ClientHandle { functions, handle })
    }
}

fn name(plan: &Plan) -> Result<CString> {
    Ok(CString::new(format!(r"\\.\mailslot\{}", plan.name))?)
}

pub(crate) struct ServerHandle {
    functions: &'static Functions,
    handle: Handle,
}

impl ServerHandle {
    #[inline]
    fn read(&self, buffer: &mut [u8]) -> Option<usize> {
        let (length, mut size) = (buffer.len() as u32, 0);
        // SAFETY: the buffer has that length; the size is written to before the call returns, as nothing is asynchronous.
        let done =
            unsafe { (self.functions.read_file)(self.handle, buffer.as_mut_ptr(), length, &raw mut size, null_mut()) };
        (done != 0).then_some(size as usize)
    }
}

impl Receive for ServerHandle {
    #[inline]
    fn recv(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.read(buffer).with_context(|| format!("ReadFile: error {}", self.functions.last_error()))
    }

    #[inline]
    fn try_recv(&mut self, buffer: &mut [u8]) -> Result<Option<usize>> {
        let size = self.read(buffer);
        if size.is_none() {
            let error = self.functions.last_error();
            ensure!(error == ERROR_SEM_TIMEOUT, "ReadFile: error {error}");
        }
        Ok(size)
    }

    fn never_wait(&mut self) -> Result<()> {
        // SAFETY: it takes a handle and a number.
        let done = unsafe { (self.functions.set_mailslot_info)(self.handle, 0) };
        ensure!(done != 0, "SetMailslotInfo: error {}", self.functions.last_error());
        Ok(())
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        // SAFETY: it takes a handle, which nobody uses any more.
        unsafe { (self.functions.close_handle)(self.handle) };
    }
}

pub(crate) struct ClientHandle {
    functions: &'static Functions,
    handle: Handle,
}

impl ClientHandle {
    #[inline]
    fn write(&self, message: &[u8]) -> bool {
        let (length, mut size) = (message.len() as u32, 0);
        // SAFETY: the message has that length; the size is written to before the call returns.
        let done =
            unsafe { (self.functions.write_file)(self.handle, message.as_ptr(), length, &raw mut size, null_mut()) };
        done != 0
    }

    #[cold]
    fn write_later(&self, message: &[u8]) -> Result<()> {
        let mut backoff = Backoff::default();
        loop {
            let error = self.functions.last_error();
            if error != ERROR_NOT_ENOUGH_QUOTA {
                bail!("WriteFile: error {error}");
            }
            backoff.wait();
            if self.write(message) {
                return Ok(());
            }
        }
    }
}

impl Send for ClientHandle {
    #[inline]
    fn send(&mut self, message: &[u8]) -> Result<()> {
        if self.write(message) { Ok(()) } else { self.write_later(message) }
    }
}

impl Drop for ClientHandle {
    fn drop(&mut self) {
        // SAFETY: it takes a handle, which nobody uses any more.
        unsafe { (self.functions.close_handle)(self.handle) };
    }
}
