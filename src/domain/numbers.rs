//! Whole numbers in words.

/// How many of something there are, in words: `1 take`, `6 takes`, `12,480 takes`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", with_thousands(count as u64), if count == 1 { one } else { many })
}

/// Writes a whole number with a comma between groups of three.
pub fn with_thousands(number: u64) -> String {
    grouped(number, ",")
}

/// Writes a seed in groups of three with a thin space between them, as `1 804 226 117`.
pub fn with_thin_groups(number: u64) -> String {
    grouped(number, "\u{2009}")
}

fn grouped(number: u64, separator: &str) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_three() {
        assert_eq!(with_thousands(1_080), "1,080");
        assert_eq!(with_thousands(80), "80");
        assert_eq!(with_thin_groups(1_804_226_117), "1\u{2009}804\u{2009}226\u{2009}117");
    }

    #[test]
    fn counts() {
        for (count, text) in [(0, "0 clips"), (1, "1 clip"), (12_480, "12,480 clips")] {
            assert_eq!(counted(count, "clip", "clips"), text);
        }
    }
}
