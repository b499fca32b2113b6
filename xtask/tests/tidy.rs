//! The house is as its papers say.
//!
//! Invariant: what `cargo xtask tidy` finds, `cargo test` finds as well.

#[test]
fn nothing_is_found() {
    let findings = xtask::tidy::findings().unwrap();
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}
