//! What is to be said of a function beyond its declaration: crates/mailslot-win32/functions.txt.
//!
//! ```text
//! # comment
//! ReadFile | B33–B61 |
//! GlobalLock | | memory never moves: returns its argument
//! ```

use std::collections::BTreeMap;

use anyhow::{Result, bail};

pub(super) const FILE: &str = "crates/mailslot-win32/functions.txt";

pub(super) struct Notes(BTreeMap<String, Note>);

pub(super) struct Note {
    /// Numbers of the behaviours that were documented or tested on Windows, and are tested here.
    pub(super) behaviours: String,
    /// Empty for "complete".
    pub(super) text: String,
}

impl Notes {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut notes = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let columns: Vec<&str> = line.split('|').map(str::trim).collect();
            let [names, behaviours, text] = columns[..] else {
                bail!("{FILE}: not three columns: {line}");
            };
            for name in names.split_whitespace() {
                let note = Note { behaviours: behaviours.to_owned(), text: text.to_owned() };
                if notes.insert(name.to_owned(), note).is_some() {
                    bail!("{FILE} speaks twice of {name}");
                }
            }
        }
        Ok(Self(notes))
    }

    pub(super) fn of(&self, name: &str) -> Option<&Note> {
        self.0.get(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_names_behaviours_and_text() {
        let notes = Notes::parse("# c\n\nReadFile | B33–B61 |\nLock Unlock | | does nothing\n").unwrap();
        assert_eq!(notes.of("ReadFile").unwrap().behaviours, "B33–B61");
        assert_eq!(notes.of("Unlock").unwrap().text, "does nothing");
        assert_eq!(notes.names().count(), 3);
        assert!(Notes::parse("ReadFile | B33\n").is_err());
        assert!(Notes::parse("A | | x\nA | | y\n").is_err());
    }
}
