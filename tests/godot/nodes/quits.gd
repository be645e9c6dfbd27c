## A game that connects, sends, and quits in the same frame: godot --headless --path . --script quits.gd -- ADDRESS
extends SceneTree

const MESSAGES := 100


func _initialize() -> void:
	var client := PodsixClient.new()
	root.add_child(client)
	client.connected.connect(func(_peer: int) -> void:
		for number in MESSAGES:
			client.send(number)
		quit())
	client.error.connect(func(_code: int, _text: String) -> void: quit(1))
	if client.connect_to(OS.get_cmdline_user_args()[0]) != OK:
		quit(1)
