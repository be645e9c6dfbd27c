//! What a value's first bytes say: its form, and how far it reaches.

use super::Source;

/// The forms MessagePack's markers fall into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// 0xc1, which MessagePack never uses. Here it stands for "no value".
    Never,
    Nil,
    Bool,
    /// An integer inside the marker itself, -32 to 127.
    Small,
    /// An unsigned integer of `len` bytes.
    Unsigned,
    /// A signed integer of `len` bytes.
    Signed,
    /// A float of `len` bytes.
    Float,
    Str,
    Bin,
    List,
    Map,
    Ext,
}

/// What a marker alone says.
#[derive(Clone, Copy)]
#[repr(C, align(4))]
pub(super) struct Layout {
    pub form: Form,
    /// Bytes in front of the payload: the marker, its length field, the type of an extension.
    pub head: u8,
    /// Bytes of the length field, 0 if the marker says the length.
    pub width: u8,
    /// The length, if the marker says it.
    pub len: u8,
}

/// The layout of each marker.
pub(super) static LAYOUTS: [Layout; 256] = {
    let mut all = [Layout { form: Form::Never, head: 1, width: 0, len: 0 }; 256];
    let mut marker = 0;
    while marker < 256 {
        all[marker] = layout(marker as u8);
        marker += 1;
    }
    all
};

const fn layout(marker: u8) -> Layout {
    let (form, width, len) = match marker {
        0x00..=0x7f | 0xe0..=0xff => (Form::Small, 0, 0),
        0x80..=0x8f => (Form::Map, 0, marker & 0x0f),
        0x90..=0x9f => (Form::List, 0, marker & 0x0f),
        0xa0..=0xbf => (Form::Str, 0, marker & 0x1f),
        0xc0 => (Form::Nil, 0, 0),
        0xc1 => (Form::Never, 0, 0),
        0xc2 | 0xc3 => (Form::Bool, 0, 0),
        0xc4..=0xc6 => (Form::Bin, 1 << (marker - 0xc4), 0),
        0xc7..=0xc9 => (Form::Ext, 1 << (marker - 0xc7), 0),
        0xca | 0xcb => (Form::Float, 0, 4 << (marker - 0xca)),
        0xcc..=0xcf => (Form::Unsigned, 0, 1 << (marker - 0xcc)),
        0xd0..=0xd3 => (Form::Signed, 0, 1 << (marker - 0xd0)),
        0xd4..=0xd8 => (Form::Ext, 0, 1 << (marker - 0xd4)),
        0xd9..=0xdb => (Form::Str, 1 << (marker - 0xd9), 0),
        0xdc | 0xdd => (Form::List, 2 << (marker - 0xdc), 0),
        0xde | 0xdf => (Form::Map, 2 << (marker - 0xde), 0),
    };
    let head = 1 + width + matches!(form, Form::Ext) as u8;
    Layout { form, head, width, len }
}

/// What the head of a validated value says.
#[derive(Clone, Copy)]
pub(super) struct Header {
    pub form: Form,
    /// Where the payload, or a container's first child, begins.
    pub start: usize,
    /// Bytes of the payload; items of a list, entries of a map.
    pub len: usize,
}

impl Header {
    /// The head of the validated value at `at`.
    #[inline(always)]
    pub fn read<'a>(source: impl Source<'a>, at: usize) -> Header {
        let marker = source.byte(at);
        if let Some(header) = Header::frequent(marker, at) {
            return header;
        }
        let Layout { form, head, width, len } = LAYOUTS[marker as usize];
        let len = match width {
            0 => len as usize,
            1 => source.byte(at + 1) as usize,
            2 => u16::from_be_bytes(source.array(at + 1)) as usize,
            _ => u32::from_be_bytes(source.array(at + 1)) as usize,
        };
        Header { form, start: at + head as usize, len }
    }

    /// The head of the validated value that a source begins with, if that is a map.
    #[inline(always)]
    pub fn map<'a>(source: impl Source<'a>) -> Option<Header> {
        match source.byte(0) {
            marker @ 0x80..=0x8f => {
                Some(Header { form: Form::Map, start: 1, len: (marker & 0x0f) as usize })
            }
            _ => Some(Header::read(source, 0)).filter(|header| header.form == Form::Map),
        }
    }

    /// The head at `at` of what is read most, by branches as in [`scalar_size`].
    #[inline(always)]
    pub fn frequent(marker: u8, at: usize) -> Option<Header> {
        let (form, len) = match marker {
            0xa0..=0xbf => (Form::Str, (marker & 0x1f) as usize),
            0x00..=0x7f => (Form::Small, 0),
            0xcb => (Form::Float, 8),
            _ => return None,
        };
        Some(Header { form, start: at + 1, len })
    }

    /// Bytes, then values, that follow the head and belong to it.
    #[inline(always)]
    pub fn follow(self) -> (usize, usize) {
        match self.form {
            Form::List => (0, self.len),
            Form::Map => (0, 2 * self.len),
            _ => (self.len, 0),
        }
    }
}

/// Where the validated value at `at` ends.
#[inline(always)]
pub(super) fn end<'a>(source: impl Source<'a>, at: usize) -> usize {
    match scalar_size(source.byte(at)) {
        Some(size) => at + size,
        None => skip(source, at, 1),
    }
}

/// [`end`] for what is no key: numbers first.
#[inline(always)]
pub(super) fn value_end<'a>(source: impl Source<'a>, at: usize) -> usize {
    match source.byte(at) {
        0x00..=0x7f => at + 1,
        0xcb => at + 9,
        number @ 0xca..=0xd3 => at + number_size(number),
        _ => end(source, at),
    }
}

/// The bytes of a value whose marker alone says how many: numbers, short strings, nil and bools. Where the
/// next value lies hangs on it; branches are foreseen, a table would have to be waited for.
#[inline(always)]
pub(super) fn scalar_size(marker: u8) -> Option<usize> {
    match marker {
        0xa0..=0xbf => Some(1 + (marker & 0x1f) as usize),
        0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => Some(1),
        0xcb => Some(9),
        0xca..=0xd3 => Some(number_size(marker)),
        _ => None,
    }
}

/// The bytes of a number with a marker from 0xca to 0xd3: their widths go 4, 8, then 1, 2, 4, 8 twice.
#[inline(always)]
pub(super) fn number_size(marker: u8) -> usize {
    1 + (1 << (marker & 3))
}

/// Where so many values in a row end. Containers lie flat, so this loops and does not recurse.
#[inline(never)]
fn skip<'a>(source: impl Source<'a>, mut at: usize, mut left: usize) -> usize {
    while left > 0 {
        let header = Header::read(source, at);
        let (bytes, values) = header.follow();
        at = header.start + bytes;
        left = left + values - 1;
    }
    at
}
