//! Helpers for the tests of the readers.

pub(super) mod oracle;
pub(super) mod outline;
