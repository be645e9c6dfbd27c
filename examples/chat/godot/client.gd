## A client, whatever shows it.
##
## It sends   nickname {nickname}   and   message {message}.
extends PodsixClient

signal players_changed(nicknames: Array)
signal said(who: String, text: String)

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
		players_changed.emit(data["players"].map(_visible))


func network_message(data: Dictionary) -> void:
	said.emit(_visible(data.get("who")), _visible(data.get("message")))


## What came over the network as one line that moves no cursor.
func _visible(text: Variant) -> String:
	var line := str(text)
	for code: int in [127] + range(1, 32):
		line = line.replace(char(code), "?")
	return line
