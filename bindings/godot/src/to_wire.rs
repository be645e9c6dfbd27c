//! Variants as messages.

use std::fmt;

use godot::prelude::*;
use podsix::value::{Kind, MessageError};
use podsix::{Error, Message};

use crate::exact;
use crate::extension::PodsixExtension;

/// The longest name in the way to a part, in characters.
const LONGEST_STEP: usize = 80;

/// Writes Variants into a message, whose memory it keeps.
#[derive(Default)]
pub struct Writer {
    message: Message,
    /// A key that is neither text nor integer.
    key: Message,
    text: String,
    bytes: Vec<u8>,
    plain: bool,
    /// What is written is a key, or part of one.
    in_key: bool,
}

/// A part that cannot be sent, and the way to it, from the inside out.
struct Unsendable {
    what: String,
    path: Vec<String>,
}

impl fmt::Display for Unsendable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.path.iter().rev().enumerate() {
            match index > 0 && !step.starts_with('[') {
                true => write!(f, ".{step}")?,
                false => f.write_str(step)?,
            }
        }
        let colon = if self.path.is_empty() { "" } else { ": " };
        write!(f, "{colon}{}", self.what)
    }
}

impl Writer {
    /// The message that says `value`; `plain` writes Godot's own types as lists of numbers.
    pub fn message(&mut self, value: &Variant, plain: bool) -> podsix::Result<&Message> {
        self.plain = plain;
        self.message.clear();
        match self.value(value) {
            Ok(()) => Ok(&self.message),
            Err(unsendable) => Err(Error::Unsendable(unsendable.to_string())),
        }
    }

    fn value(&mut self, value: &Variant) -> Result<(), Unsendable> {
        match value.get_type() {
            VariantType::NIL => drop(self.message.add_nil()),
            VariantType::BOOL => drop(self.message.add_bool(value.to())),
            VariantType::INT => drop(self.message.add_int(value.to())),
            VariantType::FLOAT => drop(self.message.add_double(value.to())),
            VariantType::STRING | VariantType::STRING_NAME | VariantType::NODE_PATH => {
                take_text(value, &mut self.text);
                self.message.add_str(&self.text);
            }
            VariantType::DICTIONARY => return self.dictionary(&value.to()),
            VariantType::ARRAY => return self.array(&value.to()),
            VariantType::PACKED_BYTE_ARRAY => {
                self.message.add_bytes(value.to::<PackedByteArray>().as_slice());
            }
            VariantType::PACKED_STRING_ARRAY => {
                self.message.open_list();
                for text in value.to::<PackedStringArray>().as_slice() {
                    fill(&mut self.text, text.chars());
                    self.message.add_str(&self.text);
                }
                self.message.close();
            }
            _ => return self.other(value),
        }
        Ok(())
    }

    /// Writes what Godot alone knows.
    fn other(&mut self, value: &Variant) -> Result<(), Unsendable> {
        self.bytes.clear();
        let written = if self.plain {
            exact::write_plain(value, &mut self.message)
        } else if exact::write(value, &mut self.bytes) {
            self.message.add_ext(exact::EXTENSION, &self.bytes);
            true
        } else {
            false
        };
        if written {
            return Ok(());
        }
        if let Ok(extension) = value.try_to::<Gd<PodsixExtension>>() {
            return extension.bind().write(&mut self.message).map_err(Unsendable::of);
        }
        Err(Unsendable::of(format!("{} cannot be sent", name(value))))
    }

    fn array(&mut self, array: &AnyArray) -> Result<(), Unsendable> {
        // A key cannot be a list, and as one no array changes.
        match self.in_key || array.is_read_only() {
            true => self.message.open_tuple(),
            false => self.message.open_list(),
        };
        for (index, item) in array.iter_shared().enumerate() {
            // An array inside itself goes on until it is too deep.
            if self.message.is_failed() {
                return Ok(());
            }
            self.value(&item).map_err(|error| error.under(format!("[{index}]")))?;
        }
        self.message.close();
        Ok(())
    }

    fn dictionary(&mut self, dictionary: &AnyDictionary) -> Result<(), Unsendable> {
        if self.in_key {
            self.message.fail(MessageError::BadKey(Kind::Map));
            return Ok(());
        }
        self.message.open_map();
        // Two calls into the engine; walking through the dictionary itself takes four for each entry.
        let (keys, items) = (dictionary.keys_array(), dictionary.values_array());
        for (key, item) in keys.iter_shared().zip(items.iter_shared()) {
            if self.message.is_failed() {
                return Ok(());
            }
            self.key(&key)?;
            self.value(&item).map_err(|error| error.under(step(&key)))?;
        }
        self.message.close();
        Ok(())
    }

    fn key(&mut self, key: &Variant) -> Result<(), Unsendable> {
        match key.get_type() {
            VariantType::STRING | VariantType::STRING_NAME => {
                take_text(key, &mut self.text);
                self.message.key(&self.text);
            }
            VariantType::INT => drop(self.message.key_int(key.to())),
            _ => {
                self.key.clear();
                std::mem::swap(&mut self.key, &mut self.message);
                self.in_key = true;
                let written = self.value(key);
                self.in_key = false;
                std::mem::swap(&mut self.key, &mut self.message);
                written.map_err(|error| Unsendable::of(format!("the key {error}")))?;
                match self.key.value() {
                    Ok(key) => self.message.key_value(key),
                    Err(error) => self.message.fail(error),
                };
            }
        }
        Ok(())
    }
}

impl Unsendable {
    fn of(what: String) -> Unsendable {
        Unsendable { what, path: Vec::new() }
    }

    fn under(mut self, step: String) -> Unsendable {
        self.path.push(step);
        self
    }
}

/// A key as a step on the way to a part. Who relays what others sent has keys that others chose.
fn step(key: &Variant) -> String {
    let name = key.stringify().to_string();
    let name = podsix::printable(&name, LONGEST_STEP);
    match key.get_type() {
        VariantType::STRING | VariantType::STRING_NAME => name.to_string(),
        _ => format!("[{name}]"),
    }
}

/// What Godot calls the type.
fn name(value: &Variant) -> String {
    godot::global::type_string(value.get_type().ord().into()).to_string()
}

fn take_text(value: &Variant, text: &mut String) {
    match value.try_to::<GString>() {
        Ok(string) => fill(text, string.chars()),
        Err(_) => fill(text, value.stringify().chars()),
    }
}

fn fill(text: &mut String, chars: &[char]) {
    text.clear();
    text.extend(chars);
}
