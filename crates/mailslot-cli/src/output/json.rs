//! `--format json`: one object a line.

use std::io::{self, Write};
use std::str;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::{Arrival, rfc3339};

#[derive(Serialize)]
struct Object<'a> {
    name: &'a str,
    /// In bytes.
    size: usize,
    pid: u32,
    uid: u32,
    sent: Option<String>,
    #[serde(flatten)]
    content: Content<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Content<'a> {
    /// The message is UTF-8.
    Text(&'a str),
    /// It is not: base64.
    Data(String),
}

pub(super) fn write(arrival: &Arrival<'_>, out: &mut impl Write) -> io::Result<()> {
    let object = Object {
        name: arrival.slot,
        size: arrival.data.len(),
        pid: arrival.pid,
        uid: arrival.uid,
        sent: rfc3339(arrival.sent),
        content: match str::from_utf8(arrival.data) {
            Ok(text) => Content::Text(text),
            Err(_) => Content::Data(STANDARD.encode(arrival.data)),
        },
    };
    serde_json::to_writer(&mut *out, &object)?;
    out.write_all(b"\n")
}
