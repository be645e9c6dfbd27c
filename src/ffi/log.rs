//! The log: a bounded ring that the game reads.

use std::ffi::c_char;

use super::host::{call_log, podsix_host};
use super::output::{self, Out};

/// # Levels of the log
///
/// Something does not work.
pub const PODSIX_LOG_ERROR: i32 = 1;
/// Something may not work as it should.
pub const PODSIX_LOG_WARNING: i32 = 2;
/// Something worth knowing has happened.
pub const PODSIX_LOG_INFO: i32 = 3;
/// For who looks for a fault.
pub const PODSIX_LOG_DEBUG: i32 = 4;

/// One record of a host's log.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct podsix_log_record {
    /// PODSIX_LOG_*.
    pub level: i32,
    /// Zeros.
    pub reserved: [u32; 5],
    /// When, in milliseconds since the host was made.
    pub at_ms: u64,
    /// The words: one line of at most 2,048 bytes, without control characters.
    pub text: *const c_char,
    /// The text's length in bytes.
    pub text_len: usize,
}

/// # The log
///
/// Takes the oldest record of a host's log. The host keeps the newest ones and counts the others in
/// log_dropped; nothing is ever printed.
///
/// record: where it goes. Its text lives until the next podsix_host_log_next on this host.
///
/// Returns 1, 0 if there is none, or PODSIX_ERR_BUSY. One thread at a time; podsix_poll may run
/// meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_host_log_next(
    host: *mut podsix_host,
    record: *mut podsix_log_record,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call_log(host, |host, text| {
            // SAFETY: *output*.
            let out = Out::required("record", record)?;
            let Some(record) = host.next_log() else { return Ok(0) };
            *text = record.text;
            out.set(podsix_log_record {
                level: record.level as i32,
                reserved: [0; 5],
                at_ms: record.at_ms,
                text: output::pointer(text.as_bytes()),
                text_len: text.len(),
            });
            Ok(1)
        })
    }
}
