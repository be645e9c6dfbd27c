//! Many fields of a map in one pass.

use super::header::{Form, Header, end};
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
        let wanted = keys.len().min(out.len());
        let (keys, out) = (&keys[..wanted], &mut out[..wanted]);
        out.fill(View::none());
        self.find_fields(keys, out)
    }

    /// Likewise, with as many `out` as `keys`, all of them [`Kind::None`](super::Kind::None) before.
    #[inline]
    pub(crate) fn find_fields<K: AsRef<[u8]>>(self, keys: &[K], out: &mut [Self]) -> usize {
        let wanted = keys.len();
        let source = self.source();
        let map = self.header();
        if map.form != Form::Map {
            return 0;
        }
        let (mut at, mut next, mut found) = (map.start, 0, 0);
        for _ in 0..map.len {
            if found == wanted {
                break;
            }
            let key = Header::read(source, at);
            let value = key.start + key.len;
            if key.form == Form::Str {
                let name = source.bytes(key.start, key.len);
                let expected = keys.get(next).filter(|key| is_same(key.as_ref(), name));
                let place = match expected {
                    Some(_) => Some(next),
                    None => keys.iter().position(|key| is_same(key.as_ref(), name)),
                };
                if let Some(place) = place {
                    next = place + 1;
                    if out[place].is_none() {
                        out[place] = self.skip(value);
                        found += 1;
                    }
                }
            }
            at = end(source, value);
        }
        found
    }
}
