//! How often a test repeats what it tries.

/// The number of runs that a test makes: `usual`, times what `RUSHES_TEST_RUNS` says, as `./dev prove` does.
pub fn runs(usual: usize) -> usize {
    match std::env::var("RUSHES_TEST_RUNS") {
        Ok(text) => usual.saturating_mul(text.parse().expect("RUSHES_TEST_RUNS is a number")),
        Err(_) => usual,
    }
}
