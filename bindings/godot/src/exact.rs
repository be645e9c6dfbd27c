//! The extension in which Godot's own types travel between Godot games: type 71, 'G'. Its payload is a
//! byte with Godot's number of the Variant type, then the numbers the value consists of, little-endian.

use godot::meta::PackedElement;
use godot::obj::EngineEnum;
use godot::prelude::*;
use podsix::Message;

use crate::shapes::Shape;

/// The extension's type.
pub const EXTENSION: i8 = 71;

/// What `$shape!` says of a Variant type that is a [`Shape`], `$packed!` of an array of those, else `$other`.
macro_rules! by_type {
    ($type:expr, $shape:ident, $packed:ident, $other:expr) => {
        match $type {
            VariantType::VECTOR2 => $shape!(Vector2),
            VariantType::VECTOR2I => $shape!(Vector2i),
            VariantType::VECTOR3 => $shape!(Vector3),
            VariantType::VECTOR3I => $shape!(Vector3i),
            VariantType::VECTOR4 => $shape!(Vector4),
            VariantType::VECTOR4I => $shape!(Vector4i),
            VariantType::RECT2 => $shape!(Rect2),
            VariantType::RECT2I => $shape!(Rect2i),
            VariantType::QUATERNION => $shape!(Quaternion),
            VariantType::COLOR => $shape!(Color),
            VariantType::PLANE => $shape!(Plane),
            VariantType::AABB => $shape!(Aabb),
            VariantType::BASIS => $shape!(Basis),
            VariantType::TRANSFORM2D => $shape!(Transform2D),
            VariantType::TRANSFORM3D => $shape!(Transform3D),
            VariantType::PROJECTION => $shape!(Projection),
            VariantType::PACKED_INT32_ARRAY => $packed!(i32, PackedInt32Array),
            VariantType::PACKED_INT64_ARRAY => $packed!(i64, PackedInt64Array),
            VariantType::PACKED_FLOAT32_ARRAY => $packed!(f32, PackedFloat32Array),
            VariantType::PACKED_FLOAT64_ARRAY => $packed!(f64, PackedFloat64Array),
            VariantType::PACKED_VECTOR2_ARRAY => $packed!(Vector2, PackedVector2Array),
            VariantType::PACKED_VECTOR3_ARRAY => $packed!(Vector3, PackedVector3Array),
            VariantType::PACKED_VECTOR4_ARRAY => $packed!(Vector4, PackedVector4Array),
            VariantType::PACKED_COLOR_ARRAY => $packed!(Color, PackedColorArray),
            _ => $other,
        }
    };
}

/// Appends the extension's payload. Whether the value's type has one.
pub fn write(value: &Variant, out: &mut Vec<u8>) -> bool {
    let kind = value.get_type();
    out.push(kind.ord() as u8);
    macro_rules! shape {
        ($type:ty) => {
            value.to::<$type>().put(out)
        };
    }
    macro_rules! packed {
        ($type:ty, $array:ty) => {
            value.to::<$array>().as_slice().iter().for_each(|item| item.put(out))
        };
    }
    by_type!(kind, shape, packed, return false);
    true
}

/// Adds the value as the list of its numbers, and an array of several as a list of lists. Whether the
/// value's type has such a form.
pub fn write_plain(value: &Variant, message: &mut Message) -> bool {
    macro_rules! shape {
        ($type:ty) => {{
            value.to::<$type>().list(message.open_list());
            message.close();
        }};
    }
    macro_rules! packed {
        ($type:ty, $array:ty) => {{
            message.open_list();
            for &item in value.to::<$array>().as_slice() {
                if <$type>::IS_NUMBER {
                    item.list(message);
                } else {
                    item.list(message.open_list());
                    message.close();
                }
            }
            message.close();
        }};
    }
    by_type!(value.get_type(), shape, packed, return false);
    true
}

/// Reads a payload; none if it is not what this game's Godot would have written.
pub fn read(payload: &[u8]) -> Option<Variant> {
    let (&kind, mut bytes) = payload.split_first()?;
    macro_rules! shape {
        ($type:ty) => {
            (bytes.len() == <$type>::BYTES).then(|| <$type>::take(&mut bytes).to_variant())
        };
    }
    macro_rules! packed {
        ($type:ty, $array:ty) => {
            array::<$type>(bytes).map(|items| items.to_variant())
        };
    }
    by_type!(VariantType::try_from_ord(kind.into())?, shape, packed, None)
}

fn array<T: Shape + PackedElement>(bytes: &[u8]) -> Option<PackedArray<T>> {
    let items = bytes.chunks_exact(T::BYTES);
    let whole = items.remainder().is_empty();
    whole.then(|| items.map(|mut item| T::take(&mut item)).collect::<Vec<T>>().into())
}
