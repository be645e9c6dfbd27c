//! Values as the words of session.txt, and back.

use std::fmt::Write;

use podsix::Message;
use podsix::value::{Kind, Value};

/// What is left of a line.
pub struct Words<'a>(pub &'a str);

impl<'a> Words<'a> {
    /// Takes the next word, and the space behind it.
    pub fn word(&mut self) -> &'a str {
        let (word, rest) = self.0.split_once(' ').unwrap_or((self.0, ""));
        self.0 = rest;
        word
    }

    /// Takes a quoted text.
    pub fn text(&mut self) -> String {
        let mut text = String::new();
        let mut chars = self.0.char_indices();
        assert_eq!(chars.next(), Some((0, '"')));
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    let rest = &self.0[at + 1..];
                    self.0 = rest.strip_prefix(' ').unwrap_or(rest);
                    return text;
                }
                '\\' => match chars.next() {
                    Some((at, 'u')) => {
                        let code = u8::from_str_radix(&self.0[at + 1..at + 5], 16).unwrap();
                        text.push(code.into());
                        chars.nth(3);
                    }
                    escaped => text.push(escaped.unwrap().1),
                },
                _ => text.push(char),
            }
        }
        panic!("a text without an end");
    }

    /// The message they stand for; none for "-".
    pub fn message(&mut self) -> Option<Message> {
        if self.0 == "-" {
            return None;
        }
        let mut message = Message::new();
        self.value(&mut message);
        Some(message)
    }

    /// Takes a value, and adds it to a message.
    fn value(&mut self, message: &mut Message) {
        if self.0.starts_with('"') {
            message.add_str(&self.text());
            return;
        }
        let word = self.word();
        let digits = &word[1..];
        match word.as_bytes()[0] {
            _ if word == "nil" => message.add_nil(),
            b't' | b'f' => message.add_bool(word == "true"),
            b'i' => message.add_int(digits.parse().unwrap()),
            b'u' => message.add_uint(digits.parse().unwrap()),
            b'n' => message.add_big_int(digits),
            b'd' => message.add_double(f64::from_bits(u64::from_str_radix(digits, 16).unwrap())),
            b'b' => message.add_bytes(&unhex(digits)),
            b'x' => {
                let (ext_type, digits) = digits.split_once(':').unwrap();
                message.add_ext(ext_type.parse().unwrap(), &unhex(digits))
            }
            b'[' => self.container(message.open_list(), ']'),
            b'(' => self.container(message.open_tuple(), ')'),
            b'{' => self.container(message.open_map(), '}'),
            _ => panic!("{word} is no value"),
        };
    }

    fn container<'m>(&mut self, message: &'m mut Message, end: char) -> &'m mut Message {
        while !self.0.starts_with(end) {
            if end == '}' && self.0.starts_with('"') {
                message.key(&self.text());
            } else if end == '}' {
                message.key_int(self.word()[1..].parse().unwrap());
            }
            self.value(message);
        }
        self.word();
        message.close()
    }
}

pub fn unhex(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn quote(text: &str) -> String {
    let mut words = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => words.extend(['\\', char]),
            '\0'..' ' | '\x7f' => write!(words, "\\u{:04x}", char as u32).unwrap(),
            _ => words.push(char),
        }
    }
    words + "\""
}

pub fn words(value: Value<'_>) -> String {
    let bytes = || value.as_bytes().unwrap();
    match value.kind() {
        Kind::None => "-".into(),
        Kind::Nil => "nil".into(),
        Kind::Bool => value.read_bool().unwrap().to_string(),
        Kind::Int => format!("i{}", value.read_int().unwrap()),
        Kind::Uint => format!("u{}", value.read_uint().unwrap()),
        Kind::Double => format!("d{:016x}", value.read_double().unwrap().to_bits()),
        Kind::String => quote(value.read_str().unwrap()),
        Kind::Bytes => format!("b{}", hex(bytes())),
        Kind::Extension => match value.ext_type().unwrap() {
            1 => format!("n{}", std::str::from_utf8(bytes()).unwrap()),
            other => format!("x{other}:{}", hex(bytes())),
        },
        Kind::List => {
            let [open, close] = if value.is_tuple() { ['(', ')'] } else { ['[', ']'] };
            let items: String = value.items().map(|item| words(item) + " ").collect();
            format!("{open} {items}{close}")
        }
        Kind::Map => {
            let entry = |(key, item)| format!("{} {} ", words(key), words(item));
            format!("{{ {}}}", value.entries().map(entry).collect::<String>())
        }
    }
}
