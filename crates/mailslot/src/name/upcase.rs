//! Upper case as the NT kernel sees it: one UTF-16 unit becomes one UTF-16 unit.
//!
//! Windows folds names with a table from unit to unit. Characters beyond U+FFFF are two units there and never change.
//! The table holds those simple upper-case mappings of Unicode that lead back: `ß` (no single capital), `ı`, `ſ`, `µ`
//! and the title-case letters (`ǅ`) stay as they are, because the lower case of their capital is another letter.

/// Upcases each unit on its own.
pub(crate) fn upcase(units: &[u16]) -> Vec<u16> {
    units.iter().copied().map(upcase_unit).collect()
}

/// The capital of one UTF-16 unit, or the unit itself.
pub(crate) fn upcase_unit(unit: u16) -> u16 {
    match unit {
        0..=0x7f => u16::from((unit as u8).to_ascii_uppercase()),
        // Greek letters with iota subscript: `char::to_uppercase` answers with two characters (full mapping), but
        // Unicode's simple mapping, which Windows uses, has one.
        0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7 => unit + 8,
        0x1fb3 | 0x1fc3 | 0x1ff3 => unit + 9,
        _ => round_trip_capital(unit).unwrap_or(unit),
    }
}

fn round_trip_capital(unit: u16) -> Option<u16> {
    let small = char::from_u32(u32::from(unit))?;
    let capital = single(small.to_uppercase())?;
    if single(capital.to_lowercase()) != Some(small) {
        return None;
    }
    u16::try_from(u32::from(capital)).ok()
}

fn single(mut characters: impl Iterator<Item = char>) -> Option<char> {
    let first = characters.next()?;
    characters.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(text: &str) -> String {
        String::from_utf16(&upcase(&text.encode_utf16().collect::<Vec<_>>())).unwrap()
    }

    #[test]
    fn letters_of_many_scripts_fold() {
        assert_eq!(up("abc{|}z`@[1é"), "ABC{|}Z`@[1É");
        assert_eq!(up("äöüåøæñ ÿ"), "ÄÖÜÅØÆÑ Ÿ");
        assert_eq!(up("жяё αβγ աբ ⅷ ⓐ ａ"), "ЖЯЁ ΑΒΓ ԱԲ Ⅷ Ⓐ Ａ");
        assert_eq!(up("\u{1f80}\u{1fa7}\u{1fb3}\u{1ff3}"), "\u{1f88}\u{1faf}\u{1fbc}\u{1ffc}");
    }

    #[test]
    fn what_has_no_single_capital_that_leads_back_stays() {
        for text in ["ß", "ı", "ſ", "µ", "ǅ", "ŉ", "ﬃ", "İ", "ẞ"] {
            assert_eq!(up(text), text);
        }
    }

    #[test]
    fn characters_of_two_units_stay() {
        assert_eq!(up("\u{10428}\u{1f600}"), "\u{10428}\u{1f600}", "DESERET small letter has a capital, NT leaves it");
    }

    #[test]
    fn upcasing_twice_is_upcasing_once() {
        for unit in 0..=u16::MAX {
            let once = upcase_unit(unit);
            assert_eq!(upcase_unit(once), once, "unit {unit:#06x}");
        }
    }

    #[test]
    fn surrogates_stay() {
        for unit in 0xd800..=0xdfff {
            assert_eq!(upcase_unit(unit), unit);
        }
    }
}
