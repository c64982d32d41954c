//! Line breaks of a text: kept, made spaces, or set anew at a width.

/// Every line break of the definition; hard ones (`%n`) are not broken yet.
const KEEP: u32 = 0;
const NONE: u32 = 0xFF;

/// The template with its line breaks as they are, or as spaces.
pub(super) fn with_width(template: &[u8], width: u32) -> Vec<u8> {
    if width == KEEP {
        return template.to_vec();
    }
    let mut text = Vec::with_capacity(template.len());
    let mut rest = template;
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'\r', [b'\n', after @ ..]) => {
                text.push(b' ');
                after
            }
            (b'\r' | b'\n', after) => {
                text.push(b' ');
                after
            }
            (byte, after) => {
                text.push(*byte);
                after
            }
        };
    }
    text
}

/// The finished text with lines of at most `width` bytes, broken at spaces; words that are longer stay whole.
pub(super) fn broken_at(text: Vec<u8>, width: u32) -> Vec<u8> {
    if width == KEEP || width == NONE {
        return text;
    }
    let mut broken = Vec::with_capacity(text.len());
    for (at, line) in text.split(|&byte| byte == b'\n').enumerate() {
        if at > 0 {
            broken.push(b'\n');
        }
        let mut column = 0;
        for word in line.split_inclusive(|&byte| byte == b' ') {
            let length = word.strip_suffix(b" ").unwrap_or(word).len();
            if column > 0 && column + length > width as usize {
                while broken.last() == Some(&b' ') {
                    broken.pop();
                }
                broken.extend_from_slice(b"\r\n");
                column = 0;
            }
            broken.extend_from_slice(word);
            column += word.len();
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks() {
        assert_eq!(with_width(b"a\r\nb\n", KEEP), b"a\r\nb\n");
        assert_eq!(with_width(b"a\r\nb\nc\r", NONE), b"a b c ");
        assert_eq!(broken_at(b"one two three four".to_vec(), 8), b"one two\r\nthree\r\nfour");
        assert_eq!(broken_at(b"incomprehensible a".to_vec(), 4), b"incomprehensible\r\na");
        assert_eq!(broken_at(b"one two".to_vec(), NONE), b"one two");
    }
}
