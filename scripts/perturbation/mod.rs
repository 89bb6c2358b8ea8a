//! Reports with known figures, perturbed as in practice, for `scripts/adversary` and `tests/adversary.rs`.
//!
//! ```text
//! body, figures -> layout -> case -> catalogue -> write -> run -> verdict
//! ```
//!
//! A *case* is one report of one body: its figures, its page and its file. An *entry* of the catalogue changes the case
//! and declares the codes of admissible findings. The program reads a folder of cases, and each figure is compared.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

pub(crate) mod body;
pub(crate) mod case;
pub(crate) mod catalogue;
pub(crate) mod figures;
pub(crate) mod grid;
pub(crate) mod layout;
pub(crate) mod plan;
#[path = "../random.rs"]
pub(crate) mod random;
pub(crate) mod run;
pub(crate) mod table;
pub(crate) mod verdict;
pub(crate) mod write;

/// Converts a small number to the type that a writer needs.
pub(crate) fn small<T: TryFrom<usize>>(count: usize) -> T {
    T::try_from(count).ok().expect("a small number")
}
