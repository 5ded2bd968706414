//! Text as people write it: on one line, folded for searching, and phone numbers.

pub(crate) mod one_line;
pub(crate) mod phone_numbers;
pub(crate) mod search_folding;
