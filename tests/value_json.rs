//! JSON in and out, with serde_json as the oracle.

use podsix::value::Message;
use proptest::prelude::*;
use serde_json::Value as Json;

fn through(text: &str) -> String {
    Message::from_json(text).unwrap().value().unwrap().to_json()
}

fn refused(text: &str) -> String {
    let error = Message::from_json(text).unwrap_err().to_string();
    error.strip_prefix("malformed JSON: ").unwrap().to_owned()
}

#[test]
fn json_comes_back_as_it_was() {
    for text in [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "9223372036854775807",
        "18446744073709551615",
        "-9223372036854775808",
        "18446744073709551616",
        "-170141183460469231731687303715884105729",
        "0.1",
        "-0.0",
        "1e300",
        "5e-324",
        "3.0",
        r#""""#,
        r#""plain""#,
        r#""é€😀""#,
        r#""\"\\\n\r\t\u0000\u001f""#,
        "[]",
        "{}",
        r#"[1,[2,[3]],{"a":{"b":[]}}]"#,
        r#"{"a":1,"a":2}"#,
    ] {
        assert_eq!(through(text), text);
    }
}

#[test]
fn white_space_and_other_forms_are_read() {
    assert_eq!(through(" \n\t\r[ 1 , { \"a\" : 2 } ] "), r#"[1,{"a":2}]"#);
    assert_eq!(through("-0"), "0");
    assert_eq!(through("1E2"), "100.0");
    assert_eq!(through("1.5e+3"), "1500.0");
    assert_eq!(through(r#""\u00e9\ud83d\ude00\/\b\f""#), r#""é😀/\u0008\u000c""#);
}

#[test]
fn what_json_lacks_is_written_readably() {
    let mut message = Message::new();
    message.open_list().add_bytes(&[0, 255]).add_ext(5, &[1]).open_tuple().push(1).close();
    message.push(f64::NAN).push(f64::INFINITY).push(f64::NEG_INFINITY);
    message.open_map().key_int(-3).push(1);
    for key in ["null", "true", "1.5", "18446744073709551616"] {
        message.key_value(Message::from_json(key).unwrap().value().unwrap()).push(2);
    }
    let mut key = Message::new();
    message.key_value(key.clear().add_bytes(&[0xab]).value().unwrap()).push(3);
    message.key_value(key.clear().add_ext(9, &[0xcd]).value().unwrap()).push(4);
    message.close().close();
    let wanted = r#"[{"$bytes":"00ff"},{"$ext":[5,"01"]},[1],null,null,null,"#.to_owned()
        + r#"{"-3":1,"null":2,"true":2,"1.5":2,"18446744073709551616":2,"ab":3,"cd":4}]"#;
    assert_eq!(message.value().unwrap().to_json(), wanted);
}

#[test]
fn what_a_terminal_obeys_is_escaped() {
    let hostile = "\u{7f}\u{9b}é\u{2028}\u{202e}\u{2069}✗";
    let mut message = podsix::Message::new();
    message.open_map().key(hostile).push(hostile).close();
    let text = r#""\u007f\u009bé\u2028\u202e\u2069✗""#;
    assert_eq!(message.value().unwrap().to_json(), format!("{{{text}:{text}}}"));
}

#[test]
fn python_s_non_numbers_are_read() {
    let message = Message::from_json("[NaN, Infinity, -Infinity]").unwrap();
    let list = message.value().unwrap();
    assert!(list.at(0).as_double(0.0).is_nan());
    assert_eq!(list.at(1).as_double(0.0), f64::INFINITY);
    assert_eq!(list.at(2).as_double(0.0), f64::NEG_INFINITY);
}

#[test]
fn errors_name_line_column_and_cause() {
    for (text, error) in [
        ("", "line 1, column 1: expected a value"),
        ("  ", "line 1, column 3: expected a value"),
        ("{\"key\" 1}", "line 1, column 8: expected ':'"),
        ("{\n  \"é\" 1}", "line 2, column 7: expected ':'"),
        ("[1 2]", "line 1, column 4: expected ',' or ']'"),
        ("[1,]", "line 1, column 4: expected a value"),
        ("[", "line 1, column 2: expected a value"),
        ("[1", "line 1, column 3: expected ',' or ']'"),
        ("{\"a\":1 \"b\"}", "line 1, column 8: expected ',' or '}'"),
        ("{\"a\":1,}", "line 1, column 8: expected a key in double quotes"),
        ("{a:1}", "line 1, column 2: expected a key in double quotes"),
        ("{", "line 1, column 2: expected a key in double quotes"),
        ("1 2", "line 1, column 3: nothing may follow the value"),
        ("nul", "line 1, column 1: expected a value"),
        ("nullx", "line 1, column 1: expected a value"),
        ("True", "line 1, column 1: expected a value"),
        ("'a'", "line 1, column 1: expected a value"),
        ("\u{feff}1", "line 1, column 1: expected a value"),
        ("01", "line 1, column 1: a number must not begin with 0"),
        ("-01", "line 1, column 2: a number must not begin with 0"),
        ("-", "line 1, column 2: expected a digit"),
        ("1.", "line 1, column 3: expected a digit"),
        (".5", "line 1, column 1: expected a value"),
        ("1e", "line 1, column 3: expected a digit"),
        ("+1", "line 1, column 1: expected a value"),
        ("1e400", "line 1, column 1: number too large"),
        ("[-1e999]", "line 1, column 2: number too large"),
        ("[-Infinite]", "line 1, column 3: expected a digit"),
        ("\"a", "line 1, column 3: the string has no end"),
        ("\"a\nb\"", "line 1, column 3: a control character in a string must be escaped"),
        ("\"\\x\"", "line 1, column 2: unknown escape"),
        ("\"\\", "line 1, column 2: unknown escape"),
        ("\"\\é\"", "line 1, column 2: unknown escape"),
        ("\"\\u12\"", "line 1, column 4: expected four hexadecimal digits"),
        ("\"\\u+123\"", "line 1, column 4: expected four hexadecimal digits"),
        ("\"\\u12é\"", "line 1, column 4: expected four hexadecimal digits"),
        ("\"\\ud800\"", "line 1, column 2: half of a surrogate pair"),
        ("\"\\ud800x\"", "line 1, column 2: half of a surrogate pair"),
        ("\"\\udc00\"", "line 1, column 2: half of a surrogate pair"),
        ("\"\\ud800\\u0041\"", "line 1, column 2: half of a surrogate pair"),
        ("\"\\ud800\\ud800\"", "line 1, column 2: half of a surrogate pair"),
        ("\"\\ud800\\udc0\"", "line 1, column 2: half of a surrogate pair"),
    ] {
        assert_eq!(refused(text), error, "{text}");
    }
    assert_eq!(refused(&"9".repeat(1025)), "line 1, column 1: an integer has at most 1024 digits");
}

#[test]
fn nesting_ends_at_256() {
    let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
    assert_eq!(through(&nested(256)), nested(256));
    assert_eq!(refused(&nested(257)), "line 1, column 257: nested deeper than 256 levels");
    assert_eq!(
        refused(&"{\"a\":".repeat(100_000)),
        "line 1, column 1281: nested deeper than 256 levels"
    );
    let mut message = Message::new();
    message.open_list().add_json(&nested(256)).close();
    let text = "the message is nested deeper than 256 levels";
    assert_eq!(message.bytes().unwrap_err().to_string(), text);
}

#[test]
fn json_goes_where_the_message_stands() {
    let mut message = Message::new();
    message.begin("save").key("data").add_json(r#"{"level":[1,2]}"#).set("after", true);
    let wanted = r#"{"action":"save","data":{"level":[1,2]},"after":true}"#;
    assert_eq!(message.value().unwrap().to_json(), wanted);
}

fn json() -> impl Strategy<Value = Json> {
    let scalars = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_filter("no JSON", |double| double.is_finite()).prop_map(Json::from),
        "\\PC{0,20}".prop_map(Json::from),
        proptest::collection::vec(any::<char>(), 0..10)
            .prop_map(|chars| Json::from(String::from_iter(chars))),
    ];
    scalars.prop_recursive(5, 60, 10, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..20).prop_map(Json::from),
            proptest::collection::btree_map("\\PC{0,8}", inner, 0..20)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_comes_through_equal(json in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) };
        let message = Message::from_json(&text.unwrap()).unwrap();
        let written = message.value().unwrap().to_json();
        prop_assert!(serde_json::from_str::<Json>(&written).is_ok());
        prop_assert_eq!(podsix::printable(&written, usize::MAX).to_string(), written.as_str());
        prop_assert_eq!(&message.value().unwrap().deserialize::<Json>().unwrap(), &json);
        let again = Message::from_json(&written).unwrap();
        prop_assert_eq!(again.bytes().unwrap(), message.bytes().unwrap());
    }

    #[test]
    fn any_text_is_judged_as_serde_json_judges_it(text in "[\\[\\]{},:\"0-9a-fntrue.eE+\\-\\\\ \\n]{0,12}") {
        let ours = Message::from_json(&text);
        prop_assert_eq!(ours.is_ok(), serde_json::from_str::<Json>(&text).is_ok(), "{:?}", ours);
    }

    #[test]
    fn every_float_is_read_to_the_nearest_double(text in "-?[0-9]{1,25}\\.[0-9]{1,25}(e-?[0-9]{1,2})?") {
        let text = match text.trim_start_matches(['-', '0']) {
            "" => return Ok(()),
            rest if rest.starts_with('.') => format!("0{rest}"),
            rest => rest.to_owned(),
        };
        let message = Message::from_json(&text).unwrap();
        prop_assert_eq!(message.value().unwrap().read_double().ok(), text.parse().ok());
    }
}
