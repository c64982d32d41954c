//! Who may write to a slot.

/// Who may write to a slot, in short. A [`SecurityDescriptor`](crate::SecurityDescriptor) says it in full.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// use mailslot::{Client, ErrorKind, Mailslot, Permissions};
///
/// let server =
///     Mailslot::builder("closed").permissions(Permissions::Nobody).directory(dir.path()).create()?;
/// let refused = Client::options().directory(dir.path()).open("closed").unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::AccessDenied);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Permissions {
    /// The user that created it, and root: the default.
    Owner,
    /// Every user, as a NULL DACL says on Windows.
    ///
    /// It is recorded in the slot. The slot's file stays private to its owner in any case, so processes of other users
    /// need a gateway that delivers for them.
    Everyone,
    /// Nobody, as an empty DACL says on Windows: every open fails.
    Nobody,
}

/// [`quirks::DEFAULT_PERMISSIONS`](crate::quirks::DEFAULT_PERMISSIONS).
impl Default for Permissions {
    fn default() -> Permissions {
        crate::quirks::DEFAULT_PERMISSIONS
    }
}
