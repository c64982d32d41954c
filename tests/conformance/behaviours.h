/*
 * The behaviours of mailslots, in the order and with the numbers that all of this project's tests use.
 *
 * B(number, source, what holds)
 *
 * The source says how sure it is: TEST, a test that its authors run on Windows asserts it; DOC, Microsoft's documentation says it;
 * OBS, a program that ran on Windows relies on it; IMPL, seen in other implementations; DERIVED, it follows from others of these;
 * GUESS, nobody has said: the value is a constant of crates/mailslot/src/quirks.rs and reaches these tests through guesses.h.
 */
#ifndef BEHAVIOURS_H
#define BEHAVIOURS_H

#define BEHAVIOURS(B)                                                                                                  \
    B(1, "TEST", "a name with a wrong prefix is 123")                                                                  \
    B(2, "TEST, IMPL", "the NULL name is 3")                                                                           \
    B(3, "TEST, IMPL", "a valid name gives a handle and leaves the last error")                                        \
    B(4, "TEST, OBS", "creating a live name again is 183")                                                             \
    B(5, "DOC", "creating a live name in other letter case is 183")                                                    \
    B(6, "DOC", "\\\\.\\MAILSLOT\\X and \\\\.\\mailslot\\x are one slot")                                              \
    B(7, "TEST", "\\\\?\\mailslot\\x creates what \\\\.\\mailslot\\x opens")                                           \
    B(8, "DOC", "a name of several levels needs no parents")                                                           \
    B(9, "IMPL", "the slots p and p\\q are apart")                                                                     \
    B(10, "TEST", "limits of 0xFFFFFFFF are reported as given")                                                        \
    B(11, "TEST", "other limits are reported as given, and the slot is empty")                                         \
    B(12, "TEST, DOC", "names of 300 and of 20000 characters are accepted")                                            \
    B(13, "IMPL", "spaces, dots and letters beyond ASCII may be in names")                                             \
    B(14, "IMPL, DERIVED", "creating a pipe's name is 123")                                                            \
    B(15, "DOC, GUESS", "no slot is created on a host")                                                                \
    B(16, "DOC", "without SECURITY_ATTRIBUTES a handle has no flags")                                                  \
    B(17, "DOC", "bInheritHandle makes the server handle inheritable")                                                 \
    B(18, "DOC", "a name is free at once when its last server handle is closed")                                       \
    B(19, "DOC, TEST", "an overlapped read of an empty slot is pending")                                               \
    B(20, "DOC, TEST", "opening a missing slot is 2")                                                                  \
    B(21, "IMPL", "opening a missing slot below a missing path is 2")                                                  \
    B(22, "TEST", "opening for writing sets the last error to 0")                                                      \
    B(23, "TEST", "share mode 0 is accepted")                                                                          \
    B(24, "TEST", "fifty clients with any share mode are open at once")                                                \
    B(25, "TEST", "opening with GENERIC_READ alone is accepted")                                                       \
    B(26, "TEST, DERIVED", "opening with access 0 is accepted; a write then is 5")                                     \
    B(27, "TEST, DOC", "OPEN_ALWAYS opens, sets 183, and can write")                                                   \
    B(28, "IMPL", "OPEN_ALWAYS of a missing slot is 2 and creates nothing")                                            \
    B(29, "IMPL", "dispositions 0 and 6 are 87")                                                                       \
    B(30, "TEST, IMPL", "an overlapped write completes and sets its event")                                            \
    B(31, "TEST", "opening changes neither counts nor reads")                                                          \
    B(32, "DOC", "bInheritHandle makes the client handle inheritable")                                                 \
    B(33, "TEST", "a read of an empty slot without timeout is 121 and 0 bytes")                                        \
    B(34, "TEST", "a read of an empty slot into a buffer without bytes is 121 too")                                    \
    B(35, "TEST", "a read with a timeout of 1000 ms is 121, and not before")                                           \
    B(36, "TEST", "a read without end returns when a client writes")                                                   \
    B(37, "TEST", "messages of several clients arrive in order, each with its size")                                   \
    B(38, "TEST", "one read returns one message")                                                                      \
    B(39, "TEST", "a message that does not fit is 122, and stays")                                                     \
    B(40, "TEST", "a larger buffer then reads that message whole")                                                     \
    B(41, "TEST", "a message without bytes is read as 0 bytes")                                                        \
    B(42, "DERIVED", "a buffer without bytes takes a message without bytes, and no other")                             \
    B(43, "TEST", "reading from INVALID_HANDLE_VALUE is 6 and 0 bytes")                                                \
    B(44, "TEST", "reading from a client handle is 87 with read access, 5 without")                                    \
    B(45, "TEST", "the number of bytes read may be NULL")                                                              \
    B(46, "TEST", "an overlapped read pends, and completes with its event")                                            \
    B(47, "TEST", "without an event the handle is signalled instead")                                                  \
    B(48, "DERIVED", "an overlapped read that times out ends with 121")                                                \
    B(49, "DOC", "GetOverlappedResult without waiting is 996 while it pends")                                          \
    B(50, "IMPL", "pending reads are served in the order of their calls")                                              \
    B(51, "DERIVED", "one write ends one of two pending reads")                                                        \
    B(52, "IMPL", "the timeout of one pending read leaves the other")                                                  \
    B(53, "DOC", "a shorter timeout does not end a read that began without one")                                       \
    B(54, "DOC", "a longer timeout does not prolong a read that has begun")                                            \
    B(55, "DOC", "CancelIo ends pending reads with 995, and succeeds without any")                                     \
    B(56, "DOC", "CancelIoEx without anything pending is 1168")                                                        \
    B(57, "IMPL", "OVERLAPPED.Offset is ignored")                                                                      \
    B(58, "TEST", "a read that succeeds leaves the last error")                                                        \
    B(59, "TEST, GUESS", "a read that fails consumes nothing")                                                         \
    B(60, "GUESS", "closing the last server handle ends a pending read")                                               \
    B(61, "OBS", "a completion port has one packet for each completed read")                                           \
    B(62, "DOC", "ReadFileEx completes in an alertable wait only")                                                     \
    B(63, "DOC", "ReadFileEx neither uses nor changes hEvent")                                                         \
    B(64, "DOC", "ReadFileEx of a message that does not fit is 122, without a callback")                               \
    B(65, "DERIVED", "ReadFileEx of an empty slot without timeout is 121, without a callback")                         \
    B(66, "DERIVED", "ReadFileEx that times out calls back with 121")                                                  \
    B(67, "DOC", "ReadFileEx that is cancelled calls back with 995")                                                   \
    B(68, "DOC", "the callback runs on the thread that called")                                                        \
    B(69, "IMPL", "ReadFileEx without OVERLAPPED is 87")                                                               \
    B(70, "TEST", "a write is one more message of its size")                                                           \
    B(71, "TEST", "a write of 0 bytes is a message too")                                                               \
    B(72, "TEST", "writing to the server handle is 5")                                                                 \
    B(73, "DOC, GUESS", "more than the maximum is refused, and nothing is queued")                                     \
    B(74, "DOC", "without a maximum a message of 1 MiB arrives")                                                       \
    B(75, "DOC", "10000 messages can wait")                                                                            \
    B(76, "DERIVED", "messages of 425 and 426 bytes arrive as they are")                                               \
    B(77, "GUESS", "a write after the last server handle is closed")                                                   \
    B(78, "DERIVED", "an old client does not reach a new slot of the same name")                                       \
    B(79, "DOC, IMPL", "WriteFileEx calls back in an alertable wait")                                                  \
    B(80, "DOC", "messages of threads and processes are neither torn nor lost nor merged")                             \
    B(81, "TEST", "GetMailslotInfo without any output succeeds")                                                       \
    B(82, "TEST", "each output of GetMailslotInfo works alone")                                                        \
    B(83, "TEST", "an empty slot has no next message and count 0")                                                     \
    B(84, "TEST", "next size and count follow what is read")                                                           \
    B(85, "TEST, IMPL", "GetMailslotInfo of what is no slot is 6")                                                     \
    B(86, "TEST", "GetMailslotInfo of a client handle tells the slot's data")                                          \
    B(87, "DOC", "a new timeout is seen through a duplicate and in a child")                                           \
    B(88, "DOC, TEST", "after SetMailslotInfo(0) a read of an empty slot is 121")                                      \
    B(89, "IMPL", "SetMailslotInfo of what is no handle is 6")                                                         \
    B(90, "DOC", "a duplicate reads the same queue")                                                                   \
    B(91, "DOC", "a slot lives while a duplicate of its handle is open")                                               \
    B(92, "DOC", "a child reads through a duplicate made for it, and the slot ends with it")                           \
    B(93, "DOC, DERIVED", "clients do not keep a slot")                                                                \
    B(94, "DOC", "killing the server frees the name and the messages")                                                 \
    B(95, "IMPL", "a duplicate with fewer rights is refused with 5")                                                   \
    B(96, "DOC", "a duplicate cannot have more rights")                                                                \
    B(97, "DOC, TEST", "DUPLICATE_CLOSE_SOURCE gives the source's value")                                              \
    B(98, "TEST", "DUPLICATE_CLOSE_SOURCE leaves a protected source open")                                             \
    B(99, "IMPL", "duplicating what is no handle is 6")                                                                \
    B(100, "TEST", "a protected handle is not closed: 6")                                                              \
    B(101, "DOC", "the mask says which flags change")                                                                  \
    B(102, "OBS", "closing twice or NULL is 6; closing INVALID_HANDLE_VALUE succeeds")                                 \
    B(103, "DOC", "a handle that is not inheritable is absent in a child")                                             \
    B(104, "DOC", "a fresh slot was created just now")                                                                 \
    B(105, "DOC", "GetFileTime without any output succeeds")                                                           \
    B(106, "DOC", "a creation time that was set is told exactly")                                                      \
    B(107, "DOC", "NULL and 0 leave times; all ones are not stored")                                                   \
    B(108, "DOC", "SetFileTime of a client that only reads is 5")                                                      \
    B(109, "DERIVED", "messages never change the creation time")                                                       \
    B(110, "TEST", "GetFileType of a client handle is 0 without an error")                                             \
    B(111, "OBS", "the mailslot root lists live slots and no dead one")                                                \
    B(112, "DOC", "opening a slot on a host that is not there gives a handle")                                         \
    B(113, "DOC", "424 bytes can be broadcast; 425 are 53")                                                            \
    B(114, "DOC", "where remote mailslots are disabled, using one is 3025")                                            \
    B(115, "DERIVED", "a broadcast reaches the local slot too")

/* One function for each, in the file of its group. */
#define DECLARE_BEHAVIOUR(number, source, text) void b##number(void);
BEHAVIOURS(DECLARE_BEHAVIOUR)

#endif
