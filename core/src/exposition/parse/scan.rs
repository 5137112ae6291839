//! Searches in a page, a block of bytes at a time.

/// Which bytes a name may have: letters, digits and underscores, and colons in a metric's name.
///
/// Written without branches, so that the compiler looks at all bytes of a block at once.
#[inline]
pub(super) fn is_in_metric_name(byte: u8) -> bool {
    // The colon follows the nine.
    is_letter(byte) | (byte.wrapping_sub(b'0') <= 10)
}

/// See [`is_in_metric_name`].
#[inline]
pub(super) fn is_in_label_name(byte: u8) -> bool {
    is_letter(byte) | (byte.wrapping_sub(b'0') < 10)
}

#[inline]
fn is_letter(byte: u8) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte == b'_')
}

/// Where the first byte stands that `is_end` names; the text's length where there is none.
#[inline]
pub(super) fn find_end(text: &[u8], is_end: impl Fn(u8) -> bool) -> usize {
    let (blocks, rest) = text.as_chunks::<16>();
    let mut at = 0;
    for block in blocks {
        let ends = u128::from_le_bytes(block.map(|byte| if is_end(byte) { 0xff } else { 0 }));
        if ends != 0 {
            return at + (ends.trailing_zeros() / 8) as usize;
        }
        at += block.len();
    }
    at + rest.iter().position(|byte| is_end(*byte)).unwrap_or(rest.len())
}

/// How many bytes two texts have in common at their beginnings, as far as that is known after whole blocks of eight up
/// to the one that has byte `enough`.
#[inline]
pub(super) fn common_prefix(left: &[u8], right: &[u8], enough: usize) -> usize {
    let pairs = left.as_chunks::<8>().0.iter().zip(right.as_chunks::<8>().0);
    let mut at = 0;
    for (left, right) in pairs.take(enough / 8 + 1) {
        let differing = u64::from_le_bytes(*left) ^ u64::from_le_bytes(*right);
        if differing != 0 {
            return at + (differing.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_names() {
        for byte in 0..=255 {
            let is_label = byte == b'_' || byte.is_ascii_alphanumeric();
            assert_eq!(is_in_label_name(byte), is_label, "{byte}");
            assert_eq!(is_in_metric_name(byte), is_label || byte == b':', "{byte}");
        }
    }

    #[test]
    fn an_end_is_found_at_every_place() {
        for length in 0..50 {
            let text = vec![b'a'; length];
            assert_eq!(find_end(&text, |byte| byte == b'"'), length);
            for at in 0..length {
                let mut text = text.clone();
                text[at] = b'"';
                text[length - 1] = b'"';
                assert_eq!(find_end(&text, |byte| byte == b'"'), at);
            }
        }
    }

    #[test]
    fn what_is_common_is_known_as_far_as_asked() {
        let left = b"abcdefghijklmnopqrstuvwxyz";
        for at in 0..left.len() {
            let mut right = *left;
            right[at] = b'!';
            for enough in 0..24 {
                let common = common_prefix(left, &right, enough);
                assert!(common <= at && common >= enough.min(at), "{common}: {at}, {enough}");
            }
        }
    }
}
