//! The inner pieces: what each does again and again, for whoever measures it.

mod codec;
mod frame;
mod messages;
pub mod move_message;
mod queue;
mod validate;
mod view;
mod writer;

/// One piece of the way of a message.
pub struct Piece {
    /// "group/piece".
    pub name: &'static str,
    /// Messages, look-ups or items handled by each call of what `make` gives.
    pub elements: u32,
    /// Prepares the piece.
    pub make: fn() -> Box<dyn FnMut()>,
}

/// All of them, in the order in which they are reported.
pub const PIECES: [Piece; 21] = [
    Piece { name: "frame/parse", elements: frame::MESSAGES, make: frame::parse },
    Piece { name: "validate/move", elements: 1, make: validate::a_move },
    Piece { name: "validate/state", elements: 1, make: validate::a_state },
    Piece { name: "validate/recorded", elements: messages::RECORDED, make: validate::recorded },
    Piece { name: "view/get_last", elements: 1, make: view::get_last },
    Piece { name: "view/fields", elements: 1, make: view::fields },
    Piece { name: "view/fields_c", elements: 1, make: view::fields_c },
    Piece { name: "view/iterate", elements: messages::ITEMS, make: view::iterate },
    Piece { name: "writer/message", elements: 1, make: writer::message },
    Piece { name: "writer/c", elements: 1, make: writer::c },
    Piece { name: "writer/json", elements: 1, make: writer::json },
    Piece { name: "queue/command", elements: queue::BATCH, make: queue::command },
    Piece { name: "rencode/read_move", elements: 1, make: codec::rencode_read_move },
    Piece { name: "rencode/read_world", elements: 1, make: codec::rencode_read_world },
    Piece { name: "rencode/write_move", elements: 1, make: codec::rencode_write_move },
    Piece { name: "rencode/write_world", elements: 1, make: codec::rencode_write_world },
    Piece { name: "json/read_move", elements: 1, make: codec::json_read_move },
    Piece { name: "json/read_world", elements: 1, make: codec::json_read_world },
    Piece { name: "json/write_move", elements: 1, make: codec::json_write_move },
    Piece { name: "json/write_world", elements: 1, make: codec::json_write_world },
    Piece { name: "queue/event", elements: queue::BATCH, make: queue::event },
];
