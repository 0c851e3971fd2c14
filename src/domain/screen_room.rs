//! How much memory the pictures on the screen may take, in bytes. What is beyond that is forgotten, the least recently shown
//! first, and read again when it comes into view.

/// Posters, start pictures and samples: about thirty posters on a display of usual density, which is two screens of a
/// usual window. What is on the screen at one time is never forgotten, also where it is more.
pub const PICTURES: usize = 16 << 20;

/// Filmstrips, of which only the clip under the pointer and the one in the details show any: about three of 16:9 clips.
pub const FILMSTRIPS: usize = 12 << 20;

/// Decoded frames of all open films together: 70 frames of one film of 1280 × 720 pixels. None while no film is open.
pub const FILMS: usize = 96 << 20;

/// All of that in words, for whoever looks where the memory goes.
pub fn words() -> String {
    let megabytes = |bytes: usize| format!("{} MB", bytes >> 20);
    format!(
        "at most {} for pictures, {} for filmstrips and {} for open films",
        megabytes(PICTURES),
        megabytes(FILMSTRIPS),
        megabytes(FILMS)
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_words_name_all_three() {
        assert_eq!(super::words(), "at most 16 MB for pictures, 12 MB for filmstrips and 96 MB for open films");
    }
}
