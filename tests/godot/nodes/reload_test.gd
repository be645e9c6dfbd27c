## Scenes that come and go while connected.
extends "case.gd"


func test_scene_reload_while_connected() -> void:
	# A scene whose client connects by itself.
	var scene := Node.new()
	var inside := PodsixClient.new()
	server = new_server()
	equal(server.start(), OK)
	inside.name = "Client"
	inside.address = server.get_addresses()[0]
	inside.auto_start = true
	scene.add_child(inside)
	inside.owner = scene
	var packed := PackedScene.new()
	equal(packed.pack(scene), OK)
	scene.free()
	const FILE := "user://reload.tscn"
	equal(ResourceSaver.save(packed, FILE), OK)

	var seen := []
	watch(server, seen)
	equal(get_tree().change_scene_to_file(FILE), OK)
	for round_trip in 3:
		await until(func() -> bool: return _count(seen, "connected") == round_trip + 1, "connected %d times" % (round_trip + 1))
		equal(server.broadcast({"action": "hello"}), OK)
		equal(get_tree().reload_current_scene(), OK)
		await until(func() -> bool: return _count(seen, "disconnected") == round_trip + 1, "disconnected")
		equal(server.get_reason(), Podsix.REASON_CLOSED)
	await until(func() -> bool: return _count(seen, "connected") == 4, "connected in the end")
	equal(server.get_peers().size(), 1)
	get_tree().current_scene.free()
	await until(func() -> bool: return server.get_peers().is_empty(), "the scene's end")


func test_leaving_the_tree_is_no_goodbye() -> void:
	await open()
	var seen := []
	watch(client, seen)
	remove_child(client)
	equal(server.send_to(peer, 1), OK)
	await get_tree().process_frame
	await get_tree().process_frame
	equal(seen, [])
	add_child(client)
	await until(func() -> bool: return first(seen, "message") != [], "a message")
	equal(client.is_connected_to_server(), true)


func _count(seen: Array, name: String) -> int:
	return seen.filter(func(one: Array) -> bool: return one[0] == name).size()


func test_a_paused_node_does_not_poll() -> void:
	await open()
	var seen := []
	watch(server, seen)
	client.process_mode = Node.PROCESS_MODE_ALWAYS
	get_tree().paused = true
	client.send(1)
	await until(func() -> bool: return server.get_peer_stats(peer).queued_events == 1, "arrived")
	await get_tree().process_frame
	await get_tree().process_frame
	equal(seen, [])
	server.process_mode = Node.PROCESS_MODE_ALWAYS
	await until(func() -> bool: return first(seen, "message") != [], "polled in a paused tree")
	get_tree().paused = false
