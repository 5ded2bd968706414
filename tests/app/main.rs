//! Tests of the whole: the house's directions, and conversations through every floor, with the real programs.

mod architecture;
mod chaos;
mod support;
