//! What is refused, where, and in which words.

use podsix::value::{Flaw, Invalid, Limits, Tally, validate};

const LIMITS: Limits = Limits { depth: 4, values: 100 };

fn refused(bytes: &[u8]) -> String {
    validate(bytes, &LIMITS).unwrap_err().to_string()
}

#[test]
fn malformed_bytes_are_named_by_place_and_flaw() {
    assert_eq!(refused(&[]), "byte 0: the value is cut off");
    assert_eq!(refused(&[0xc1]), "byte 0: 0xc1 is no MessagePack");
    assert_eq!(refused(&[0x92, 1, 0xc1]), "byte 2: 0xc1 is no MessagePack");
    assert_eq!(refused(&[1, 2]), "byte 1: more bytes after the end of the value");
    assert_eq!(refused(&[0x92, 1]), "byte 0: the value is cut off");
    assert_eq!(refused(&[0x92, 0xa2, b'x']), "byte 1: the value is cut off");
    assert_eq!(refused(&[0xa2, 0xc3, 0x28]), "byte 0: a string is not UTF-8");
    assert_eq!(refused(&[0x81, 0x90, 1]), "byte 1: a list or map is used as a key");
    assert_eq!(refused(&[0x81, 0x80, 1]), "byte 1: a list or map is used as a key");
}

#[test]
fn every_head_can_be_cut_off() {
    for marker in 0xc4..=0xdf {
        for len in 0..if marker == 0xc4 || marker == 0xd9 { 1 } else { 2 } {
            let bytes = [vec![marker], vec![0; len]].concat();
            let checked = validate(&bytes, &LIMITS);
            let whole = matches!((marker, len), (0xcc | 0xd0, 1));
            assert_eq!(checked.is_ok(), whole, "{bytes:02x?}");
        }
    }
}

#[test]
fn an_announced_count_is_refused_before_it_is_walked() {
    let wide = Limits { depth: 4, values: u32::MAX };
    for bytes in
        [[0xdd, 255, 255, 255, 255], [0xdf, 255, 255, 255, 255], [0xdb, 255, 255, 255, 255]]
    {
        assert!(validate(&bytes, &wide).is_err());
    }
    let nested = [0xdd, 0, 15, 255, 255].repeat(250);
    assert!(validate(&nested, &Limits { depth: 256, values: u32::MAX }).is_err());
}

#[test]
fn a_list_of_a_million_small_items_is_refused_by_name() {
    let bytes = [vec![0xdd, 0, 0x0f, 0x42, 0x40], vec![1; 1_000_000]].concat();
    let limits = Limits { depth: 64, values: 65_536 };
    let invalid = validate(&bytes, &limits).unwrap_err();
    assert_eq!(invalid, Invalid { at: 0, what: Flaw::TooManyValues { limit: 65_536 } });
    assert_eq!(invalid.to_string(), "byte 0: more than 65536 values");
    let enough = Limits { depth: 1, values: 1_000_001 };
    assert_eq!(
        validate(&bytes, &enough),
        Ok(Tally { depth: 1, values: 1_000_001, tuple_keys: false })
    );
}

#[test]
fn depth_counts_containers_around_the_deepest_value() {
    assert_eq!(validate(&[1], &LIMITS).unwrap().depth, 0);
    assert_eq!(validate(&[0x90], &LIMITS).unwrap().depth, 1);
    assert_eq!(validate(&[0x91, 0x91, 0x91, 0x91, 1], &LIMITS).unwrap().depth, 4);
    assert_eq!(refused(&[0x91, 0x91, 0x91, 0x91, 0x90]), "byte 4: nested deeper than 4 levels");
    assert!(validate(&[1], &Limits { depth: 0, values: 1 }).is_ok());
    assert!(validate(&[0x90], &Limits { depth: 0, values: 1 }).is_err());
    assert!(validate(&[1], &Limits { depth: 0, values: 0 }).is_err());
}

#[test]
fn no_limit_makes_nesting_deeper_than_256_acceptable() {
    let bytes = [vec![0x91; 100_000], vec![1]].concat();
    let limits = Limits { depth: u32::MAX, values: u32::MAX };
    let invalid = validate(&bytes, &limits).unwrap_err();
    assert_eq!(invalid, Invalid { at: 256, what: Flaw::TooDeep { limit: 256 } });
    let tuples = [0xc7, 255, 2, 0x91].repeat(100_000);
    assert!(validate(&tuples, &limits).is_err());
}

#[test]
fn a_tuple_counts_as_its_list() {
    let tally = Tally { depth: 1, values: 2, tuple_keys: false };
    assert_eq!(validate(&[0xd5, 2, 0x91, 1], &LIMITS), Ok(tally));
}

/// Each tuple here is a key whose value is 1.
#[test]
fn a_tuple_is_a_key_if_its_items_could_be() {
    let key = |tuple: &[u8]| [&[0x81], tuple, &[1]].concat();
    let tally = |depth, values| Ok(Tally { depth, values, tuple_keys: true });
    assert_eq!(validate(&key(&[0xd4, 2, 0x90]), &LIMITS), tally(2, 3));
    assert_eq!(validate(&key(&[0xc7, 3, 2, 0x92, 1, 0xc0]), &LIMITS), tally(2, 5));
    let nested = [0xc7, 6, 2, 0x92, 0xd5, 2, 0x91, 1, 0xc3];
    assert_eq!(validate(&key(&nested), &LIMITS), tally(3, 6));
    let around = |inner: Vec<u8>| [&[0xc7, inner.len() as u8 + 1, 2, 0x91], &inner[..]].concat();
    let deep = around(around(around(vec![0xd4, 2, 0x90])));
    assert_eq!(refused(&key(&deep)), "byte 15: nested deeper than 4 levels");

    // Only where it is a key must it be one.
    let list_in_tuple = [0xd5, 2, 0x91, 0x90];
    assert_eq!(refused(&key(&list_in_tuple)), "byte 4: a list or map is used as a key");
    assert!(validate(&[&[0x81, 1][..], &list_in_tuple].concat(), &LIMITS).is_ok());
    let map_below = [0xc7, 5, 2, 0x91, 0xd5, 2, 0x91, 0x80];
    assert_eq!(refused(&key(&map_below)), "byte 8: a list or map is used as a key");
    // The map that is the value of a key has keys and values again.
    let value = [0x81, 0xd4, 2, 0x90, 0x81, 1, 0x90];
    assert_eq!(validate(&value, &LIMITS), tally(3, 5));
    assert_eq!(refused(&key(&[0xd4, 2, 1])), TUPLE_FLAW.replace("byte 0", "byte 1"));
    let many = [&[0xc7, 103, 2, 0xdc, 0, 100][..], &[1; 100]].concat();
    assert_eq!(refused(&key(&many)), "byte 4: more than 100 values");
}

const TUPLE_FLAW: &str = "byte 0: extension 2 (a tuple) does not hold exactly one list";

#[test]
fn a_tuple_holds_exactly_one_list() {
    let flawed: [&[u8]; 6] = [
        &[0xc7, 0, 2],
        &[0xd4, 2, 1],
        &[0xd4, 2, 0x80],
        &[0xd5, 2, 0x90, 1],
        &[0xd5, 2, 0xd4, 2],
        &[0xd4, 2, 0xdc],
    ];
    for bytes in flawed {
        assert_eq!(refused(bytes), TUPLE_FLAW, "{bytes:02x?}");
    }
    // Its items must end with it, even if there are bytes behind it.
    assert_eq!(refused(&[0x92, 0xd4, 2, 0x91, 1]), "byte 3: the value is cut off");
    let beyond = validate(&[0x91, 0xd5, 2, 0x91, 0xa1, b'x'], &LIMITS);
    assert_eq!(beyond, Err(Invalid { at: 4, what: Flaw::CutOff }));
}

#[test]
fn big_integers_have_one_form_and_are_big() {
    let check = |digits: &[u8]| {
        let bytes = [&[0xc8, (digits.len() >> 8) as u8, digits.len() as u8, 1], digits].concat();
        validate(&bytes, &LIMITS)
    };
    for digits in ["18446744073709551616", "-9223372036854775809", "99999999999999999999999"] {
        let tally = Tally { depth: 0, values: 1, tuple_keys: false };
        assert_eq!(check(digits.as_bytes()), Ok(tally), "{digits}");
    }
    assert!(check(&[b'9'; 1024]).is_ok());
    for digits in [
        &b""[..],
        b"-",
        b"0",
        b"7",
        b"18446744073709551615",
        b"-9223372036854775808",
        b"+18446744073709551616",
        b"018446744073709551616",
        b"-0",
        b"1844674407370955161x",
        b"99999999999999999999.5",
        b"--99999999999999999999",
        b"\xff99999999999999999999",
        &[b'9'; 1025],
    ] {
        assert_eq!(check(digits).unwrap_err().what, Flaw::BadBigInteger, "{digits:?}");
    }
    let key = [&[0x81, 0xc7, 20, 1], &b"18446744073709551616"[..], &[1]].concat();
    assert!(validate(&key, &LIMITS).is_ok());
}

#[test]
fn utf8_is_checked_in_strings_of_any_length() {
    for len in 0..70 {
        let mut bytes = vec![0xd9, len];
        bytes.resize(2 + len as usize, b'a');
        assert!(validate(&bytes, &LIMITS).is_ok());
        for at in 2..bytes.len() {
            bytes[at] = 0xff;
            assert_eq!(validate(&bytes, &LIMITS).unwrap_err().what, Flaw::NotUtf8, "{at} of {len}");
            bytes[at] = b'a';
        }
    }
    assert!(validate("\u{a4}é".as_bytes(), &LIMITS).is_err());
    assert!(validate(&[&[0xa4], "é€".as_bytes()].concat(), &LIMITS).is_err());
    assert!(validate(&[&[0xa5], "é€".as_bytes()].concat(), &LIMITS).is_ok());
    let surrogate = [0xa3, 0xed, 0xa0, 0x80];
    assert_eq!(validate(&surrogate, &LIMITS).unwrap_err().what, Flaw::NotUtf8);
}
