//! The SIDs that SDDL has two letters for ([MS-DTYP] 2.5.1.1 and the table `sddl-sid-string` of the Windows SDK).
//!
//! Accounts of a domain (DA, DU, …) are missing: there is no domain to ask.

use super::Sid;

/// Two letters, and whom they mean.
pub(super) const ALIASES: &[(&str, Sid)] = &[
    ("WD", Sid::EVERYONE),
    ("CO", Sid::CREATOR_OWNER),
    ("CG", Sid::CREATOR_GROUP),
    ("OW", Sid::OWNER_RIGHTS),
    ("NU", Sid::known(5, [2])),
    ("IU", Sid::known(5, [4])),
    ("SU", Sid::known(5, [6])),
    ("AN", Sid::known(5, [7])),
    ("ED", Sid::known(5, [9])),
    ("PS", Sid::known(5, [10])),
    ("AU", Sid::AUTHENTICATED_USERS),
    ("RC", Sid::known(5, [12])),
    ("SY", Sid::LOCAL_SYSTEM),
    ("LS", Sid::known(5, [19])),
    ("NS", Sid::known(5, [20])),
    ("WR", Sid::known(5, [33])),
    ("BA", Sid::ADMINISTRATORS),
    ("BU", Sid::USERS),
    ("BG", Sid::known(5, [32, 546])),
    ("PU", Sid::known(5, [32, 547])),
    ("AO", Sid::known(5, [32, 548])),
    ("SO", Sid::known(5, [32, 549])),
    ("PO", Sid::known(5, [32, 550])),
    ("BO", Sid::known(5, [32, 551])),
    ("RE", Sid::known(5, [32, 552])),
    ("RU", Sid::known(5, [32, 554])),
    ("RD", Sid::known(5, [32, 555])),
    ("NO", Sid::known(5, [32, 556])),
    ("MU", Sid::known(5, [32, 558])),
    ("LU", Sid::known(5, [32, 559])),
    ("IS", Sid::known(5, [32, 568])),
    ("CY", Sid::known(5, [32, 569])),
    ("ER", Sid::known(5, [32, 573])),
    ("CD", Sid::known(5, [32, 574])),
    ("RA", Sid::known(5, [32, 575])),
    ("ES", Sid::known(5, [32, 576])),
    ("MS", Sid::known(5, [32, 577])),
    ("HA", Sid::known(5, [32, 578])),
    ("AA", Sid::known(5, [32, 579])),
    ("RM", Sid::known(5, [32, 580])),
    ("UD", Sid::known(5, [84, 0, 0, 0, 0, 0])),
    ("AC", Sid::known(15, [2, 1])),
    ("LW", Sid::known(16, [0x1000])),
    ("ME", Sid::known(16, [0x2000])),
    ("MP", Sid::known(16, [0x2100])),
    ("HI", Sid::known(16, [0x3000])),
    ("SI", Sid::known(16, [0x4000])),
    ("AS", Sid::known(18, [1])),
    ("SS", Sid::known(18, [2])),
];

/// Read, never written. The account that administers the machine is root.
pub(super) const ALSO_READ: &[(&str, Sid)] = &[("LA", Sid::user(0))];
