//! A codec of the game's own: two C functions.

use std::ffi::c_void;

use super::host::{call, podsix_host};
use super::input;
use super::message::podsix_message;
use super::raw::first_byte;
use super::value::podsix_value;
use crate::codec::Custom;
use crate::value::{Message, Value};

/// Writes the payload of a message that is sent: PodSixNet's `dumps`.
///
/// context: as given with the codec. value: the message. buffer, capacity: where the payload goes, and
/// how many bytes there is room for.
///
/// Returns the payload's length in bytes; where that is more than capacity nothing needs to have been
/// written, and the function is called once more with so much room. A negative number refuses the
/// message, whose send returns PODSIX_ERR_UNSENDABLE.
pub type podsix_dumps = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        value: *const podsix_value,
        buffer: *mut u8,
        capacity: usize,
    ) -> i32,
>;

/// Reads the payload of a message that has come: PodSixNet's `loads`.
///
/// context: as given with the codec. data, len: the payload. message: an empty message, to be filled
/// with one value of any kind by podsix_message_begin, _add_... and so on.
///
/// Returns 0. A negative number refuses the payload, and so does a mistake in the message: its peer is
/// disconnected with PODSIX_REASON_PROTOCOL.
pub type podsix_loads = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        data: *const u8,
        len: usize,
        message: *mut podsix_message,
    ) -> i32,
>;

/// # A codec of the game's own
///
/// Gives a host the codec that its podsixnet+custom:// addresses speak, once and before the first of
/// them is listened on or connected to. For games whose PodSixNet programs have a dumps and loads of
/// their own. Each message ends with the five bytes 0, "---" and 0, so a payload must not hold them; a
/// send whose payload does returns PODSIX_ERR_TERMINATOR.
///
/// dumps, loads: the two functions; context: handed to both, may be NULL. They are called inside
/// sends, podsix_listen and podsix_peer_accept on the calling thread, and inside podsix_poll and
/// podsix_wait on the polling one: so perhaps on two threads at once. They may call the functions on
/// values and messages, nothing else, and no exception may leave them.
///
/// Returns 0, or PODSIX_ERR_BAD_ARGUMENT if the host has a codec already.
///
/// Whatever context points to lives until the host is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_host_set_codec(
    host: *mut podsix_host,
    dumps: podsix_dumps,
    loads: podsix_loads,
    context: *mut c_void,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            let dumps = dumps.ok_or_else(|| input::null("dumps"))?;
            let loads = loads.ok_or_else(|| input::null("loads"))?;
            let context = Context(context);
            let codec = Custom::new(
                move |value, out| write(dumps, context, value, out),
                move |payload, message| read(loads, context, payload, message),
            );
            host.set_codec(codec)?;
            Ok(0)
        })
    }
}

/// What belongs to the caller's functions, for whichever thread calls them.
#[derive(Clone, Copy)]
struct Context(*mut c_void);

// SAFETY: it is only handed on, and whoever gave it was told of the threads.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

type Dumps = unsafe extern "C" fn(*mut c_void, *const podsix_value, *mut u8, usize) -> i32;
type Loads = unsafe extern "C" fn(*mut c_void, *const u8, usize, *mut podsix_message) -> i32;

/// What dumps is given room for first: most messages fit.
const ROOM: usize = 512;

fn write(
    dumps: Dumps,
    context: Context,
    value: Value<'_>,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let start = out.len();
    let mut room = ROOM;
    for _ in 0..2 {
        out.resize(start + room, 0);
        let buffer = out[start..].as_mut_ptr();
        // SAFETY: the caller's function, which keeps to its comment; there is room for `room` bytes.
        let len = unsafe { dumps(context.0, first_byte(value), buffer, room) };
        let len = usize::try_from(len).map_err(|_| format!("the codec's dumps returned {len}"))?;
        if len <= room {
            out.truncate(start + len);
            return Ok(());
        }
        room = len;
    }
    Err("the codec's dumps wants more room each time it is called".into())
}

fn read(
    loads: Loads,
    context: Context,
    payload: &[u8],
    message: &mut Message,
) -> Result<(), String> {
    let mut filled = podsix_message::holding(std::mem::take(message));
    // SAFETY: the caller's function, which keeps to its comment; payload and message live meanwhile.
    let result = unsafe { loads(context.0, payload.as_ptr(), payload.len(), &mut filled) };
    *message = filled.into_message().map_err(|error| error.to_string())?;
    if result < 0 { Err(format!("the codec's loads returned {result}")) } else { Ok(()) }
}
