//! The library asks the system for the time and cannot be told it, so that the clock of this process is the vectors'.

use std::sync::atomic::{AtomicI64, Ordering};

static NOW: AtomicI64 = AtomicI64::new(0);

/// From now on it is `seconds` after 1970; 0 is the system's own time.
pub fn set(seconds: i64) {
    NOW.store(seconds, Ordering::Relaxed);
}

/// Stands before the C library's: `std::time::SystemTime` calls it. Only the wall clock is another.
///
/// # Safety
/// `time` points to a `timespec`, as POSIX says.
#[no_mangle]
pub unsafe extern "C" fn clock_gettime(clock: libc::clockid_t, time: *mut libc::timespec) -> libc::c_int {
    let result = libc::syscall(libc::SYS_clock_gettime, clock, time) as libc::c_int;
    let now = NOW.load(Ordering::Relaxed);
    if result == 0 && now != 0 && clock == libc::CLOCK_REALTIME {
        (*time).tv_sec = now;
        (*time).tv_nsec = 0;
    }
    result
}
