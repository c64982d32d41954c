/* The guesses of crates/mailslot/src/quirks.rs that behaviours depend on. Written by `cargo xtask conformance --write`. */
#ifndef GUESSES_H
#define GUESSES_H

#define GUESS_CREATE_ON_HOST 123
#define GUESS_READ_NULL_BUFFER_ERROR 998
#define GUESS_READ_PENDING_AT_CLOSE_ERROR 995
#define GUESS_WRITE_AFTER_SERVER_CLOSED_ERROR 38
#define GUESS_WRITE_TOO_LARGE_ERROR 87

#endif
