//! Who asks.

use rustix::process::{getegid, geteuid, getgroups};

use super::Sid;

/// Who a process is: its user, and the groups that this user is in.
///
/// ```
/// use mailslot::security::{Sid, Token};
///
/// let token = Token::new(1000, 100, &[27]);
/// assert_eq!(token.user(), Sid::user(1000));
/// assert!(token.contains(Sid::group(27)) && token.contains(Sid::EVERYONE));
/// assert!(!token.contains(Sid::ADMINISTRATORS));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    user: Sid,
    primary_group: Sid,
    groups: Vec<Sid>,
}

impl Token {
    /// Whom every user of this machine also is: local, authenticated, interactive, and one of Users.
    const EVERY_USER: [Sid; 5] =
        [Sid::EVERYONE, Sid::known(2, [0]), Sid::AUTHENTICATED_USERS, Sid::known(5, [4]), Sid::USERS];

    /// The token of a user with a primary group and supplementary groups.
    ///
    /// ```
    /// use mailslot::security::{Sid, Token};
    ///
    /// assert!(Token::new(0, 0, &[]).contains(Sid::ADMINISTRATORS));
    /// ```
    pub fn new(uid: u32, gid: u32, supplementary: &[u32]) -> Token {
        let mut groups = Vec::from(Token::EVERY_USER);
        groups.push(Sid::group(gid));
        groups.extend(supplementary.iter().copied().map(Sid::group));
        if uid == 0 {
            groups.extend([Sid::ADMINISTRATORS, Sid::LOCAL_SYSTEM]);
        }
        Token { user: Sid::user(uid), primary_group: Sid::group(gid), groups }
    }

    /// The token of this process: its effective user and group, and its supplementary groups.
    ///
    /// ```
    /// use mailslot::security::{Sid, Token};
    ///
    /// assert!(Token::of_this_process().contains(Sid::EVERYONE));
    /// ```
    pub fn of_this_process() -> Token {
        // Where the groups cannot be told, entries for them do not match: fewer rights through those that allow.
        let supplementary = getgroups().unwrap_or_default();
        let supplementary: Vec<u32> = supplementary.into_iter().map(|group| group.as_raw()).collect();
        Token::new(geteuid().as_raw(), getegid().as_raw(), &supplementary)
    }

    /// The user.
    ///
    /// ```
    /// use mailslot::security::{Sid, Token};
    ///
    /// assert_eq!(Token::new(7, 8, &[]).user(), Sid::user(7));
    /// ```
    pub fn user(&self) -> Sid {
        self.user
    }

    /// The group that new things of this user belong to.
    ///
    /// ```
    /// use mailslot::security::{Sid, Token};
    ///
    /// assert_eq!(Token::new(7, 8, &[]).primary_group(), Sid::group(8));
    /// ```
    pub fn primary_group(&self) -> Sid {
        self.primary_group
    }

    /// Whether the SID means this user or a group that this user is in.
    ///
    /// ```
    /// use mailslot::security::{Sid, Token};
    ///
    /// assert!(!Token::new(7, 8, &[]).contains(Sid::user(8)));
    /// ```
    pub fn contains(&self, sid: Sid) -> bool {
        self.user == sid || self.groups.contains(&sid)
    }
}
