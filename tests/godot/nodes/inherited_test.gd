## Scripts that extend the nodes, and have methods of their own for what the nodes do in a frame.
extends "case.gd"


class Game extends PodsixServer:
	var frames := 0

	func _ready() -> void:
		add_listener(self)

	func _process(_delta: float) -> void:
		frames += 1

	func _physics_process(_delta: float) -> void:
		frames += 1

	func network_move(_peer: int, data: Dictionary) -> void:
		broadcast(data)


class Player extends PodsixClient:
	var frames := 0
	var moves := 0

	func _ready() -> void:
		add_listener(self)

	func _process(_delta: float) -> void:
		frames += 1

	func _physics_process(_delta: float) -> void:
		frames += 1

	func network_move(_data: Dictionary) -> void:
		moves += 1


func test_scripts_keep_what_the_node_does() -> void:
	for callback: int in [PodsixServer.PROCESS_IDLE, PodsixServer.PROCESS_PHYSICS]:
		var game := Game.new()
		game.address = "127.0.0.1:0"
		game.auto_start = true
		game.process_callback = callback
		add_child(game)
		check(game.is_running(), "auto_start")
		var player := Player.new()
		player.process_callback = callback
		player.address = game.get_addresses()[0] if game.is_running() else "localhost:1"
		player.auto_start = true
		add_child(player)
		equal(player.send({"action": "move"}), OK)
		await until(func() -> bool: return player.moves == 1, "moved")
		check(game.frames > 0 and player.frames > 0, "the scripts' own frames")
		player.free()
		game.free()
