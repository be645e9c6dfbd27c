//! Walking through lists and maps, one child at a time.

use super::header::{self, Form};
use super::{Source, View};

/// Where a walk through a container stands. [`Default`] is before its first child.
///
/// It borrows nothing from the container, so that a C program can keep it in a struct of its own between
/// calls; whoever steps it hands in the same container each time, or the walk may panic.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<S> {
    /// Children walked over; an entry of a map is one.
    pub(crate) index: u64,
    /// The child walked over last, once there is one. It is measured only when the next step wants to
    /// know what comes behind it.
    pub(crate) position: Option<S>,
}

impl<S> Default for Cursor<S> {
    fn default() -> Self {
        Cursor { index: 0, position: None }
    }
}

impl<'a, S: Source<'a>> View<'a, S> {
    /// The next key and value of a map, or the next item of a list, whose key is
    /// [`Kind::None`](super::Kind::None); `None` at the end, and for other kinds. A step costs one child, wherever
    /// the walk stands. In Rust [`entries`](View::entries) and [`items`](View::items) are the same with less to
    /// mind.
    ///
    /// # Panics
    /// It may, if `cursor` is from a walk through another value.
    #[inline]
    pub fn step(self, cursor: &mut Cursor<S>) -> Option<(Self, Self)> {
        let contents = self.contents()?;
        if cursor.index >= contents.len as u64 {
            return None;
        }
        let next = match cursor.position {
            Some(position) => View::<S>::over(position).following(),
            None => self.skip(contents.start),
        };
        let (key, value) = match contents.form {
            Form::Map => (next, next.following()),
            _ => (View::none(), next),
        };
        cursor.index += 1;
        cursor.position = Some(value.source());
        Some((key, value))
    }

    /// The value that lies behind this one.
    #[inline(always)]
    pub(super) fn following(self) -> Self {
        self.skip(header::end(self.source(), 0))
    }

    /// The entries of a map, in the order they were sent, duplicates included; nothing for other kinds.
    #[inline]
    pub fn entries(self) -> Entries<'a, S> {
        let header = self.header();
        let left = if header.form == Form::Map { header.len } else { 0 };
        Entries { left, key: self.skip(header.start) }
    }

    /// The items of a list or tuple; nothing for other kinds.
    #[inline]
    pub fn items(self) -> Items<'a, S> {
        match self.contents() {
            Some(list) if list.form == Form::List => {
                Items { left: list.len, item: self.skip(list.start) }
            }
            _ => Items { left: 0, item: self },
        }
    }
}

/// The entries of a map: [`View::entries`].
#[derive(Clone, Debug)]
pub struct Entries<'a, S: Source<'a> = &'a [u8]> {
    left: usize,
    key: View<'a, S>,
}

/// The items of a list: [`View::items`].
#[derive(Clone, Debug)]
pub struct Items<'a, S: Source<'a> = &'a [u8]> {
    left: usize,
    item: View<'a, S>,
}

impl<'a, S: Source<'a>> Iterator for Entries<'a, S> {
    type Item = (View<'a, S>, View<'a, S>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let key = self.key;
        let value = key.following();
        if self.left > 0 {
            self.key = value.following();
        }
        Some((key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<'a, S: Source<'a>> Iterator for Items<'a, S> {
    type Item = View<'a, S>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let item = self.item;
        if self.left > 0 {
            self.item = item.following();
        }
        Some(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<'a, S: Source<'a>> ExactSizeIterator for Entries<'a, S> {}
impl<'a, S: Source<'a>> ExactSizeIterator for Items<'a, S> {}
