//! Who is in the cast.

mod english;
mod german;
mod others;

use super::script::Persona;

/// Everybody, in no order that matters.
pub(super) const ALL: &[&Persona] = &[
    &english::EMILY,
    &english::THOMAS,
    &english::SOFIA,
    &english::PRIYA,
    &english::OSKAR,
    &german::MARTA,
    &german::YUSUF,
    &german::GERHARD,
    &german::JONAS,
    &others::CHLOE,
    &others::LAYLA,
    &others::NOA,
];
