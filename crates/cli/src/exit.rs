//! The exit codes, the same for every program.

/// How a program ends. The numbers above 63 are those of BSD's `sysexits.h`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Exit {
    /// 0: the command did its work; a verification accepted.
    Ok = 0,
    /// 1: a verification rejected; some rows of a batch were refused.
    Reject = 1,
    /// 2: a verification could not tell.
    Undetermined = 2,
    /// 64: the command line is wrong, or names a file that cannot be read or written.
    Usage = 64,
    /// 65: the input is no credential, or not the kind of file that was asked for.
    Data = 65,
    /// 69: a service that the command needs is unavailable.
    Unavailable = 69,
    /// 70: a fault of the program.
    Internal = 70,
}

impl Exit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
