## A client, whatever shows it.
##
## It sends   nickname {nickname}   and   message {message}.
extends PodsixClient

signal players_changed(nicknames: Array)
signal said(who: String, text: String)

const MAX_NICKNAME := 32 # characters, as
const MAX_MESSAGE := 1000
const MAX_SHOWN := 100 # players

var nickname := "" ## "": stays anonymous


func _ready() -> void:
	add_listener(self)


## Says it to all; to this player too, when the server has sent it back.
func say(text: String) -> Error:
	return send({"action": "message", "message": text})


func network_connected() -> void:
	if not nickname.is_empty():
		send({"action": "nickname", "nickname": nickname})


func network_players(data: Dictionary) -> void:
	if data.get("players") is Array:
		players_changed.emit(data["players"].slice(0, MAX_SHOWN).map(
			func(who: Variant) -> String: return Podsix.printable(who, MAX_NICKNAME)))


func network_message(data: Dictionary) -> void:
	said.emit(Podsix.printable(data.get("who"), MAX_NICKNAME), Podsix.printable(data.get("message"), MAX_MESSAGE))
