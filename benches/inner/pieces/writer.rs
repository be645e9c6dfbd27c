//! Building the move: in Rust, through the C functions, and out of JSON.

use std::ffi::CStr;
use std::hint::black_box;
use std::ptr::null;

use podsix::Message;
use podsix::ffi::message::{podsix_message_begin, podsix_message_get_span, podsix_message_new};
use podsix::ffi::message_add::{podsix_message_add_double, podsix_message_add_int};

use super::move_message;

pub fn message() -> Box<dyn FnMut()> {
    let mut message = Message::new();
    Box::new(move || {
        move_message::write(&mut message, black_box(1));
        assert_eq!(message.bytes().map(<[u8]>::len), Ok(46));
    })
}

pub fn c() -> Box<dyn FnMut()> {
    let [action, id, x, y, t]: [&CStr; 5] = [c"move", c"id", c"x", c"y", c"t"];
    let message = podsix_message_new();
    Box::new(move || {
        let n = black_box(1);
        let (mut data, mut len) = (null(), 0);
        // SAFETY: the message is never freed, the texts end in NUL, and what is written to lives.
        let done = unsafe {
            podsix_message_begin(message, action.as_ptr());
            podsix_message_add_int(message, id.as_ptr(), n & 0x3f);
            podsix_message_add_double(message, x.as_ptr(), n as f64 * 0.5);
            podsix_message_add_double(message, y.as_ptr(), -n as f64);
            podsix_message_add_int(message, t.as_ptr(), 1_000_000 + n);
            podsix_message_get_span(message, &mut data, &mut len)
        };
        assert_eq!((done, len), (0, 46));
        black_box(data);
    })
}

pub fn json() -> Box<dyn FnMut()> {
    Box::new(|| {
        let text = r#"{"action":"move","id":1,"x":0.5,"y":-1.5,"t":1000001}"#;
        let message = Message::from_json(black_box(text));
        assert_eq!(message.as_ref().map(|message| message.bytes().map(<[u8]>::len)), Ok(Ok(46)));
    })
}
