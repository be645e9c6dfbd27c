//! One encoded message on its way out, without its envelope: copied if it is small, shared by all it goes
//! to if it is not.

use std::sync::Arc;

use crate::shared::budget::Budget;
use crate::shared::ring::Record;
use crate::wire::Dialect;

/// One encoded message.
#[derive(Clone, Copy)]
pub(crate) enum Payload<'a> {
    /// A small one, still in the ring.
    Ring(&'a Record<'a>),
    /// Another small one.
    Bytes(&'a [u8]),
    /// To be shared, by all it goes to.
    Shared(&'a Arc<Counted>),
}

impl Payload<'_> {
    #[inline]
    pub(crate) fn len(self) -> usize {
        match self {
            Payload::Ring(record) => record.len(),
            Payload::Bytes(bytes) => bytes.len(),
            Payload::Shared(counted) => counted.bytes().len(),
        }
    }

    #[inline]
    pub(crate) fn append_to(self, out: &mut Vec<u8>) {
        match self {
            Payload::Ring(record) => record.append_to(out),
            Payload::Bytes(bytes) => out.extend_from_slice(bytes),
            Payload::Shared(counted) => out.extend_from_slice(counted.bytes()),
        }
    }

    /// The bytes, for whoever has to read them: `room` is used where they do not lie side by side.
    pub(crate) fn bytes<'b>(&'b self, room: &'b mut Vec<u8>) -> &'b [u8] {
        match self {
            Payload::Ring(record) => {
                room.clear();
                record.append_to(room);
                room
            }
            Payload::Bytes(bytes) => bytes,
            Payload::Shared(counted) => counted.bytes(),
        }
    }
}

/// A payload that a budget knows of until its last holder drops it.
pub(crate) struct Counted {
    bytes: Vec<u8>,
    budget: Arc<Budget>,
}

impl Counted {
    pub(crate) fn new(bytes: Vec<u8>, budget: &Arc<Budget>) -> Arc<Counted> {
        budget.hold(bytes.capacity());
        Arc::new(Counted { bytes, budget: budget.clone() })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.budget.release(self.bytes.capacity());
    }
}

/// One message in each dialect in which it goes out.
pub(crate) struct Payloads<P>([Option<P>; Dialect::ALL.len()]);

impl<P> Default for Payloads<P> {
    fn default() -> Payloads<P> {
        Payloads([const { None }; Dialect::ALL.len()])
    }
}

impl<P> Payloads<P> {
    pub(crate) fn set(&mut self, dialect: Dialect, payload: P) {
        self.0[dialect as usize] = Some(payload);
    }

    pub(crate) fn get(&self, dialect: Dialect) -> Option<&P> {
        self.0[dialect as usize].as_ref()
    }

    pub(crate) fn get_mut(&mut self, dialect: Dialect) -> Option<&mut P> {
        self.0[dialect as usize].as_mut()
    }

    pub(crate) fn map<'p, Q>(&'p self, mut each: impl FnMut(&'p P) -> Q) -> Payloads<Q> {
        Payloads(self.0.each_ref().map(|payload| payload.as_ref().map(&mut each)))
    }
}

/// In a table of lengths: nothing in this dialect.
const NONE: u16 = u16::MAX;

/// Bytes of the table that stands before packed payloads: a length for each dialect.
pub(crate) const TABLE: usize = 2 * Dialect::ALL.len();

/// Writes the table of small payloads into the room left for it before them. They lie behind it in the dialects'
/// order.
pub(crate) fn write_table(lens: &Payloads<usize>, packed: &mut [u8]) {
    for (place, dialect) in packed.as_chunks_mut::<2>().0.iter_mut().zip(Dialect::ALL) {
        *place = lens.get(dialect).map_or(NONE, |len| *len as u16).to_ne_bytes();
    }
}

impl<'a> Payloads<Payload<'a>> {
    /// Those that lie behind a table.
    pub(crate) fn unpack(packed: &'a [u8]) -> Self {
        let (table, mut rest) = packed.split_at(TABLE.min(packed.len()));
        let mut payloads = Payloads::default();
        for (len, dialect) in table.as_chunks::<2>().0.iter().zip(Dialect::ALL) {
            let len = u16::from_ne_bytes(*len);
            if len != NONE
                && let Some((payload, behind)) = rest.split_at_checked(len.into())
            {
                payloads.set(dialect, Payload::Bytes(payload));
                rest = behind;
            }
        }
        payloads
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn packed_payloads_come_out_as_they_went_in() {
        let some = [Some(&b"own"[..]), None, Some(b""), Some(&[7; 900])];
        let (mut lens, mut packed) = (Payloads::default(), vec![0; TABLE]);
        for (dialect, payload) in Dialect::ALL.into_iter().zip(some) {
            if let Some(payload) = payload {
                packed.extend_from_slice(payload);
                lens.set(dialect, payload.len());
            }
        }
        write_table(&lens, &mut packed[..TABLE]);
        let payloads = Payloads::unpack(&packed);
        for (dialect, payload) in Dialect::ALL.into_iter().zip(some) {
            let found = payloads.get(dialect).map(|found| found.bytes(&mut Vec::new()).to_vec());
            assert_eq!(found.as_deref(), payload, "{dialect}");
        }
    }
}
