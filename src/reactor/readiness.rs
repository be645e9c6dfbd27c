//! What a link last said of reading and of writing.

use std::io;

use crate::link::Report;

/// Whether a link can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// There is nothing until the next report.
    Empty,
    /// There may be something.
    Ready,
    /// The other end will send no more, or writing has failed. Nothing will be reported any more, so reading goes
    /// on until the link says that this is all.
    Ending,
}

/// Whether a link can be written.
#[derive(Debug)]
pub(crate) enum Output {
    /// It may take something.
    Ready,
    /// It takes nothing until the next report.
    Full,
    /// Writing has failed, so that nothing is written any more. Reading goes on until what had arrived is delivered.
    Broken(io::Error),
}

impl Input {
    pub(crate) fn note(&mut self, report: &Report) {
        if report.read_closed {
            *self = Input::Ending;
        } else if report.readable && *self == Input::Empty {
            *self = Input::Ready;
        }
    }

    /// There may be something that no report has told of yet.
    pub(crate) fn suppose(&mut self) {
        if *self == Input::Empty {
            *self = Input::Ready;
        }
    }

    /// A read has given something; there may be `more` at once.
    pub(crate) fn note_read(&mut self, more: bool) {
        if *self != Input::Ending {
            *self = if more { Input::Ready } else { Input::Empty };
        }
    }

    pub(crate) fn is_ready(self) -> bool {
        self != Input::Empty
    }
}

impl Output {
    pub(crate) fn note(&mut self, report: &Report) {
        if let (Output::Full, true) = (&self, report.writable) {
            *self = Output::Ready;
        }
    }

    /// Why writing has failed, if it has.
    pub(crate) fn error(&self) -> Option<&io::Error> {
        match self {
            Output::Broken(error) => Some(error),
            Output::Ready | Output::Full => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Subject;

    const NOTHING: Report =
        Report { subject: Subject::Link(0), readable: false, read_closed: false, writable: false };

    fn noted(mut input: Input, report: &Report) -> Input {
        input.note(report);
        input
    }

    fn read(mut input: Input, more: bool) -> Input {
        input.note_read(more);
        input
    }

    #[test]
    fn a_link_is_read_while_there_may_be_more() {
        let readable = Report { readable: true, ..NOTHING };
        assert_eq!(noted(Input::Empty, &NOTHING), Input::Empty);
        assert_eq!(noted(Input::Empty, &readable), Input::Ready);
        assert_eq!(read(Input::Ready, true), Input::Ready);
        assert_eq!(read(Input::Ready, false), Input::Empty);
    }

    #[test]
    fn a_link_that_ends_is_read_until_it_says_so() {
        let ending = noted(Input::Empty, &Report { read_closed: true, ..NOTHING });
        assert_eq!(noted(ending, &Report { readable: true, ..NOTHING }), Input::Ending);
        assert!(read(ending, true).is_ready() && read(ending, false).is_ready());
    }

    #[test]
    fn a_broken_link_is_never_written_again() {
        let writable = Report { writable: true, ..NOTHING };
        let mut output = Output::Full;
        output.note(&NOTHING);
        assert!(matches!(output, Output::Full));
        output.note(&writable);
        assert!(matches!(output, Output::Ready));
        output = Output::Broken(io::ErrorKind::ConnectionReset.into());
        output.note(&writable);
        assert_eq!(output.error().map(io::Error::kind), Some(io::ErrorKind::ConnectionReset));
    }
}
