extends Node

@onready var server: PodsixServer = $PodsixServer
var names := {}

func _ready() -> void:
	server.add_listener(self)

func network_connected(peer: int, data: Dictionary) -> void:
	names[peer] = data.hello.name
	print(names[peer], " has come")

func network_move(peer: int, data: Dictionary) -> void:
	server.broadcast({"action": "moved", "who": names[peer], "to": data.to})

func network_disconnected(peer: int, data: Dictionary) -> void:
	print(names[peer], " has left: ", data.text)
	server.broadcast({"action": "left", "who": names[peer]})
	names.erase(peer)
