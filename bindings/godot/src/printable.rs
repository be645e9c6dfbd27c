//! What others wrote, for people.

use godot::prelude::*;

use crate::names::Podsix;

#[godot_api(secondary)]
impl Podsix {
    /// What somebody else sent, as it may be shown in the output, a log or a [Label]: one line, cut with an ellipsis if it
    /// has more than [param most] characters. Tabs and line breaks are spaces; other control characters and those that turn
    /// the direction of writing round are U+FFFD. Null is nothing; what else is no [String] is shown as
    /// [method @GlobalScope.str] has it.
    ///
    /// Whoever sends a message chooses its texts: escape codes that clear a terminal, lines that look like the server's
    /// own, megabytes. The [code]text[/code] of an event needs no such care; its action does. BBCode in a
    /// [RichTextLabel] is another matter: use [method RichTextLabel.add_text].
    /// ```gdscript
    /// func network_say(peer: int, data: Dictionary) -> void:
    ///     print(peer, ": ", Podsix.printable(data.get("text"), 200))
    /// ```
    #[func]
    fn printable(what: Variant, most: i64) -> GString {
        let most = usize::try_from(most).unwrap_or(0);
        if what.is_nil() {
            return GString::new();
        }
        podsix::printable(&what.stringify().to_string(), most).to_string().as_str().into()
    }
}
