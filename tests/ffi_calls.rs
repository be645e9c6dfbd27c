//! The C functions, called as C programs do: what they promise beyond the Rust API behind them.

use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};

use podsix::ffi::codes::*;
use podsix::ffi::config::*;
use podsix::ffi::event::*;
use podsix::ffi::frame_loop::*;
use podsix::ffi::host::*;
use podsix::ffi::listener::*;
use podsix::ffi::log::*;
use podsix::ffi::message::*;
use podsix::ffi::message_add::*;
use podsix::ffi::peer::*;
use podsix::ffi::stats::*;
use podsix::ffi::value::*;

const NUL: usize = usize::MAX;

/// What a copy function copies.
fn copied(copy: impl Fn(*mut c_char, usize) -> i32) -> String {
    let mut buf = [0; 512];
    let len = copy(buf.as_mut_ptr(), buf.len());
    assert!(len >= 0, "{len}");
    // SAFETY: the copy functions end with a NUL.
    let text = unsafe { CStr::from_ptr(buf.as_ptr()) }.to_str().unwrap().to_owned();
    assert_eq!(text.len(), len as usize);
    text
}

struct Message(*mut podsix_message);

impl Message {
    fn new(json: &str) -> Message {
        let message = Message(podsix_message_new());
        // SAFETY: a message of its own, and text with its length.
        let code = unsafe { podsix_message_from_json(message.0, json.as_ptr().cast(), json.len()) };
        assert_eq!(code, 0, "{}", message.error());
        message
    }

    fn error(&self) -> String {
        // SAFETY: the buffer is as large as said.
        copied(|buf, cap| unsafe { podsix_message_copy_error(self.0, buf, cap) })
    }

    /// The message as a value, which lives until the message is changed.
    fn value(&self) -> *const podsix_value {
        let (mut data, mut len) = (null(), 0);
        // SAFETY: both may be written to.
        assert_eq!(unsafe { podsix_message_get_span(self.0, &mut data, &mut len) }, 0);
        assert!(len > 0);
        data.cast()
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        // SAFETY: nobody uses it any more.
        unsafe { podsix_message_free(self.0) };
    }
}

struct Host(*mut podsix_host);

impl Host {
    fn new() -> Host {
        let mut config = std::mem::MaybeUninit::uninit();
        let mut host = null_mut();
        // SAFETY: there is room for all of it.
        unsafe {
            podsix_config_init(config.as_mut_ptr(), size_of::<podsix_config>());
            (*config.as_mut_ptr()).mode = PODSIX_MODE_INLINE;
            assert_eq!(podsix_host_new(config.as_ptr(), &mut host, null_mut(), 0), 0);
        }
        Host(host)
    }

    fn error(&self) -> String {
        // SAFETY: the buffer is as large as said.
        copied(|buf, cap| unsafe { podsix_host_copy_error(self.0, buf, cap) })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // SAFETY: nobody uses it any more.
        unsafe { podsix_host_free(self.0) };
    }
}

fn event(kind: i32, action: &CStr) -> podsix_event {
    // SAFETY: zeros are an event.
    let event: podsix_event = unsafe { std::mem::zeroed() };
    podsix_event { kind, action: action.as_ptr(), action_len: action.count_bytes(), ..event }
}

/// A handler that adds its letter to the string that is the context.
unsafe extern "C-unwind" fn letter<const LETTER: char>(to: *mut c_void, _: *const podsix_event) {
    // SAFETY: these tests pass a String.
    unsafe { &mut *to.cast::<String>() }.push(LETTER);
}

fn dispatched(event: &podsix_event) -> String {
    let on = |action: Option<&'static CStr>, call| podsix_handler {
        action: action.map_or(null(), CStr::as_ptr),
        call: Some(call),
    };
    let handlers = [
        on(None, letter::<'*'>),
        on(Some(c"move"), letter::<'m'>),
        on(Some(c"connected"), letter::<'c'>),
        on(Some(c"mov"), letter::<'x'>),
        on(Some(c""), letter::<'e'>),
        on(Some(c"move"), letter::<'M'>),
        on(None, letter::<'+'>),
    ];
    let mut letters = String::new();
    let context = (&raw mut letters).cast();
    // SAFETY: the table is as long as said.
    let calls = unsafe { podsix_dispatch(event, handlers.as_ptr(), handlers.len(), context) };
    assert_eq!(calls as usize, letters.len());
    letters
}

#[test]
fn dispatch_calls_by_name_and_then_the_catch_alls() {
    assert_eq!(dispatched(&event(PODSIX_EVENT_MESSAGE, c"move")), "mM*+");
    assert_eq!(dispatched(&event(PODSIX_EVENT_MESSAGE, c"")), "e*+");
    assert_eq!(dispatched(&event(PODSIX_EVENT_MESSAGE, c"other")), "*+");
    assert_eq!(dispatched(&event(PODSIX_EVENT_CONNECTED, c"connected")), "c*+");
}

#[test]
fn a_message_cannot_pass_for_a_lifecycle_event() {
    assert_eq!(dispatched(&event(PODSIX_EVENT_MESSAGE, c"connected")), "*+");
    assert_eq!(dispatched(&event(PODSIX_EVENT_MESSAGE, c"disconnected")), "*+");
}

#[test]
fn dispatch_checks_its_arguments_before_it_calls_anybody() {
    let event = event(PODSIX_EVENT_MESSAGE, c"move");
    let mut letters = String::new();
    let context = (&raw mut letters).cast();
    let catch_all = podsix_handler { action: null(), call: Some(letter::<'*'>) };
    let nothing = podsix_handler { action: null(), call: None };
    // SAFETY: the tables are as long as said.
    unsafe {
        assert_eq!(podsix_dispatch(null(), &catch_all, 1, context), PODSIX_ERR_BAD_ARGUMENT);
        assert_eq!(podsix_dispatch(&event, null(), 1, context), PODSIX_ERR_BAD_ARGUMENT);
        let table = [catch_all, nothing];
        assert_eq!(podsix_dispatch(&event, table.as_ptr(), 2, context), PODSIX_ERR_BAD_ARGUMENT);
        assert_eq!(podsix_dispatch(&event, null(), 0, context), 0);
    }
    assert_eq!(letters, "");
}

#[test]
fn values_are_total_and_null_is_none() {
    let message = Message::new(r#"{"a":{"b":[1,2.5,"x",null,true]},"n":18446744073709551615}"#);
    let root = message.value();
    // SAFETY: the message lives on unchanged.
    unsafe {
        let list = podsix_value_get(podsix_value_get(root, c"a".as_ptr()), c"b".as_ptr());
        assert_eq!(podsix_value_count(list), 5);
        assert_eq!(podsix_value_as_int(podsix_value_at(list, 0), 9), 1);
        assert_eq!(podsix_value_as_double(podsix_value_at(list, 1), 9.0), 2.5);
        assert_eq!(podsix_value_type(podsix_value_at(list, 3)), PODSIX_TYPE_NIL);
        assert_eq!(podsix_value_as_bool(podsix_value_at(list, 4), 0), 1);
        assert_eq!(podsix_value_type(podsix_value_at(list, 5)), PODSIX_TYPE_NONE);
        assert_eq!(
            copied(|buf, cap| podsix_value_copy_json(list, buf, cap)),
            r#"[1,2.5,"x",null,true]"#
        );

        let big = podsix_value_get(root, c"n".as_ptr());
        let mut int = 7;
        assert_eq!(podsix_value_read_int(big, &mut int), PODSIX_ERR_OUT_OF_RANGE);
        assert_eq!(podsix_value_read_int(list, &mut int), PODSIX_ERR_WRONG_TYPE);
        assert_eq!(podsix_value_read_int(big, null_mut()), PODSIX_ERR_BAD_ARGUMENT);
        assert_eq!(int, 7, "outputs are written only on success");
        assert_eq!(podsix_value_as_uint(big, 0), u64::MAX);

        let missing = podsix_value_get(podsix_value_get(root, c"z".as_ptr()), c"y".as_ptr());
        for none in
            [missing, null(), podsix_value_get(root, null()), podsix_value_find_int(root, 3)]
        {
            assert_eq!(podsix_value_type(none), PODSIX_TYPE_NONE);
            assert_eq!(podsix_value_count(none), 0);
            assert_eq!(podsix_value_as_int(none, 5), 5);
            assert_eq!(podsix_value_is_tuple(none), 0);
            assert_eq!(podsix_value_equals(none, null()), 1);
            assert_eq!(podsix_value_equals(none, root), 0);
            let (mut data, mut len) = (null(), 0);
            assert_eq!(podsix_value_get_bytes(none, &mut data, &mut len), PODSIX_ERR_WRONG_TYPE);
            assert_eq!(podsix_value_get_span(none, &mut data, &mut len), PODSIX_ERR_WRONG_TYPE);
            let (mut iter, mut item) =
                (podsix_iter { index: 0, position: null(), reserved: [0; 2] }, null());
            assert_eq!(podsix_value_next(none, &mut iter, null_mut(), &mut item), 0);
        }
    }
}

#[test]
fn iterating_meets_every_element_once() {
    let message = Message::new(r#"{"a":1,"b":[10,20],"c":{"d":3}}"#);
    let root = message.value();
    let (mut key, mut value) = (null(), null());
    let mut seen = Vec::new();
    let mut iter = podsix_iter { index: 0, position: null(), reserved: [0; 2] };
    // SAFETY: the message lives on unchanged.
    unsafe {
        while podsix_value_next(root, &mut iter, &mut key, &mut value) > 0 {
            let json = |value| copied(|buf, cap| podsix_value_copy_json(value, buf, cap));
            seen.push((json(key), json(value)));
        }
        let list = podsix_value_get(root, c"b".as_ptr());
        let mut iter = podsix_iter { index: 0, position: null(), reserved: [0; 2] };
        assert_eq!(podsix_value_next(list, &mut iter, &mut key, &mut value), 1);
        assert_eq!((podsix_value_type(key), podsix_value_as_int(value, 0)), (PODSIX_TYPE_NONE, 10));
        assert_eq!(podsix_value_next(list, &mut iter, null_mut(), null_mut()), 1);
        assert_eq!(podsix_value_next(list, &mut iter, null_mut(), &mut value), 0);
        assert_eq!(podsix_value_as_int(value, 0), 10, "outputs are written only on success");
    }
    let seen: Vec<_> = seen.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(seen, [("\"a\"", "1"), ("\"b\"", "[10,20]"), ("\"c\"", "{\"d\":3}")]);
}

#[test]
fn fields_find_what_get_finds_however_many_there_are() {
    let names: Vec<String> = (0..150).map(|n| format!("field{n}")).collect();
    let json: Vec<String> = names.iter().skip(1).step_by(2).map(|n| format!("\"{n}\":1")).collect();
    let message = Message::new(&format!("{{{}}}", json.join(",")));
    let root = message.value();
    let keys: Vec<_> = names
        .iter()
        .map(|name| podsix_key { name: name.as_ptr().cast(), len: name.len() })
        .collect();
    for count in [0, 1, 7, 8, 9, 64, 65, 150] {
        let mut values = vec![null(); count];
        // SAFETY: there are as many keys and values.
        unsafe {
            let found = podsix_value_fields(root, keys.as_ptr(), count, values.as_mut_ptr());
            assert_eq!(found as usize, count / 2);
            for (key, value) in keys.iter().zip(values) {
                assert_eq!(value, podsix_value_find(root, key.name, key.len));
            }
        }
    }
    let nameless = podsix_key { name: null(), len: NUL };
    let mut value = null();
    // SAFETY: one key, one value.
    unsafe {
        let code = podsix_value_fields(root, &nameless, 1, &mut value);
        assert_eq!(code, PODSIX_ERR_BAD_ARGUMENT);
        assert_eq!(
            podsix_value_fields(root, keys.as_ptr(), 1, null_mut()),
            PODSIX_ERR_BAD_ARGUMENT
        );
        assert_eq!(podsix_value_fields(null(), keys.as_ptr(), 1, &mut value), 0);
        assert_eq!(podsix_value_type(value), PODSIX_TYPE_NONE);
    }
    assert!(!value.is_null());
}

#[test]
fn a_messages_first_mistake_sticks_until_it_begins_anew() {
    let message = Message(podsix_message_new());
    let m = message.0;
    // SAFETY: literals, and a message of its own.
    unsafe {
        podsix_message_begin(m, c"move".as_ptr());
        assert_eq!(podsix_message_add_string(m, c"s".as_ptr(), null(), 1), PODSIX_ERR_BAD_ARGUMENT);
        assert_eq!(message.error(), "text is NULL");
        assert_eq!(
            podsix_message_add_int(m, null(), 1),
            PODSIX_ERR_BAD_ARGUMENT,
            "no key, too late"
        );
        assert_eq!(message.error(), "text is NULL");

        assert_eq!(podsix_message_begin(m, c"move".as_ptr()), 0);
        assert_eq!(message.error(), "");
        assert_eq!(podsix_message_add_int(m, null(), 1), PODSIX_ERR_BAD_MESSAGE);
        assert_eq!(podsix_message_set_key(m, c"\xff".as_ptr(), NUL), PODSIX_ERR_BAD_MESSAGE);
        let (mut data, mut len) = (null(), 0);
        assert_eq!(podsix_message_get_span(m, &mut data, &mut len), PODSIX_ERR_BAD_MESSAGE);

        assert_eq!(podsix_message_clear(m), 0);
        assert_eq!(podsix_message_set_key(m, c"\xff".as_ptr(), NUL), PODSIX_ERR_BAD_UTF8);
        assert_eq!(message.error(), "key is not UTF-8 from byte 0 on");

        podsix_message_clear(m);
        assert_eq!(podsix_message_add_ext(m, null(), 128, null(), 0), PODSIX_ERR_BAD_ARGUMENT);
        assert_eq!(message.error(), "ext_type is 128, it must be from -128 to 127");
        assert_eq!(podsix_message_from_json(m, c"[1,".as_ptr(), NUL), PODSIX_ERR_BAD_JSON);
        assert_eq!(podsix_message_from_json(m, c"[1]".as_ptr(), NUL), 0);
        assert_eq!(podsix_message_begin(null_mut(), c"x".as_ptr()), PODSIX_ERR_BAD_ARGUMENT);
    }
}

#[test]
fn keys_are_inline_or_set_before() {
    let message = Message(podsix_message_new());
    let m = message.0;
    // SAFETY: literals, and a message of its own.
    unsafe {
        podsix_message_clear(m);
        podsix_message_open_map(m, null());
        podsix_message_add_bool(m, c"b".as_ptr(), 2);
        podsix_message_set_key(m, c"string!".as_ptr(), 6);
        podsix_message_add_string(m, null(), c"text".as_ptr(), NUL);
        podsix_message_set_key_int(m, -3);
        podsix_message_open_tuple(m, null());
        podsix_message_add_uint(m, null(), u64::MAX);
        podsix_message_add_big_int(m, null(), c"-100000000000000000000".as_ptr(), NUL);
        podsix_message_close(m);
        let other = Message::new("[7]");
        podsix_message_set_key_value(m, podsix_value_at(other.value(), 0));
        podsix_message_add_value(m, null(), other.value());
        podsix_message_add_bytes(m, c"y".as_ptr(), null(), 0);
        assert_eq!(podsix_message_close(m), 0, "{}", message.error());

        let root = message.value();
        let json = copied(|buf, cap| podsix_value_copy_json(root, buf, cap));
        assert_eq!(
            json,
            r#"{"b":true,"string":"text","-3":[18446744073709551615,-100000000000000000000],"7":[7],"y":{"$bytes":""}}"#
        );
        let tuple = podsix_value_find_int(root, -3);
        assert_eq!(podsix_value_is_tuple(tuple), 1);
        let mut ext_type = 0;
        assert_eq!(podsix_value_get_ext_type(podsix_value_at(tuple, 1), &mut ext_type), 0);
        assert_eq!(ext_type, 1);
        let (mut text, mut len) = (null(), 0);
        let bytes = podsix_value_get(root, c"y".as_ptr());
        assert_eq!(podsix_value_get_string(bytes, &mut text, &mut len), PODSIX_ERR_WRONG_TYPE);
        let string = podsix_value_find(root, c"string".as_ptr(), 6);
        assert_eq!(podsix_value_get_string(string, &mut text, &mut len), 0);
        assert_eq!(std::slice::from_raw_parts(text.cast::<u8>(), len), b"text");
    }
}

#[test]
fn a_host_that_cannot_be_made_says_why() {
    let mut host = null_mut();
    // SAFETY: zeros are settings, and the buffers are as large as said.
    unsafe {
        let mut config: podsix_config = std::mem::zeroed();
        podsix_config_init(&mut config, size_of::<podsix_config>());
        config.max_depth = 300;
        let words = copied(|buf, cap| {
            assert_eq!(podsix_host_new(&config, &mut { host }, buf, cap), PODSIX_ERR_BAD_CONFIG);
            CStr::from_ptr(buf).count_bytes() as i32
        });
        assert_eq!(words, "max_depth is 300, it must be from 1 to 256");
        let mut short = [1; 10];
        podsix_host_new(&config, &mut host, short.as_mut_ptr(), short.len());
        assert_eq!(CStr::from_ptr(short.as_ptr()), c"max_depth");
        assert_eq!(podsix_host_new(&config, &mut host, null_mut(), 0), PODSIX_ERR_BAD_CONFIG);
        assert_eq!(podsix_host_new(null(), null_mut(), null_mut(), 0), PODSIX_ERR_BAD_ARGUMENT);
    }
    assert!(host.is_null(), "outputs are written only on success");
}

#[test]
fn a_host_remembers_the_words_of_its_last_error() {
    let host = Host::new();
    let mut event = event(7, c"untouched");
    // SAFETY: a host of its own, and all lengths are true.
    unsafe {
        assert_eq!(host.error(), "");
        assert_eq!(podsix_poll(host.0, null_mut()), PODSIX_ERR_BAD_ARGUMENT);
        assert_eq!(host.error(), "event is NULL");
        assert_eq!(podsix_poll(host.0, &mut event), 0);
        assert_eq!(podsix_wait(host.0, 0, &mut event), 0);
        assert_eq!(event.kind, 7, "outputs are written only on success");
        assert_eq!(host.error(), "event is NULL", "a success leaves the words");

        let message = Message::new("[1]");
        assert_eq!(podsix_send(host.0, 5, message.0, 0), PODSIX_ERR_UNKNOWN_PEER);
        assert_eq!(host.error(), "there is no peer 5 here: it is gone, or was another's");
        assert_eq!(podsix_send(host.0, 0, message.0, 0), PODSIX_ERR_UNKNOWN_PEER);
        let words = "there is no peer 0 here: a connect or an event gives a peer its number";
        assert_eq!(host.error(), words);
        assert_eq!(podsix_send(host.0, 5, message.0, 4), PODSIX_ERR_BAD_ARGUMENT);
        assert_eq!(host.error(), "flags is 0x4, known is 0x0");
        assert_eq!(podsix_broadcast(host.0, null(), 0, 0), PODSIX_ERR_BAD_ARGUMENT);
        assert_eq!(host.error(), "message is NULL");
        podsix_message_begin(message.0, null());
        assert_eq!(podsix_broadcast(host.0, message.0, 0, 0), PODSIX_ERR_BAD_ARGUMENT);
        assert_eq!(host.error(), "action is NULL", "the message's first mistake");
        assert_eq!(podsix_listener_stop(host.0, 0), PODSIX_ERR_UNKNOWN_LISTENER);
        assert_eq!(podsix_listen(host.0, null(), 9, 0, null_mut()), PODSIX_ERR_BAD_ARGUMENT);
        assert_eq!(host.error(), "address is NULL");
        let name = c"tcp://example.org:1";
        assert_eq!(
            podsix_listen(host.0, name.as_ptr(), NUL, 0, null_mut()),
            PODSIX_ERR_BAD_ADDRESS
        );
        assert!(host.error().contains("'example.org' is a name"));
        assert_eq!(podsix_host_copy_error(null(), null_mut(), 0), PODSIX_ERR_BAD_ARGUMENT);
    }
}

#[test]
fn send_many_has_a_result_for_each_peer() {
    let host = Host::new();
    let message = Message::new("[1]");
    let mut results = [1; 3];
    // SAFETY: two peers, and room for more results.
    unsafe {
        let peers = [3, 0];
        let taken = podsix_send_many(host.0, peers.as_ptr(), 2, message.0, 0, results.as_mut_ptr());
        assert_eq!((taken, results), (0, [PODSIX_ERR_UNKNOWN_PEER, PODSIX_ERR_UNKNOWN_PEER, 1]));
        assert_eq!(podsix_send_many(host.0, peers.as_ptr(), 2, message.0, 0, null_mut()), 0);
        assert_eq!(podsix_send_many(host.0, null(), 0, message.0, 0, null_mut()), 0);
        let code = podsix_send_many(host.0, null(), 1, message.0, 0, null_mut());
        assert_eq!(code, PODSIX_ERR_BAD_ARGUMENT);
    }
}

#[test]
fn structs_are_copied_as_far_as_there_is_room() {
    let host = Host::new();
    // SAFETY: the sizes are true, and zeros are numbers.
    unsafe {
        let mut stats: podsix_host_stats = std::mem::zeroed();
        stats.log_dropped = 7;
        let whole = size_of::<podsix_host_stats>();
        assert_eq!(podsix_host_copy_stats(host.0, &mut stats, whole - 8), whole as i32);
        assert_eq!((stats.memory_budget, stats.log_dropped), (256 << 20, 7));
        assert_eq!(podsix_host_copy_stats(host.0, &mut stats, whole), whole as i32);
        assert_eq!(stats.log_dropped, 0);
        assert_eq!(podsix_host_copy_stats(host.0, null_mut(), 0), whole as i32);
        assert_eq!(podsix_host_copy_stats(host.0, null_mut(), 1), PODSIX_ERR_BAD_ARGUMENT);
        let mut stats: podsix_peer_stats = std::mem::zeroed();
        assert_eq!(podsix_peer_copy_stats(host.0, 9, &mut stats, 80), PODSIX_ERR_UNKNOWN_PEER);
        assert_eq!(podsix_host_copy_peers(host.0, 0, null_mut(), 0), 0);
        assert_eq!(podsix_host_copy_peers(host.0, 0, null_mut(), 1), PODSIX_ERR_BAD_ARGUMENT);
        let mut user_data = null_mut();
        assert_eq!(podsix_peer_get_user_data(host.0, 9, &mut user_data), PODSIX_ERR_UNKNOWN_PEER);
        let mut log: podsix_log_record = std::mem::zeroed();
        assert_eq!(podsix_host_log_next(host.0, &mut log), 0);
    }
}

#[test]
fn a_listener_tells_its_port_and_address() {
    let host = Host::new();
    let mut listener = 0;
    // SAFETY: literals, and room for the id.
    unsafe {
        let address = c"tcp://127.0.0.1:0";
        assert_eq!(podsix_listen(host.0, address.as_ptr(), NUL, 0, &mut listener), 0);
        let port = podsix_listener_get_port(host.0, listener);
        assert!((1..=65535).contains(&port), "{port}");
        let address = copied(|buf, cap| podsix_listener_copy_address(host.0, listener, buf, cap));
        assert_eq!(address, format!("127.0.0.1:{port}"));
        assert_eq!(podsix_listener_stop(host.0, listener), 0);
        assert_eq!(podsix_listener_get_port(host.0, listener), PODSIX_ERR_UNKNOWN_LISTENER);
    }
}

#[cfg(feature = "fault-injection")]
#[test]
fn after_a_panic_a_host_only_says_what_happened_and_is_freed() {
    let host = Host::new();
    let mut event = event(7, c"");
    // SAFETY: a host of its own.
    unsafe {
        assert_eq!(podsix::ffi::fault::podsix_fault_panic(host.0), PODSIX_ERR_PANIC);
        assert_eq!(podsix_poll(host.0, &mut event), PODSIX_ERR_PANIC);
        assert_eq!(podsix_host_copy_peers(host.0, 0, null_mut(), 0), PODSIX_ERR_PANIC);
    }
    let words = host.error();
    assert!(words.contains("this host can only be freed"), "{words}");
    assert!(words.contains("fault.rs") && words.contains("podsix_fault_panic"), "{words}");
    drop(host);
    // SAFETY: another host.
    assert_eq!(unsafe { podsix_poll(Host::new().0, &mut event) }, 0);
}
