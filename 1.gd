extends Node2D

@onready var client: PodsixClient = $PodsixClient
var players := {}

func _ready() -> void:
	client.add_listener(self)
	client.connect_to(client.address, {"name": "player %d" % OS.get_process_id()})

func _process(_delta: float) -> void:
	if client.is_connected_to_server():
		client.send({"action": "move", "to": get_global_mouse_position()})

func _draw() -> void:
	for who: String in players:
		draw_circle(players[who], 8, Color.from_hsv(who.hash() % 100 / 100.0, 0.8, 1))

func network_moved(data: Dictionary) -> void:
	players[data.who] = data.to
	queue_redraw()

func network_left(data: Dictionary) -> void:
	players.erase(data.who)
	queue_redraw()

func network_disconnected(data: Dictionary) -> void:
	print("the game is over: ", data.text)

func network_error(data: Dictionary) -> void:
	print("not connected: ", data.text)
