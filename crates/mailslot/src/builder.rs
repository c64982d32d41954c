//! Options for a slot to be created.

use std::path::{Path, PathBuf};

use mailslot_queue as queue;

use crate::Result;
use crate::error::{Error, ErrorKind};
use crate::name::Name;
use crate::permissions::Permissions;
use crate::quirks;
use crate::security::{SecurityDescriptor, Token};
use crate::server::Mailslot;
use crate::timeout::Timeout;

/// Options for a slot to be created; made by [`Mailslot::builder`].
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// use mailslot::Mailslot;
/// use std::time::Duration;
///
/// let server = Mailslot::builder("taxes/bob")
///     .max_message_size(4096)
///     .read_timeout(Duration::from_secs(1))
///     .quota(1 << 20)
///     .directory(dir.path())
///     .create()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "no slot is created until `create` is called"]
pub struct Builder {
    name: Result<Name>,
    options: queue::CreateOptions,
    security: SecurityDescriptor,
    directory: Option<PathBuf>,
}

impl Builder {
    pub(crate) fn new(name: Result<Name>) -> Builder {
        Builder { name, options: Default::default(), security: SecurityDescriptor::default(), directory: None }
    }

    /// The largest message that the slot takes, in bytes. The default, 0, takes any size.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// let server = mailslot::Mailslot::builder("orders").max_message_size(256).directory(dir.path()).create()?;
    /// assert_eq!(server.info()?.max_message_size, 256);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn max_message_size(mut self, bytes: u32) -> Builder {
        self.options.max_message_size = bytes;
        self
    }

    /// How long receives wait for a message. The default is [`Timeout::FOREVER`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// use mailslot::{Mailslot, Timeout};
    ///
    /// let server = Mailslot::builder("orders").read_timeout(Timeout::NONE).directory(dir.path()).create()?;
    /// assert!(server.recv_vec().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_timeout(mut self, timeout: impl Into<Timeout>) -> Builder {
        self.options.read_timeout_ms = timeout.into().as_millis();
        self
    }

    /// How many payload bytes may be queued; a send beyond fails. The default is 256 MiB.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// use mailslot::{Client, ErrorKind, Mailslot};
    ///
    /// let server = Mailslot::builder("orders").quota(1000).directory(dir.path()).create()?;
    /// let client = Client::options().directory(dir.path()).open("orders")?;
    /// client.send(&[0; 1000])?;
    /// assert_eq!(client.send(&[0; 1]).unwrap_err().kind(), ErrorKind::QuotaExceeded);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quota(mut self, bytes: u64) -> Builder {
        self.options.quota_bytes = bytes;
        self
    }

    /// Who may write to the slot. The default is [`Permissions::Owner`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// use mailslot::{Mailslot, Permissions};
    ///
    /// Mailslot::builder("orders").permissions(Permissions::Everyone).directory(dir.path()).create()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn permissions(self, permissions: Permissions) -> Builder {
        self.security(permissions.into())
    }

    /// Who may do what with the slot, in full. What the descriptor leaves out is filled in: the owner is this user, and
    /// without an access list it is [`Permissions::Owner`]'s.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// use mailslot::Mailslot;
    ///
    /// let staff = "D:(A;;FW;;;S-1-22-2-50)(A;;FA;;;CO)".parse()?; // group 50 and the owner
    /// let server = Mailslot::builder("orders").security(staff).directory(dir.path()).create()?;
    /// assert_eq!(server.security()?.owner, Some(mailslot::security::Token::of_this_process().user()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn security(mut self, descriptor: SecurityDescriptor) -> Builder {
        self.security = descriptor;
        self
    }

    /// The slot directory, which must exist and must not be open to other users. The default is `$MAILSLOT_DIR`, else
    /// `/run/mailslot` if it exists and is safe, else `/dev/shm/mailslot-<uid>`.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// use mailslot::Mailslot;
    ///
    /// let server = Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert!(Mailslot::builder("orders").directory("/no/such/directory").create().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn directory(mut self, path: impl AsRef<Path>) -> Builder {
        self.directory = Some(path.as_ref().to_owned());
        self
    }

    /// Creates the slot.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidName`] and the others of [`Name::parse`] for a wrong name; a name with a host cannot be
    ///   created, not even with this machine's;
    /// - [`ErrorKind::AlreadyExists`] if a living server has the name, in any letter case;
    /// - [`ErrorKind::UnsafeDirectory`], [`ErrorKind::PathNotFound`] and [`ErrorKind::AccessDenied`] for the slot
    ///   directory;
    /// - [`ErrorKind::NotAMailslot`] if something else has the slot's file name in the directory;
    /// - [`ErrorKind::InvalidOwner`] for a security descriptor whose owner is somebody else, [`ErrorKind::InvalidAcl`] and
    ///   [`ErrorKind::InvalidSecurityDescriptor`] for one that is too large;
    /// - [`ErrorKind::InvalidParameter`] for a quota that cannot be, [`ErrorKind::OutOfMemory`],
    ///   [`ErrorKind::TooManyOpenFiles`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// use mailslot::{ErrorKind, Mailslot};
    ///
    /// let server = Mailslot::builder("orders").directory(dir.path()).create()?;
    /// let second = Mailslot::builder("ORDERS").directory(dir.path()).create().unwrap_err();
    /// assert_eq!(second.kind(), ErrorKind::AlreadyExists);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn create(self) -> Result<Mailslot> {
        let name = local_name(self.name)?;
        let security = self.security.of_new_slot(&Token::of_this_process()).and_then(|slot| slot.to_bytes());
        let options =
            queue::CreateOptions { security: security.map_err(|error| error.with_name(&name))?, ..self.options };
        let server = open_directory(self.directory.as_deref()).and_then(|directory| {
            let (file, full) = (name.file_name(), name.stored());
            queue::Server::create(&directory, queue::SlotName { file: &file, full: &full }, &options)
        });
        match server {
            Ok(server) => Ok(Mailslot::new(server, name)),
            Err(error) => Err(Error::from_queue(error).with_name(&name)),
        }
    }
}

/// The slot directory at `path`, or the default one.
pub(crate) fn open_directory(path: Option<&Path>) -> Result<queue::SlotDir, queue::Error> {
    match path {
        Some(path) => queue::SlotDir::open(path),
        None => queue::SlotDir::open_default(),
    }
}

/// A name that a slot can be created with: one without a host, not even this machine's.
fn local_name(name: Result<Name>) -> Result<Name> {
    let refused = |name: &str| {
        let why = "a slot is created without a host; accepted is `\\\\.\\mailslot\\[path\\]name`";
        Err(Error::refused_name(quirks::CREATE_ON_HOST, name, why.to_owned()))
    };
    match name {
        Ok(name) if name.is_host_form() => refused(&name.to_string()),
        Err(error) if error.kind() == ErrorKind::RemoteDeprecated => refused(error.name().unwrap_or_default()),
        other => other,
    }
}
