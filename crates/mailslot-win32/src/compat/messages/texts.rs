//! What error codes mean, in this project's own words: one sentence or two, for whoever reads a program's message.

/// The text of a Win32 code, or of the HRESULT that wraps one (0x8007xxxx), without a line break at its end.
pub(super) fn of(code: u32) -> Option<&'static str> {
    const FACILITY_WIN32: u32 = 0x8007_0000;
    let code = if code & 0xFFFF_0000 == FACILITY_WIN32 { code & 0xFFFF } else { code };
    TEXTS.binary_search_by_key(&code, |(code, _)| *code).ok().map(|at| TEXTS[at].1)
}

/// By code.
const TEXTS: &[(u32, &str)] = &[
    (0, "No error: the call succeeded."),
    (1, "This kind of handle or device does not know that function."),
    (2, "There is no file or mailslot of that name. A mailslot exists as long as its server has it open."),
    (3, "The name is empty, or a folder or device in it does not exist."),
    (4, "The process or the system has no free handle left."),
    (
        5,
        "Not allowed. The mailslot or file belongs to another user (mailslots serve only their own user so far), its permissions \
         do not give you what you ask for, or the handle was opened without this right: a server's handle only reads, and a \
         client's needs GENERIC_WRITE to write.",
    ),
    (6, "The handle is closed, is not a handle, or is of a kind that this call does not take."),
    (8, "There is not enough memory for this call."),
    (11, "The program file has a format that cannot be run."),
    (12, "The access code is not one that exists."),
    (13, "The data is not what was expected."),
    (14, "There is not enough memory to finish this."),
    (15, "There is no such drive."),
    (16, "The current folder cannot be removed."),
    (17, "The file cannot be moved to another disk."),
    (18, "Nothing more was found."),
    (19, "The disk is read-only."),
    (20, "There is no such device."),
    (21, "The device is not ready."),
    (22, "The device does not know that command."),
    (23, "The data did not pass its check."),
    (24, "The length does not fit the request."),
    (25, "The position cannot be reached on this device."),
    (26, "The disk has a format that cannot be read."),
    (29, "Writing to the device failed."),
    (30, "Reading from the device failed."),
    (31, "The system refused, for a reason that has no code of its own."),
    (32, "The file is in use in a way that excludes this."),
    (33, "Another handle has locked that part of the file."),
    (
        38,
        "The end was reached. For a mailslot: the last server handle was closed, so the slot is gone for good; open it again \
         once its server is back.",
    ),
    (39, "The disk is full."),
    (50, "This request is not supported here."),
    (51, "The other computer cannot be reached."),
    (52, "Another computer has the same name."),
    (53, "There is no computer or network path of that name, or the message is too large to be sent there."),
    (54, "The network is busy."),
    (55, "The network device or resource is gone."),
    (57, "The network adapter failed."),
    (58, "The other computer cannot do what was asked."),
    (59, "The network failed in an unexpected way."),
    (64, "The network name is gone."),
    (65, "Access over the network is not allowed."),
    (67, "There is no share of that name."),
    (71, "The other computer accepts no more connections now."),
    (80, "The file exists already."),
    (82, "The file or folder cannot be made."),
    (
        87,
        "A parameter has a value that cannot be used here. For a write to a mailslot: the message is larger than the slot takes.",
    ),
    (88, "Writing over the network failed."),
    (89, "No process can be started now."),
    (100, "No semaphore can be made."),
    (105, "The owner of the semaphore has ended."),
    (106, "Another disk is needed."),
    (107, "The disk was changed."),
    (108, "The disk is in use by another process."),
    (109, "The other end of the pipe was closed."),
    (110, "The file or device cannot be opened."),
    (111, "The name is too long for the buffer."),
    (112, "The disk has not enough room."),
    (113, "There are no search handles left."),
    (114, "The target handle is not valid."),
    (117, "The control code is not known."),
    (119, "The system does not know that command."),
    (120, "This function exists for programs to compile, and is not offered here."),
    (121, "No message arrived before the mailslot's read timeout was over."),
    (122, "The buffer is too small. A message that does not fit stays queued: read it with a larger buffer."),
    (123, "The name is malformed. A mailslot's name is written \\\\.\\mailslot\\[path\\]name."),
    (124, "There is no such level of information."),
    (126, "The module was not found."),
    (127, "The module has no function of that name."),
    (128, "There is no child process to wait for."),
    (131, "The position would lie before the beginning of the file."),
    (132, "A position cannot be set on this device."),
    (145, "The folder is not empty."),
    (148, "The path cannot be used now."),
    (154, "The label is too long."),
    (158, "That part of the file is not locked."),
    (160, "An argument is malformed."),
    (161, "The path is malformed."),
    (164, "No more threads can be made."),
    (167, "That part of the file cannot be locked."),
    (170, "It is in use."),
    (173, "There is no such request to cancel."),
    (182, "The system cannot do that."),
    (183, "It exists already. For a mailslot: a living server has a slot of that name."),
    (187, "There is no semaphore of that name."),
    (193, "The file is no program that can be run here."),
    (203, "There is no environment variable of that name."),
    (206, "The name is too long."),
    (207, "There is no room for another ring of protection."),
    (215, "Threads cannot be nested so."),
    (223, "The file would be larger than this disk allows."),
    (230, "The pipe is in a state that does not allow this."),
    (231, "Every instance of the pipe is in use."),
    (232, "The pipe is being closed: nobody reads it any more."),
    (233, "There is no process at the other end of the pipe."),
    (234, "There is more data than the buffer holds."),
    (240, "The session was ended."),
    (254, "There is no extended attribute of that name."),
    (255, "The extended attributes contradict each other."),
    (258, "The wait was over before anything was signalled."),
    (259, "There are no more items."),
    (266, "The copy functions cannot be used here."),
    (267, "The name is not that of a folder."),
    (275, "The extended attributes do not fit."),
    (276, "The extended attributes are damaged."),
    (282, "Extended attributes are not supported here."),
    (288, "The calling thread does not own the mutex."),
    (298, "The semaphore is at its maximum: it was released too often."),
    (299, "Only a part of the request was done."),
    (300, "The lock was refused."),
    (317, "There is no text for that message number."),
    (487, "The memory address cannot be used."),
    (534, "The number is too large for its type."),
    (535, "There is a process at the other end of the pipe."),
    (536, "The pipe waits for a process to open its other end."),
    (564, "The device or file is not in a state for this."),
    (575, "The program could not be started."),
    (582, "A character has no form in this text encoding."),
    (591, "The process was ended while it was being made."),
    (735, "No waiting calls were left."),
    (994, "The extended attributes may not be used."),
    (995, "The operation was cancelled, or its handle was closed while it waited."),
    (996, "The operation is not finished yet."),
    (997, "The operation goes on in the background."),
    (998, "A pointer leads to memory that cannot be used."),
    (1001, "The stack is used up."),
    (1003, "The function cannot be finished."),
    (1004, "The flags have a combination that cannot be used."),
    (1005, "The disk has no file system that is known."),
    (1006, "The file was changed from outside, so its handle is not valid any more."),
    (1008, "There is no security token."),
    (1053, "The service did not answer in time."),
    (1056, "The service runs already."),
    (1060, "There is no such service."),
    (1062, "The service does not run."),
    (1063, "The program was not started as a service."),
    (1078, "The name is taken by another service."),
    (1113, "A character has no form in the text encoding that was asked for."),
    (1114, "The module's start function failed."),
    (1115, "The system is being shut down."),
    (1117, "The device reported an error."),
    (1130, "The server has not enough memory for this."),
    (1131, "Waiting would never end: what is waited for is held by the waiter itself."),
    (1132, "An address, or an offset into a file, is no multiple of 64 KiB."),
    (1142, "The file has too many links already."),
    (1150, "The program needs a newer version of the system."),
    (1168, "Nothing of that kind was found."),
    (1200, "The device name is not valid."),
    (1203, "No network provider accepts that path."),
    (1222, "There is no network here."),
    (1223, "The user cancelled it."),
    (1225, "The other computer refused the connection."),
    (1229, "There is no such connection."),
    (1231, "The network cannot be reached."),
    (1232, "The other computer cannot be reached."),
    (1235, "The request was broken off."),
    (1236, "The connection was ended by this computer."),
    (1237, "The operation could not be finished; try again."),
    (1242, "The service is registered already."),
    (1243, "There is no such network service."),
    (1244, "The user has not logged in for this."),
    (1245, "The user is not logged in."),
    (1247, "It was initialized already."),
    (1300, "Not every privilege was given to the caller."),
    (1301, "Some accounts could not be translated."),
    (1304, "The password is not acceptable."),
    (1305, "The revision is not known."),
    (1306, "Two versions do not fit together. For a mailslot: its server runs another version of this library."),
    (1307, "This security ID may not be the owner."),
    (1308, "This security ID may not be the primary group."),
    (1312, "There is no such logon session."),
    (1313, "There is no such privilege."),
    (1314, "The caller lacks a privilege that this needs."),
    (1315, "The account name is malformed."),
    (1317, "There is no such user."),
    (1319, "There is no such group."),
    (1326, "The user name or the password is wrong."),
    (1332, "No account belongs to that name or security ID."),
    (1336, "The access control list is malformed."),
    (1337, "The security ID is malformed."),
    (1338, "The security descriptor is malformed, or of an unknown revision."),
    (1340, "The access control list cannot be inherited so."),
    (1344, "The access control list has no room for more entries."),
    (1345, "The flags of the access control entry do not fit."),
    (1346, "The impersonation level is missing or not valid."),
    (1347, "An anonymous security token cannot be opened."),
    (1350, "This object has no security."),
    (1351, "The domain controller cannot be reached."),
    (1359, "The library found a defect in itself."),
    (1360, "A generic right was left where only specific ones can be."),
    (1361, "The security descriptor has the wrong form: absolute, or in one piece."),
    (1366, "The security token is of the wrong kind."),
    (1392, "The file is damaged. For a mailslot: a process of its user wrote into the slot's file."),
    (1400, "There is no such window."),
    (1411, "There is no such window class."),
    (1450, "The system has not enough memory or other resources for this."),
    (1453, "The user's share of memory is used up."),
    (1455, "The memory and its swap space are used up."),
    (1460, "The time for this was over before it was done."),
    (1500, "The event log is damaged."),
    (1702, "The binding is not valid."),
    (1722, "The server for this call cannot be reached."),
    (1734, "The limits of the array are not valid."),
    (1783, "The stub received wrong data."),
    (1784, "The buffer that was given is NULL or cannot be used."),
    (1785, "The disk has no format that is known."),
    (1801, "There is no such printer."),
    (1812, "The module has no resources."),
    (1813, "The module has no resources of that kind."),
    (1814, "The module has no resource of that name."),
    (1815, "There is no text in that language."),
    (
        1816,
        "The quota is used up. For a mailslot: its reader has left as many bytes unread as the slot may hold; write again once \
         it has read some.",
    ),
    (1817, "There are no interfaces."),
    (1921, "The name leads through links that have no end."),
    (2202, "The user name is not valid."),
    (2250, "There is no such network connection."),
    (2401, "The network connection has files open."),
    (2404, "The device is in use by a process."),
    (
        3025,
        "Mailslots of other computers are not available. Use \\\\.\\mailslot\\name for a slot of this computer; to reach another \
         one, use a socket or a message broker.",
    ),
    (4006, "The name cannot be replicated."),
    (5023, "The resource is not in a state for this."),
    (10004, "The blocking call was interrupted."),
    (10009, "The socket's descriptor is not valid."),
    (10013, "Not allowed for this socket."),
    (10014, "A pointer leads to memory that the socket call cannot use."),
    (10022, "A parameter of the socket call is not valid."),
    (10024, "There are too many sockets open."),
    (10035, "The socket call would have to wait."),
    (10036, "A socket call is in progress already."),
    (10037, "The socket is busy with the same request."),
    (10038, "The descriptor is no socket."),
    (10039, "The socket call needs an address."),
    (10040, "The message is larger than the socket or the buffer takes."),
    (10041, "The protocol does not fit the kind of socket."),
    (10042, "The protocol does not know that option."),
    (10043, "There is no such protocol."),
    (10044, "There is no such kind of socket."),
    (10045, "The socket does not support that call."),
    (10046, "There is no such family of protocols."),
    (10047, "The address does not belong to the protocol."),
    (10048, "The address is in use."),
    (10049, "This computer does not have that address."),
    (10050, "The network is down."),
    (10051, "The network cannot be reached."),
    (10052, "The network reset the connection."),
    (10053, "The connection was broken off on this computer."),
    (10054, "The other end reset the connection."),
    (10055, "The system has no buffers left for sockets."),
    (10056, "The socket is connected already."),
    (10057, "The socket is not connected."),
    (10058, "The socket was shut down in that direction."),
    (10059, "There are too many references."),
    (10060, "The other end did not answer in time."),
    (10061, "The other computer refused the connection."),
    (10062, "The name leads through links that have no end."),
    (10063, "The name is too long."),
    (10064, "The other computer is down."),
    (10065, "The other computer cannot be reached."),
    (10066, "The folder is not empty."),
    (10067, "There are too many processes that use sockets."),
    (10068, "The user's quota is used up."),
    (10069, "The disk quota is used up."),
    (10070, "The file handle is out of date."),
    (10071, "The file is on another computer."),
    (10091, "The network is not ready."),
    (10092, "This version of sockets is not offered."),
    (10093, "Sockets were not initialized with WSAStartup."),
    (10101, "The other end shut the connection down in order."),
    (10102, "There are no more results."),
    (10103, "The call was cancelled."),
    (10104, "The table of procedures is not valid."),
    (10105, "The provider of the service is not valid."),
    (10106, "The provider of the service could not be started."),
    (10107, "A system call failed that never should."),
    (10108, "There is no such service."),
    (10109, "There is no such type."),
    (10110, "There are no more results."),
    (10111, "The call was cancelled."),
    (10112, "The query was refused."),
    (11001, "There is no computer of that name."),
    (11002, "The name could not be looked up now; try again."),
    (11003, "The name could not be looked up, and trying again will not help."),
    (11004, "The name exists, and has no data of that kind."),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::PathBuf;

    use mailslot::ErrorKind;

    use super::*;

    #[test]
    fn the_table_is_in_order_and_in_style() {
        assert!(TEXTS.windows(2).all(|pair| pair[0].0 < pair[1].0), "by code, each once");
        for (code, text) in TEXTS {
            assert!(text.ends_with('.') && text.starts_with(|first: char| first.is_uppercase()), "{code}: {text}");
            assert!(!text.contains(['%', '\n', '\r']) && !text.contains("  "), "{code}: {text}");
        }
    }

    #[test]
    fn every_code_of_the_headers_has_a_text() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("include");
        let mut codes = BTreeSet::new();
        for header in [folder.join("mailslot"), folder].iter().flat_map(|folder| fs::read_dir(folder).unwrap()) {
            let path = header.unwrap().path();
            let text = if path.is_file() { fs::read_to_string(&path).unwrap() } else { String::new() };
            codes.extend(text.lines().filter_map(code_of));
        }
        assert!(codes.len() > 40, "{codes:?}");
        for (code, name) in codes {
            assert!(of(code).is_some(), "{name} ({code}) has no text");
        }
    }

    /// The code that a line defines: `#define ERROR_… number`, or WSAE…
    fn code_of(line: &str) -> Option<(u32, String)> {
        let mut words = line.strip_prefix("#define ")?.split_whitespace();
        let name = words.next()?;
        let value = words.next()?.trim_end_matches(['L', 'U']);
        let is_error = name.starts_with("ERROR_") || name.starts_with("WSAE") || name == "NO_ERROR";
        if is_error { Some((value.parse().ok()?, name.to_owned())) } else { None }
    }

    #[test]
    fn every_code_of_the_library_has_a_text() {
        for kind in ErrorKind::ALL {
            assert!(of(kind.win32_code()).is_some(), "{kind:?}");
        }
    }

    #[test]
    fn wrapped_codes_have_the_same_text() {
        assert_eq!(of(0x8007_0005), of(5));
        assert_eq!(of(0x8004_0005), None);
        assert_eq!(of(4711), None);
    }
}
