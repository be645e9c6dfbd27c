//! The workloads, one file each.

pub mod broadcast;
pub mod fan_in;
pub mod flood;
pub mod idle;
pub mod load;
pub mod pingpong;
pub mod poll;
pub mod stall;
