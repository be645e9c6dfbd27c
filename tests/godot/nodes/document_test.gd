## The server and the players of docs/godot.md, whose scripts scripts/test-godot takes from there, meet.
extends "case.gd"


func _scene(root: Node, script: String, node: Node, node_name: String) -> Node:
	root.set_script(load(script))
	node.name = node_name
	root.add_child(node)
	return root


func test_two_players() -> void:
	server = PodsixServer.new()
	server.address = "127.0.0.1:0"
	server.auto_start = true
	var game := _scene(Node.new(), "res://document_1.gd", server, "PodsixServer")
	add_child(game)
	var players: Array[Node] = []
	for index in 2:
		var each := PodsixClient.new()
		each.address = server.get_addresses()[0]
		players.append(_scene(Node2D.new(), "res://document_2.gd", each, "PodsixClient"))
		add_child(players[index])
	var name := "player %d" % OS.get_process_id()
	for player in players:
		await until(func() -> bool: return player.players.get(name) is Vector2, "where they are")
	equal(game.names.values(), [name, name])
	players.pop_back().free()
	await until(func() -> bool: return game.names.size() == 1, "one has left")
	game.free()
	await until(func() -> bool: return not players[0].client.is_connected_to_server(), "the end")
