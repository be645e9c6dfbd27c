//! A value where it lies.

use std::fmt;
use std::marker::PhantomData;

use super::header::{self, Form, Header};
use super::short::is_same;
use super::{Invalid, Limits, Source, TUPLE, validate};

/// A value inside validated MessagePack bytes: a place, not a copy.
///
/// Every accessor is total: what is not there reads as [`Kind::None`] or as the fallback given.
/// [`Value`] is the view on a slice; other sources are the C ABI's affair.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct View<'a, S = &'a [u8]> {
    source: S,
    life: PhantomData<&'a [u8]>,
}

/// A value inside a received or finished message.
pub type Value<'a> = View<'a, &'a [u8]>;

/// What a value is. The numbers are the C ABI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Kind {
    /// No value: a lookup found nothing, or an event carries no message.
    None = 0,
    /// MessagePack's nil, Python's None, JSON's null.
    Nil = 1,
    /// True or false.
    Bool = 2,
    /// An integer that fits into an `i64`.
    Int = 3,
    /// An integer above `i64::MAX` that fits into a `u64`.
    Uint = 4,
    /// A number with a fraction, of 32 or 64 bits.
    Double = 5,
    /// UTF-8 text.
    String = 6,
    /// Raw bytes.
    Bytes = 7,
    /// A list, or a tuple.
    List = 8,
    /// A map; its keys are any values but lists and maps, and tuples of such values.
    Map = 9,
    /// A type of the game's own, or an integer beyond 64 bits.
    Extension = 10,
}

impl Kind {
    /// The kind in words: "a string".
    pub fn name(self) -> &'static str {
        match self {
            Kind::None => "missing",
            Kind::Nil => "nil",
            Kind::Bool => "a bool",
            Kind::Int => "an integer",
            Kind::Uint => "an unsigned integer",
            Kind::Double => "a double",
            Kind::String => "a string",
            Kind::Bytes => "bytes",
            Kind::List => "a list",
            Kind::Map => "a map",
            Kind::Extension => "an extension",
        }
    }
}

impl Value<'static> {
    /// The value that is not there.
    pub const NONE: Value<'static> = View { source: &[0xc1], life: PhantomData };
}

impl<'a> Value<'a> {
    /// The value that `bytes` hold, if they are exactly one within `limits`.
    ///
    /// ```
    /// use podsix::{Message, Value, value::Limits};
    ///
    /// let mut message = Message::new();
    /// message.begin("move").set("x", 3);
    /// let bytes = message.bytes()?; // what a file or another program may hold
    ///
    /// let limits = Limits { depth: 64, values: 1_000 };
    /// assert_eq!(Value::parse(bytes, &limits)?.get("x").read_int()?, 3);
    /// assert!(Value::parse(&bytes[..4], &limits).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`validate`].
    pub fn parse(bytes: &'a [u8], limits: &Limits) -> Result<Value<'a>, Invalid> {
        validate(bytes, limits).map(|_| View::over(bytes))
    }

    /// The value that bytes hold which were validated before, or which [`Message`](super::Message) has written.
    /// Of others the safe accessors make nonsense or panic; and C, which reads without looking, must never
    /// see them.
    #[inline(always)]
    pub(crate) fn trusted(bytes: &'a [u8]) -> Value<'a> {
        View::over(bytes)
    }
}

impl<'a, S: Source<'a>> View<'a, S> {
    /// A view on what a source begins with, for whose soundness the source was made: see [`Source`].
    #[inline(always)]
    pub(crate) fn over(source: S) -> Self {
        View { source, life: PhantomData }
    }

    /// The bytes this view reads, beginning with the value.
    #[inline(always)]
    pub(crate) fn source(self) -> S {
        self.source
    }

    /// The value that is not there, over any source.
    #[inline(always)]
    pub(crate) fn none() -> Self {
        View::over(S::none())
    }

    #[inline(always)]
    pub(super) fn header(self) -> Header {
        Header::read(self.source, 0)
    }

    /// The value `count` bytes further on.
    #[inline(always)]
    pub(super) fn skip(self, count: usize) -> Self {
        View::over(self.source.skip(count))
    }

    /// What the value is.
    pub fn kind(self) -> Kind {
        let header = self.header();
        match header.form {
            Form::Never => Kind::None,
            Form::Nil => Kind::Nil,
            Form::Bool => Kind::Bool,
            Form::Unsigned if header.len == 8 && self.source.byte(1) >= 0x80 => Kind::Uint,
            Form::Small | Form::Unsigned | Form::Signed => Kind::Int,
            Form::Float => Kind::Double,
            Form::Str => Kind::String,
            Form::Bin => Kind::Bytes,
            Form::List => Kind::List,
            Form::Map => Kind::Map,
            Form::Ext if self.is_tuple() => Kind::List,
            Form::Ext => Kind::Extension,
        }
    }

    /// Whether nothing is here.
    #[inline]
    pub fn is_none(self) -> bool {
        self.source.byte(0) == 0xc1
    }

    /// Whether the value is a list that was sent as a tuple.
    pub fn is_tuple(self) -> bool {
        self.ext_type() == Some(TUPLE)
    }

    /// The type of an extension: 1 for an integer beyond 64 bits, 2 for a tuple, else the game's own.
    pub fn ext_type(self) -> Option<i8> {
        let header = self.header();
        (header.form == Form::Ext).then(|| self.source.byte(header.start - 1) as i8)
    }

    /// The bytes of a string, of bytes, or of an extension (the digits of an integer beyond 64 bits).
    pub fn as_bytes(self) -> Option<&'a [u8]> {
        let header = self.header();
        match header.form {
            Form::Str | Form::Bin | Form::Ext => Some(self.source.bytes(header.start, header.len)),
            _ => None,
        }
    }

    /// The items of a list, the entries of a map, else 0.
    pub fn count(self) -> usize {
        self.contents().map_or(0, |contents| contents.len)
    }

    /// The head of a list, a map, or the list inside a tuple.
    #[inline]
    pub(super) fn contents(self) -> Option<Header> {
        let header = self.header();
        match header.form {
            Form::List | Form::Map => Some(header),
            Form::Ext if self.is_tuple() => Some(Header::read(self.source, header.start)),
            _ => None,
        }
    }

    /// The value under a string key of a map; [`Kind::None`] if there is none, or no map.
    /// Of duplicate keys the first counts.
    pub fn get(self, key: &str) -> Self {
        self.get_bytes(key.as_bytes())
    }

    /// [`View::get`] with a key that need not be known as UTF-8.
    #[inline]
    pub(crate) fn get_bytes(self, key: &[u8]) -> Self {
        self.find(|candidate| candidate.is_string(key))
    }

    /// The value under an integer key of a map, as [`View::get`] does for strings.
    pub fn get_int(self, key: i64) -> Self {
        self.find(|candidate| candidate.integer() == Some(key.into()))
    }

    #[inline(always)]
    fn find(self, matches: impl Fn(Self) -> bool) -> Self {
        let map = self.header();
        let mut at = map.start;
        for _ in 0..if map.form == Form::Map { map.len } else { 0 } {
            let value = header::end(self.source, at);
            if matches(self.skip(at)) {
                return self.skip(value);
            }
            at = header::end(self.source, value);
        }
        View::none()
    }

    /// Whether the value is this string.
    #[inline(always)]
    pub(super) fn is_string(self, text: &[u8]) -> bool {
        let header = self.header();
        header.form == Form::Str && is_same(self.source.bytes(header.start, header.len), text)
    }

    /// The item of a list, counted from 0; [`Kind::None`] beyond its end, or if this is no list.
    /// Walks there: use [`View::items`] to read them all.
    pub fn at(self, index: usize) -> Self {
        self.items().nth(index).unwrap_or(View::none())
    }

    /// The string under `action` of a map: what a message is dispatched by.
    pub fn action(self) -> Option<&'a str> {
        self.get("action").read_str().ok()
    }

    /// [`View::action`], empty if there is none, for those who need not know again that it is UTF-8.
    #[inline]
    pub(crate) fn action_bytes(self) -> &'a [u8] {
        let source = self.source;
        let action = match source.byte(0) {
            // Nearly always it comes first.
            0x81..=0x8f
                if source.byte(1) == 0xa6
                    && source.array(2) == *b"acti"
                    && source.array(6) == *b"on" =>
            {
                self.skip(8)
            }
            _ => self.get_bytes(b"action"),
        };
        let header = action.header();
        match header.form {
            Form::Str => action.source.bytes(header.start, header.len),
            _ => &[],
        }
    }

    /// The value's MessagePack, exactly; empty if nothing is here.
    pub fn span(self) -> &'a [u8] {
        match self.is_none() {
            true => &[],
            false => self.source.bytes(0, header::end(self.source, 0)),
        }
    }
}

/// Equal in kind and content: 3 equals 3 in whatever width it is encoded, but not 3.0, and a tuple is not a
/// list. Maps are equal if they have equal entries in the same order.
impl<'a, 'b, S: Source<'a>, O: Source<'b>> PartialEq<View<'b, O>> for View<'a, S> {
    fn eq(&self, other: &View<'b, O>) -> bool {
        let kind = self.kind();
        if kind != other.kind() {
            return false;
        }
        match kind {
            Kind::None | Kind::Nil => true,
            Kind::Bool => self.as_bool(false) == other.as_bool(false),
            Kind::Int | Kind::Uint => self.integer() == other.integer(),
            Kind::Double => self.as_double(0.0) == other.as_double(0.0),
            Kind::String | Kind::Bytes => self.as_bytes() == other.as_bytes(),
            Kind::List => self.is_tuple() == other.is_tuple() && self.items().eq(other.items()),
            Kind::Map => {
                self.count() == other.count()
                    && self.entries().zip(other.entries()).all(|(a, b)| a.0 == b.0 && a.1 == b.1)
            }
            Kind::Extension => {
                self.ext_type() == other.ext_type() && self.as_bytes() == other.as_bytes()
            }
        }
    }
}

/// The value as JSON, "missing" if nothing is here.
impl<'a, S: Source<'a>> fmt::Debug for View<'a, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_none() {
            true => f.write_str(Kind::None.name()),
            false => self.write_json(f),
        }
    }
}
