//! Peers as arguments: one, or several.

use godot::meta::GodotImmutable;
use godot::meta::conv::ByRef;
use godot::meta::error::ConvertError;
use godot::meta::shape::GodotShape;
use godot::prelude::*;
use podsix::PeerId;

use crate::failure::Failure;

/// A peer's id; numbers that are none stand for nobody.
pub fn id(peer: i64) -> PeerId {
    PeerId::from_u64(u64::try_from(peer).unwrap_or(0))
}

/// A peer's number, or an array of them.
#[derive(Clone, Debug)]
pub struct Peers(Variant);

impl GodotConvert for Peers {
    type Via = Variant;

    fn godot_shape() -> GodotShape {
        GodotShape::Variant
    }
}

impl ToGodot for Peers {
    type Pass = ByRef;

    fn to_godot(&self) -> &Variant {
        &self.0
    }
}

impl FromGodot for Peers {
    fn try_from_godot(peers: Variant) -> Result<Peers, ConvertError> {
        Ok(Peers(peers))
    }
}

// SAFETY: a default is a number.
unsafe impl GodotImmutable for Peers {
    fn into_runtime_immutable(self) -> Self {
        self
    }
}

impl Peers {
    /// No peer at all.
    pub fn nobody() -> Peers {
        Peers(0.to_variant())
    }

    pub fn ids(&self) -> Result<Vec<PeerId>, Failure> {
        match self.0.get_type() {
            VariantType::INT => Ok(vec![id(self.0.to())]),
            VariantType::PACKED_INT64_ARRAY => Ok(self
                .0
                .to::<PackedInt64Array>()
                .as_slice()
                .iter()
                .map(|&peer| id(peer))
                .collect()),
            VariantType::ARRAY => self.0.to::<AnyArray>().iter_shared().map(one).collect(),
            _ => Err(wrong(&self.0)),
        }
    }
}

fn one(peer: Variant) -> Result<PeerId, Failure> {
    match peer.get_type() {
        VariantType::INT => Ok(id(peer.to())),
        _ => Err(wrong(&peer)),
    }
}

fn wrong(what: &Variant) -> Failure {
    let is = what.get_type();
    Failure::bad_argument(format!("peers are numbers, or an array of them, not {is:?}"))
}
