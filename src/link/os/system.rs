//! The systems whose error numbers, and whose ways with sockets, differ.

/// Whose numbers an error has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    Linux,
    /// Linux's numbers; an app's limits are the system's, not the user's.
    Android,
    /// macOS and the BSDs.
    Bsd,
    /// Likewise an app.
    Ios,
    Windows,
}

pub(super) const HERE: System = if cfg!(target_os = "linux") {
    System::Linux
} else if cfg!(target_os = "android") {
    System::Android
} else if cfg!(all(target_vendor = "apple", not(target_os = "macos"))) {
    System::Ios
} else if cfg!(windows) {
    System::Windows
} else {
    System::Bsd
};

#[cfg(test)]
pub(super) const ALL: [System; 5] =
    [System::Linux, System::Android, System::Bsd, System::Ios, System::Windows];
