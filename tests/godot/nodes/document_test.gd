## The servers and the players of docs/godot.md, whose scripts scripts/test-godot takes from there, meet. What they do with
## what strangers send must leave no error in the log, which scripts/test-godot looks through.
extends "case.gd"


func _scene(root: Node, script: String, node: Node, node_name: String) -> Node:
	root.set_script(load(script))
	node.name = node_name
	root.add_child(node)
	return root


func _server(script := "res://document_1.gd") -> Node:
	server = PodsixServer.new()
	server.address = "127.0.0.1:0"
	server.auto_start = true
	server.approval = script == "res://document_3.gd"
	var game := _scene(Node.new(), script, server, "PodsixServer")
	add_child(game)
	return game


func _player(address: String) -> Node:
	var node := PodsixClient.new()
	node.address = address
	var player := _scene(Node2D.new(), "res://document_2.gd", node, "PodsixClient")
	add_child(player)
	return player


func test_two_players() -> void:
	var game := _server()
	var players: Array[Node] = [_player(server.get_addresses()[0]), _player(server.get_addresses()[0])]
	for player in players:
		await until(func() -> bool: return player.players.values().size() == 2 and player.players.values()[1] is Vector2, "where they are")
	var name := "player %d" % OS.get_process_id()
	equal(game.names.values(), [name, name] as Array[String])
	players.pop_back().free()
	await until(func() -> bool: return game.names.size() == 1 and players[0].players.size() == 1, "one has left")
	game.free()
	await until(func() -> bool: return not players[0].client.is_connected_to_server(), "the end")


func test_strangers_at_the_server() -> void:
	var game := _server()
	var address := server.get_addresses()[0]
	var player := _player(address)
	await until(func() -> bool: return player.players.size() == 1, "an honest player")
	var strangers: Array[PodsixClient] = []
	var forged := "\u001b[2J\nERROR: all is lost\u202e\u2028\u009b" + "x".repeat(3_000)
	for hello: Dictionary in [{}, {"name": null}, {"name": 5}, {"name": {"name": []}}, {"name": forged}, {"named": "x"}, {5: "name"}, {"name": PackedByteArray([0])}]:
		strangers.append(new_client())
		equal(await strangers[-1].connect_and_wait(address, hello), OK)
	await until(func() -> bool: return game.names.size() == strangers.size() + 1, "all of them")
	for name: String in game.names.values():
		check(name.length() <= 20 and not ("\n" in name or "\u001b" in name or "\u202e" in name or "\u2028" in name or "\u009b" in name), name)
	for data: Variant in [
			null, 1, "move", [], {}, {"action": 5}, {"action": "move"}, {"action": "move", "to": null}, {"action": "move", "to": [1, 2]},
			{"action": "move", "to": Vector2(NAN, 0)}, {"action": "move", "to": Vector2(0, INF)}, {"action": "move", "to": Vector2i(1, 2)},
			{"action": "move", "to": forged}, {"action": "connected"}, {"action": "disconnected"}, {"action": "error"}, {"action": forged},
			{"action": "move", "ask": 1}, {"action": "answer", "answer": 1}]:
		equal(strangers[0].send(data), OK)
	equal(strangers[0].send({"action": "move", "to": Vector2(3, 4)}), OK)
	await until(func() -> bool: return Vector2(3, 4) in player.players.values(), "what is right is passed on")
	equal(player.players.size(), 2)
	strangers[0].close(1, forged)
	await until(func() -> bool: return game.names.size() == strangers.size(), "it has left")


func test_strangers_at_a_player() -> void:
	server = new_server()
	equal(server.start(), OK)
	var player := _player(server.get_addresses()[0])
	await until(func() -> bool: return server.get_peers().size() == 1, "connected")
	peer = server.get_peers()[0]
	for data: Variant in [
			null, [], {"action": "moved"}, {"action": "moved", "who": "x", "to": Vector2.ZERO}, {"action": "moved", "who": 1, "to": "x"},
			{"action": "moved", "who": [], "to": {}}, {"action": "left"}, {"action": "left", "who": {}}, {"action": "left", "who": "x"}]:
		equal(server.send_to(peer, data), OK)
	equal(server.send_to(peer, {"action": "moved", "who": 7, "to": Vector2(1, 2)}), OK)
	await until(func() -> bool: return player.players == {7: Vector2(1, 2)}, "what is right is believed")
	equal(server.send_to(peer, {"action": "left", "who": 7}), OK)
	await until(func() -> bool: return player.players.is_empty(), "it has left")
	# One that is refused, and one that finds nobody, only says so.
	server.stop(0, "that was all")
	await until(func() -> bool: return not player.client.is_connected_to_server(), "the end")
	check(is_instance_valid(_player("127.0.0.1:1")), "nobody there")


func test_who_is_let_in() -> void:
	var game := _server("res://document_3.gd")
	var address := server.get_addresses()[0]
	client = new_client()
	for hello: Dictionary in [{}, {"password": "open"}, {"password": 5}, {"password": PackedByteArray([1])}, {"password": {}}, {"name": "eve"}]:
		equal(await client.connect_and_wait(address, hello), ERR_UNAUTHORIZED, str(hello))
		equal([client.get_last_error(), client.get_reason_code()], ["the password is wrong", 1])
	equal(await client.connect_and_wait(address, {"password": "sesame", "name": "ann"}), OK)
	equal(client.get_reply(), {"players": ["ann"]})
	equal(game.names.values(), ["ann"] as Array[String])
	client.close()
	await until(func() -> bool: return game.names.is_empty(), "it has left")
