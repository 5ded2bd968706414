//! The list of the cast.

mod english;
mod german;
mod others;

use super::script::Persona;

/// All people of the cast. The order determines what a seed gives.
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
