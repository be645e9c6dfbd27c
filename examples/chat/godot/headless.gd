## The client in the terminal: each line that is typed is said. It leaves at the end of its input.
extends Node

const Client := preload("client.gd")
const Typed := preload("typed.gd")

var address := "localhost"
var nickname := ""

@onready var _client: Client = $Client
@onready var _typed: Typed = $Typed


func _ready() -> void:
	_client.add_listener(self)
	_client.nickname = nickname
	if _client.connect_to(address) != OK:
		printerr("chat: connect: ", _client.get_last_error())
		get_tree().quit(1)


func network_connected() -> void:
	print("*** connected to the server")
	_typed.start()


func network_disconnected(data: Dictionary) -> void:
	print("*** disconnected: ", Podsix.reason_name(data["reason"]), " ", data["text"])
	get_tree().quit(0 if data["reason"] == Podsix.REASON_LOCAL else 1)


func network_error(data: Dictionary) -> void:
	network_disconnected(data)


func _on_client_players_changed(nicknames: Array) -> void:
	print("*** players: ", ", ".join(nicknames))


func _on_client_said(who: String, text: String) -> void:
	print(who, ": ", text)


func _on_typed_line_typed(line: String) -> void:
	if _client.say(line) != OK:
		printerr("chat: not sent: ", _client.get_last_error())


func _on_typed_ended() -> void:
	_client.close(0, "bye")
