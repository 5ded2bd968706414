//! Tests of the whole: the house's directions, and conversations through every floor.

mod architecture;
