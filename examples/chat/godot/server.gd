## The server: tells all who is there, and what anybody says.
##
## It sends   players {players}   and   message {message, who}   to all.
extends PodsixServer

const MAX_NICKNAME := 32 # bytes, as
const MAX_MESSAGE := 1000

var _nicknames: Dictionary[int, String] # by peer, in the order in which they came


func _ready() -> void:
	add_listener(self)


func network_connected(peer: int, _data: Dictionary) -> void:
	_nicknames[peer] = "anonymous"
	_send_players()


func network_disconnected(peer: int, _data: Dictionary) -> void:
	_nicknames.erase(peer)
	_send_players()


func network_nickname(peer: int, data: Dictionary) -> void:
	if _is_text(data.get("nickname"), MAX_NICKNAME):
		_nicknames[peer] = data["nickname"]
		_send_players()


func network_message(peer: int, data: Dictionary) -> void:
	if _is_text(data.get("message"), MAX_MESSAGE):
		broadcast({"action": "message", "message": data["message"], "who": _nicknames[peer]})


## A client decides what it sends, the server what it believes: text, no longer than `most` bytes, and
## whole: U+FFFD stands where Godot's strings cannot hold what was sent.
func _is_text(value: Variant, most: int) -> bool:
	return value is String and value.to_utf8_buffer().size() <= most and not value.contains("\uFFFD")


func _send_players() -> void:
	broadcast({"action": "players", "players": _nicknames.values()})
