//! The writer: builds one value, call by call, straight into MessagePack.

use super::integer::Integer;
use super::json_read::{self, Inexact};
use super::message_error::MessageError;
use super::{
    BIG_INTEGER, Field, Flaw, Invalid, Kind, Limits, MAX_DEPTH, MAX_SIZE, Name, Source, TUPLE,
    Tally, Value, View, encode, serde, validate, validate_key,
};

/// A message being built. Keep it and reuse it: [`begin`](Message::begin) starts anew in the same memory.
///
/// Calls chain. The first mistake sticks: later calls do nothing and [`bytes`](Message::bytes) says what
/// it was. A key given twice is no mistake; readers take the first.
///
/// Beside what stands at each, whatever adds a value or a key may make one of these mistakes: `SecondValue` beside
/// the one at the top, `MissingKey` inside a map, `KeyOutsideMap`, `KeyAfterKey`, `TooLarge` for more than
/// [`MAX_SIZE`] bytes.
///
/// ```
/// let mut message = podsix::value::Message::new();
/// message.begin("move").set("id", 7).set("x", 12.5);
/// message.key("path").open_list().push(1).push(2).close();
/// assert_eq!(message.value().unwrap().to_json(), r#"{"action":"move","id":7,"x":12.5,"path":[1,2]}"#);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// Always well-formed up to here: the count in a container's head grows with each child.
    bytes: Vec<u8>,
    /// The open containers, from the outermost on.
    open: Vec<Open>,
    /// Whether the outermost one is the map of `begin`, which needs no close.
    begun: bool,
    next: Next,
    /// Where the key lies that waits for its value.
    key: Option<usize>,
    values: u32,
    depth: u32,
    /// Whether a tuple is a key in it.
    tuple_keys: bool,
    error: Option<Box<MessageError>>,
}

/// What may come next: one look tells whether a call fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    /// The one value at the top.
    #[default]
    First,
    Key,
    /// What belongs to the key.
    Value,
    /// Another item, or the end of the list.
    Item,
    /// The value at the top is complete.
    Nothing,
    /// A mistake was made.
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    List,
    Tuple,
    Map,
}

impl Shape {
    fn head(self) -> encode::Head {
        match self {
            Shape::List | Shape::Tuple => encode::LIST,
            Shape::Map => encode::MAP,
        }
    }

    /// What may come inside.
    fn inside(self) -> Next {
        match self {
            Shape::List | Shape::Tuple => Next::Item,
            Shape::Map => Next::Key,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Open {
    shape: Shape,
    /// Where its head lies.
    at: usize,
    /// Items, or keys.
    count: u32,
    /// Where its own key lies, if it has one.
    key: Option<usize>,
}

impl Message {
    /// An empty message.
    pub fn new() -> Message {
        Message::default()
    }

    /// A message made of JSON text, as [`add_json`](Message::add_json) reads it.
    ///
    /// # Errors
    /// `BadJson` with line and column, also for what is nested deeper than [`MAX_DEPTH`]; `TooLarge` for more than
    /// [`MAX_SIZE`] bytes of MessagePack.
    pub fn from_json(text: &str) -> Result<Message, MessageError> {
        let mut message = Message::new();
        message.add_json(text);
        message.checked()
    }

    /// A message made of anything that serde can serialize; structs become maps.
    ///
    /// # Errors
    /// `Serialize` with serde's words; `BadMessagePack` for a list or map as a key; `TooDeep`, `TooLarge`.
    pub fn from_serialize<T: ::serde::Serialize + ?Sized>(
        value: &T,
    ) -> Result<Message, MessageError> {
        let mut message = Message::new();
        message.add_serialize(value);
        message.checked()
    }

    fn checked(self) -> Result<Message, MessageError> {
        self.bytes()?;
        Ok(self)
    }

    /// Forgets everything, mistakes included. One value of any kind may follow.
    pub fn clear(&mut self) -> &mut Self {
        self.bytes.clear();
        self.open.clear();
        self.begun = false;
        self.next = Next::First;
        self.key = None;
        self.values = 0;
        self.depth = 0;
        self.tuple_keys = false;
        self.error = None;
        self
    }

    /// Starts a new message: a map that has an `action`. Fields may follow; the map needs no close.
    pub fn begin(&mut self, action: &str) -> &mut Self {
        self.clear();
        // What opening a map and giving it a key comes to.
        self.bytes.extend_from_slice(b"\x81\xa6action");
        self.open.push(Open { shape: Shape::Map, at: 0, count: 1, key: None });
        (self.values, self.depth) = (2, 1);
        (self.next, self.key, self.begun) = (Next::Value, Some(1), true);
        self.add_str(action)
    }

    /// [`begin`](Message::begin) for a short action.
    #[inline(always)]
    pub(crate) fn begin_named(&mut self, action: Name) {
        self.clear();
        encode::begin(&mut self.bytes, action);
        self.open.push(Open { shape: Shape::Map, at: 0, count: 1, key: None });
        (self.values, self.depth) = (3, 1);
        (self.next, self.begun) = (Next::Key, true);
    }

    /// Adds a field under a short name, its value written by one of `encode`'s `put` functions, where nothing stands in
    /// the way, as is nearly always so. False: nothing is done, it has to go the long way.
    #[inline(always)]
    pub(crate) fn add_named(
        &mut self,
        name: Name,
        put: impl FnOnce(&mut encode::Place) -> usize,
    ) -> bool {
        let (Next::Key, Some(map)) = (self.next, self.open.last_mut()) else { return false };
        if map.count >= 15 || self.bytes.len() > MAX_SIZE / 2 {
            return false;
        }
        let Some(head) = self.bytes.get_mut(map.at) else { return false };
        map.count += 1;
        *head = 0x80 | map.count as u8;
        self.values += 2;
        encode::field(&mut self.bytes, name, put);
        true
    }

    /// The finished message, as MessagePack; or the mistake, or what is still missing.
    ///
    /// ```
    /// use podsix::{Message, value::MessageError};
    ///
    /// let mut message = Message::new();
    /// message.begin("move").set("x", 3).key("path").open_list();
    /// assert_eq!(message.bytes(), Err(MessageError::StillOpen { open: vec!["path".into()] }));
    /// message.close().close();
    /// assert_eq!(message.bytes(), Err(MessageError::NothingOpen));
    /// ```
    ///
    /// # Errors
    /// The first mistake; else `Empty` if nothing was written, `KeyWithoutValue`, or `StillOpen` with the containers
    /// to be closed.
    #[inline]
    pub fn bytes(&self) -> Result<&[u8], MessageError> {
        let complete = match self.next {
            Next::Nothing => true,
            Next::Key => self.begun && self.open.len() == 1,
            _ => false,
        };
        if complete { Ok(&self.bytes) } else { Err(self.unfinished()) }
    }

    /// The mistake, or what is still missing.
    #[cold]
    fn unfinished(&self) -> MessageError {
        match (&self.error, self.key) {
            (Some(error), _) => (**error).clone(),
            (None, Some(key)) => MessageError::KeyWithoutValue { key: self.key_text(key) },
            (None, None) if self.bytes.is_empty() => MessageError::Empty,
            (None, None) => MessageError::StillOpen { open: self.path() },
        }
    }

    /// A view on the finished message.
    ///
    /// # Errors
    /// Those of [`bytes`](Message::bytes).
    pub fn value(&self) -> Result<Value<'_>, MessageError> {
        self.bytes().map(Value::trusted)
    }

    /// Whether these bytes lie in the message's own memory, where a change of the message moves them.
    #[inline(always)]
    pub(crate) fn owns(&self, bytes: &[u8]) -> bool {
        let offset = bytes.as_ptr().addr().wrapping_sub(self.bytes.as_ptr().addr());
        offset < self.bytes.capacity()
    }

    /// Bytes it has room for.
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Levels of nesting so far, counted as in [`Limits`].
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// Values so far, keys and containers included, counted as in [`Limits`].
    pub fn values(&self) -> u32 {
        self.values
    }

    /// Whether a tuple is a key in it.
    pub fn has_tuple_keys(&self) -> bool {
        self.tuple_keys
    }

    /// Makes the message fail with `error`, unless it already has another one: for who finds out that what it was
    /// to say cannot be said.
    #[cold]
    pub fn fail(&mut self, error: MessageError) -> &mut Self {
        self.next = Next::Failed;
        self.error.get_or_insert_with(|| Box::new(error));
        self
    }

    /// Whether a mistake was made.
    #[inline]
    pub fn is_failed(&self) -> bool {
        self.next == Next::Failed
    }

    /// Gives the next value in a map a string key.
    #[inline(always)]
    pub fn key(&mut self, key: &str) -> &mut Self {
        if !self.may_add_key(key.len()) {
            return self.misplaced_key(|out| encode::str(out, key));
        }
        encode::str(&mut self.bytes, key);
        self.written();
        self
    }

    /// Gives the next value in a map an integer key.
    pub fn key_int(&mut self, key: i64) -> &mut Self {
        self.add_key(0, |out| encode::int(out, key))
    }

    /// Gives the next value in a map any key but a list or map, or a tuple with one of them in it: such a one, or
    /// none, is the mistake `BadKey`, a tuple that is too deep `TooDeep`.
    pub fn key_value<'a, S: Source<'a>>(&mut self, key: View<'a, S>) -> &mut Self {
        match key.kind() {
            Kind::List if key.is_tuple() => self.key_tuple(key.span()),
            kind @ (Kind::None | Kind::List | Kind::Map) => self.fail(MessageError::BadKey(kind)),
            _ => {
                let span = key.span();
                self.add_key(span.len(), |out| out.extend_from_slice(span))
            }
        }
    }

    fn key_tuple(&mut self, span: &[u8]) -> &mut Self {
        let level = self.open.len() as u32;
        match validate_key(span, &Limits { depth: MAX_DEPTH - level, values: u32::MAX }) {
            Ok(tally) => {
                self.add_key(span.len(), |out| out.extend_from_slice(span));
                if !self.is_failed() {
                    self.note(level, tally);
                    self.tuple_keys = true;
                }
                self
            }
            Err(Invalid { what: Flaw::TooDeep { .. }, .. }) => self.fail(MessageError::TooDeep),
            // It is a value, so this is all that can be wrong with it.
            Err(Invalid { at, .. }) => {
                self.fail(MessageError::BadKey(Value::trusted(&span[at..]).kind()))
            }
        }
    }

    /// Adds a field to the open map: a key and its value.
    #[inline]
    pub fn set(&mut self, key: &str, value: impl Field) -> &mut Self {
        value.add_to(self.key(key))
    }

    /// Adds a value: an item of the open list, or what belongs to the key just given.
    #[inline]
    pub fn push(&mut self, value: impl Field) -> &mut Self {
        value.add_to(self)
    }

    /// Adds nil.
    pub fn add_nil(&mut self) -> &mut Self {
        self.add(0, encode::nil)
    }

    /// Adds a bool.
    pub fn add_bool(&mut self, value: bool) -> &mut Self {
        self.add(0, |out| encode::bool(out, value))
    }

    /// Adds an integer.
    #[inline(always)]
    pub fn add_int(&mut self, value: i64) -> &mut Self {
        self.add(0, |out| encode::int(out, value))
    }

    /// Adds an integer that is not negative.
    #[inline(always)]
    pub fn add_uint(&mut self, value: u64) -> &mut Self {
        self.add(0, |out| encode::uint(out, value))
    }

    /// Adds a double in 9 bytes.
    #[inline(always)]
    pub fn add_double(&mut self, value: f64) -> &mut Self {
        self.add(0, |out| encode::double(out, value))
    }

    /// Adds a 32-bit float in 5 bytes; it reads as the same double.
    #[inline(always)]
    pub fn add_float(&mut self, value: f32) -> &mut Self {
        self.add(0, |out| encode::float(out, value))
    }

    /// Adds a string.
    #[inline(always)]
    pub fn add_str(&mut self, value: &str) -> &mut Self {
        self.add(value.len(), |out| encode::str(out, value))
    }

    /// Adds raw bytes.
    pub fn add_bytes(&mut self, value: &[u8]) -> &mut Self {
        self.add(value.len(), |out| encode::bin(out, value))
    }

    /// Adds an extension. Types 1 and 2 are podsix's and must hold what it puts there, else it is the mistake
    /// `BadMessagePack`.
    pub fn add_ext(&mut self, ext_type: i8, payload: &[u8]) -> &mut Self {
        if !matches!(ext_type, BIG_INTEGER | TUPLE) {
            return self.add(payload.len(), |out| {
                encode::ext_head(out, ext_type, payload.len());
                out.extend_from_slice(payload);
            });
        }
        let mut whole = Vec::with_capacity(payload.len() + 6);
        encode::ext_head(&mut whole, ext_type, payload.len());
        whole.extend_from_slice(payload);
        self.add_msgpack(&whole)
    }

    /// Adds an integer of any size up to [`MAX_DIGITS`](super::MAX_DIGITS), in decimal: `-?[0-9]+` without
    /// leading zeros. One that 64 bits hold becomes a plain integer; anything else is the mistake `BadInteger`.
    pub fn add_big_int(&mut self, decimal: &str) -> &mut Self {
        match Integer::parse(decimal) {
            Some(integer) => self.add(decimal.len(), |out| integer.write(out)),
            None => self.fail(MessageError::BadInteger),
        }
    }

    /// Adds a copy of a value: of a received one, or of another message's. The mistakes are `NoValue` for the value
    /// that is not there, and `TooDeep`.
    pub fn add_value<'a, S: Source<'a>>(&mut self, value: View<'a, S>) -> &mut Self {
        match value.is_none() {
            true => self.fail(MessageError::NoValue),
            false => self.add_msgpack(value.span()),
        }
    }

    /// Adds exactly one value of MessagePack, which is checked as if it had been received: the mistakes are
    /// `BadMessagePack` and `TooDeep`.
    pub fn add_msgpack(&mut self, bytes: &[u8]) -> &mut Self {
        self.splice(bytes.len(), |out| {
            out.extend_from_slice(bytes);
            Ok(())
        })
    }

    /// Adds anything that serde can serialize; structs become maps. The mistakes are `Serialize`, `BadMessagePack`
    /// for a list or map as a key, and `TooDeep`.
    pub fn add_serialize<T: ::serde::Serialize + ?Sized>(&mut self, value: &T) -> &mut Self {
        self.splice(0, |out| serde::serialize(value, out))
    }

    /// Adds what JSON text says: one value of any kind. Integers are exact whatever their size, and NaN,
    /// Infinity and -Infinity are taken as Python writes them. Everything else is the mistake `BadJson`: half of a
    /// surrogate pair and numbers beyond the largest double too, and what is nested deeper than [`MAX_DEPTH`];
    /// `TooDeep` if it is so with the containers around it.
    pub fn add_json(&mut self, text: &str) -> &mut Self {
        let limits = Limits { depth: MAX_DEPTH, values: u32::MAX };
        self.add_any_json(text, Inexact::Refused, &limits)
    }

    /// Adds what JSON text says to whom Python's `json.loads` reads it: beside what [`add_json`] takes, half of
    /// a surrogate pair becomes U+FFFD, and a number beyond the largest double infinity.
    ///
    /// [`add_json`]: Message::add_json
    pub(crate) fn add_python_json(&mut self, text: &str, limits: &Limits) -> &mut Self {
        self.add_any_json(text, Inexact::Taken, limits)
    }

    fn add_any_json(&mut self, text: &str, inexact: Inexact, limits: &Limits) -> &mut Self {
        if self.error.is_none()
            && let Err(error) = json_read::read(text, inexact, limits, self)
        {
            self.fail(MessageError::BadJson(error));
        }
        self
    }

    /// Opens a list; values follow without keys, until [`close`](Message::close). More than [`MAX_DEPTH`] open at
    /// once are the mistake `TooDeep`, here and with tuples and maps.
    pub fn open_list(&mut self) -> &mut Self {
        self.open(Shape::List)
    }

    /// Opens a tuple, a list that Python programs tell from one.
    pub fn open_tuple(&mut self) -> &mut Self {
        self.open(Shape::Tuple)
    }

    /// Opens a map; each value needs a key before it, until [`close`](Message::close).
    pub fn open_map(&mut self) -> &mut Self {
        self.open(Shape::Map)
    }

    fn open(&mut self, shape: Shape) -> &mut Self {
        let key = self.key;
        if self.open.len() >= MAX_DEPTH as usize {
            return self.fail(MessageError::TooDeep);
        }
        if self.may_add() {
            self.open.push(Open { shape, at: self.bytes.len(), count: 0, key });
            self.next = shape.inside();
            shape.head().begin(&mut self.bytes);
            self.depth = self.depth.max(self.open.len() as u32);
            self.written();
        }
        self
    }

    /// Closes the container opened last. The mistakes are `NothingOpen`, and `KeyWithoutValue` in a map.
    pub fn close(&mut self) -> &mut Self {
        if self.error.is_some() {
            return self;
        }
        if let Some(key) = self.key {
            let key = self.key_text(key);
            return self.fail(MessageError::KeyWithoutValue { key });
        }
        if self.open.len() <= self.begun as usize {
            return self.fail(MessageError::NothingOpen);
        }
        let closed = self.open.pop();
        self.next = self.open.last().map_or(Next::Nothing, |outer| outer.shape.inside());
        if let Some(Open { shape: Shape::Tuple, at, .. }) = closed {
            // How long a tuple's own head is, its length says.
            let list = self.bytes.len();
            encode::ext_head(&mut self.bytes, TUPLE, list - at);
            let head = self.bytes.len() - list;
            self.bytes[at..].rotate_right(head);
            self.written();
        }
        self
    }

    /// Adds one value without children, whose payload has `len` bytes.
    #[inline(always)]
    pub(super) fn add(&mut self, len: usize, write: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        if self.has_room(len) && self.may_add() {
            write(&mut self.bytes);
            self.written();
        }
        self
    }

    /// Adds a key that has `len` bytes beside its head.
    pub(super) fn add_key(&mut self, len: usize, write: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        if !self.may_add_key(len) {
            return self.misplaced_key(write);
        }
        write(&mut self.bytes);
        self.written();
        self
    }

    /// Whether a key may stand here; if so, it is counted.
    #[inline(always)]
    fn may_add_key(&mut self, len: usize) -> bool {
        let (Next::Key, Some(map)) = (self.next, self.open.last_mut()) else { return false };
        map.count += 1;
        let (at, count) = (map.at, map.count);
        if !self.has_room(len) {
            return false;
        }
        encode::MAP.count(&mut self.bytes, at, count);
        self.key = Some(self.bytes.len());
        self.next = Next::Value;
        self.values += 1;
        true
    }

    #[cold]
    fn misplaced_key(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        if self.is_failed() {
            return self;
        }
        let at = self.bytes.len();
        write(&mut self.bytes);
        let key = self.key_text(at);
        let waiting = self.key.map(|key| self.key_text(key));
        self.fail(match waiting {
            Some(waiting) => MessageError::KeyAfterKey { key, waiting },
            None => MessageError::KeyOutsideMap { key, in_list: !self.open.is_empty() },
        })
    }

    /// Adds one value that `write` appends and that is then checked.
    fn splice(
        &mut self,
        len: usize,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), MessageError>,
    ) -> &mut Self {
        if !self.has_room(len) || !self.may_add() {
            return self;
        }
        let at = self.bytes.len();
        if let Err(error) = write(&mut self.bytes) {
            return self.fail(error);
        }
        let level = self.open.len() as u32;
        match validate(&self.bytes[at..], &Limits { depth: MAX_DEPTH - level, values: u32::MAX }) {
            Ok(tally) => {
                self.note(level, tally);
                self.written();
                self
            }
            Err(Invalid { what: Flaw::TooDeep { .. }, .. }) => self.fail(MessageError::TooDeep),
            Err(invalid) => self.fail(MessageError::BadMessagePack(invalid)),
        }
    }

    /// Counts what is in a value, itself counted already, that stands inside `level` containers.
    fn note(&mut self, level: u32, tally: Tally) {
        self.values += tally.values - 1;
        self.depth = self.depth.max(level + tally.depth);
        self.tuple_keys |= tally.tuple_keys;
    }

    /// Whether a value may stand here; if so, it is counted.
    #[inline(always)]
    fn may_add(&mut self) -> bool {
        match (self.next, self.open.last_mut()) {
            (Next::Value, _) => (self.key, self.next) = (None, Next::Key),
            (Next::Item, Some(list)) => {
                list.count += 1;
                encode::LIST.count(&mut self.bytes, list.at, list.count);
            }
            (Next::First, _) => self.next = Next::Nothing,
            _ => return self.misplaced(),
        }
        self.values += 1;
        true
    }

    #[cold]
    fn misplaced(&mut self) -> bool {
        match self.next {
            Next::Key => self.fail(MessageError::MissingKey),
            Next::Nothing => self.fail(MessageError::SecondValue),
            _ => self,
        };
        false
    }

    /// Whether `len` more bytes could fit, before any are copied.
    #[inline(always)]
    fn has_room(&mut self, len: usize) -> bool {
        let size = self.bytes.len().saturating_add(len);
        if size > MAX_SIZE {
            return self.too_large(size);
        }
        true
    }

    #[cold]
    fn too_large(&mut self, size: usize) -> bool {
        self.fail(MessageError::TooLarge { size });
        false
    }

    #[inline(always)]
    fn written(&mut self) {
        self.has_room(0);
    }

    fn key_text(&self, at: usize) -> String {
        Value::trusted(&self.bytes[at..]).to_json()
    }

    /// The containers still to be closed, each by its key or its index.
    fn path(&self) -> Vec<String> {
        let parents = std::iter::once(None).chain(self.open.iter().map(Some));
        let named = self.open.iter().zip(parents).map(|(open, parent)| match (open.key, parent) {
            (Some(key), _) => {
                let key = Value::trusted(&self.bytes[key..]);
                key.read_str().map_or_else(|_| key.to_json(), str::to_owned)
            }
            (None, Some(parent)) => format!("[{}]", parent.count - 1),
            (None, None) => "the outermost".to_owned(),
        });
        named.skip(self.begun as usize).collect()
    }
}
