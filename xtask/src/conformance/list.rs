//! The list of behaviours, as the C program tells it.

use std::fmt::{self, Display, Formatter};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// One documented behaviour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Behaviour {
    pub(super) number: u32,
    /// How sure it is: TEST, DOC, …; `behaviours.h` explains them.
    pub(super) source: String,
    pub(super) text: String,
}

impl Display for Behaviour {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "B{} {}", self.number, self.text)
    }
}

/// Asks the suite for its list.
pub(super) fn read(suite: &Path) -> Result<Vec<Behaviour>> {
    let output = Command::new(suite).arg("--list").output().context("the conformance suite does not start")?;
    if !output.status.success() {
        bail!("the conformance suite does not list its behaviours: {}", output.status);
    }
    parse(&String::from_utf8(output.stdout)?)
}

pub(super) fn parse(text: &str) -> Result<Vec<Behaviour>> {
    let mut behaviours = Vec::new();
    for line in text.lines() {
        let mut fields = line.split('\t');
        let (Some(name), Some(source), Some(text), None) = (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            bail!("the suite lists {line:?}");
        };
        let number = number(name).with_context(|| format!("the suite lists {line:?}"))?;
        if number != behaviours.len() as u32 + 1 {
            bail!("the suite lists B{number} as its {}th", behaviours.len() + 1);
        }
        behaviours.push(Behaviour { number, source: source.to_owned(), text: text.to_owned() });
    }
    if behaviours.is_empty() {
        bail!("the suite lists no behaviours");
    }
    Ok(behaviours)
}

/// `B39` is 39.
pub(super) fn number(name: &str) -> Option<u32> {
    name.strip_prefix('B')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_number_once_and_in_order() {
        let listed = parse("B1\tTEST\tone\nB2\tDOC, GUESS\ttwo\n").unwrap();
        assert_eq!(listed[1], Behaviour { number: 2, source: "DOC, GUESS".into(), text: "two".into() });
        for wrong in ["", "B2\tDOC\tx\n", "B1\tDOC\n", "1\tDOC\tx\n", "B1\tDOC\tx\nB1\tDOC\tx\n"] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
