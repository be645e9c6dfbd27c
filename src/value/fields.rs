//! Many fields of a map in one pass.

use super::header::{Form, Header, end, value_end};
use super::short::is_same;
use super::{Source, View};

impl<'a, S: Source<'a>> View<'a, S> {
    /// Looks up string keys of a map, `keys[i]` into `out[i]`, and says how many are there. What is missing
    /// reads as [`Kind::None`](super::Kind::None), and of duplicates in the map the first counts, as
    /// with [`View::get`].
    ///
    /// One pass, and the shortest one if `keys` follow the order in which the fields were written; it ends
    /// with the last key found. Name each key once: a repeated one is found in one of its places only.
    /// The shorter of `keys` and `out` counts.
    pub fn fields<K: AsRef<[u8]>>(self, keys: &[K], out: &mut [Self]) -> usize {
        out.iter_mut().take(keys.len()).for_each(|value| *value = View::none());
        self.find_fields(keys, out)
    }

    /// Likewise, where all of `out` are [`Kind::None`](super::Kind::None) before.
    #[inline]
    pub(crate) fn find_fields<K: AsRef<[u8]>>(self, keys: &[K], out: &mut [Self]) -> usize {
        let source = self.source();
        let Some(map) = Header::map(source) else { return 0 };
        let wanted = keys.len().min(out.len());
        let (keys, out) = (&keys[..wanted], &mut out[..wanted]);
        let (mut at, mut next, mut found) = (map.start, 0, 0);
        for _ in 0..map.len {
            if found == keys.len() {
                break;
            }
            // Nearly always the next key is where it is expected.
            if let Some(key) = keys.get(next)
                && let key = key.as_ref()
                && key.len() < 32
                && source.byte(at) == 0xa0 | key.len() as u8
                && is_same(source.bytes(at + 1, key.len()), key)
                && let Some(place) = out.get_mut(next)
                && place.is_none()
            {
                let value = at + 1 + key.len();
                *place = self.skip(value);
                at = value_end(source, value);
                next += 1;
                found += 1;
                continue;
            }
            let entry = self.find_field(at, keys, out, next);
            (at, next) = (entry.end, entry.next as usize);
            found += usize::from(entry.is_new);
        }
        found
    }

    /// Looks at the entry at `at`, wherever its key may stand among those looked for.
    #[inline(never)]
    fn find_field<K: AsRef<[u8]>>(
        self,
        at: usize,
        keys: &[K],
        out: &mut [Self],
        next: usize,
    ) -> Entry {
        let source = self.source();
        let key = Header::read(source, at);
        let (value, place) = match key.form {
            Form::Str => {
                let name = source.bytes(key.start, key.len);
                (key.start + key.len, position(keys, next, name))
            }
            _ => (end(source, at), None),
        };
        let end = end(source, value);
        let Some(place) = place else { return Entry { end, next: next as u32, is_new: false } };
        let is_new = out[place].is_none();
        if is_new {
            out[place] = self.skip(value);
        }
        Entry { end, next: place as u32 + 1, is_new }
    }
}

/// Where a name is among the keys, `next` before all others.
fn position<K: AsRef<[u8]>>(keys: &[K], next: usize, name: &[u8]) -> Option<usize> {
    match keys.get(next) {
        Some(key) if is_same(key.as_ref(), name) => Some(next),
        _ => keys.iter().position(|key| is_same(key.as_ref(), name)),
    }
}

/// What came of an entry: it ends at `end`, the key expected behind it is `next`, and it may have been one that was
/// looked for.
struct Entry {
    end: usize,
    next: u32,
    is_new: bool,
}
