//! Text that people wrote: shortened to one line, folded for search, and phone numbers.

pub(crate) mod one_line;
pub(crate) mod phone_numbers;
pub(crate) mod search_folding;
