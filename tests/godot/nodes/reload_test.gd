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
		# One that has not read the server's reply yet could say no goodbye.
		await until(func() -> bool: return _is_in(), "the client knows it")
		equal(get_tree().reload_current_scene(), OK)
		await until(func() -> bool: return _count(seen, "disconnected") == round_trip + 1, "disconnected")
		equal(server.get_reason(), Podsix.REASON_CLOSED)
	await until(func() -> bool: return _count(seen, "connected") == 4, "connected in the end")
	equal(server.get_peers().size(), 1)
	get_tree().current_scene.free()
	await until(func() -> bool: return server.get_peers().is_empty(), "the scene's end")


func _is_in() -> bool:
	var scene := get_tree().current_scene
	return scene != null and (scene.get_node("Client") as PodsixClient).is_connected_to_server()


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


const BASE := """extends Node
var calls := []
func network_base(data):
	calls.append(["base", data.action])
"""
const SCRIPT := """extends "%s"
class Inner:
	extends RefCounted
	var calls := []
	func network_inner(data):
		calls.append(data.action)
func network_one(data):
	calls.append(["one", data.action])
func network_changed(data):
	calls.append(["changed", data.action])
"""


## Reloads a script as the engine does when the editor has saved it.
func _reload(script: GDScript, from: String, to: String) -> void:
	check(script.source_code.contains(from), from)
	script.source_code = script.source_code.replace(from, to)
	equal(script.reload(true), OK)


func _script(file: String, source: String) -> GDScript:
	var path := "user://" + file
	FileAccess.open(path, FileAccess.WRITE).store_string(source)
	return load(path)


func _say(actions: Array) -> void:
	var told := [0]
	var count := func(_peer: int, _action: String, _data: Variant) -> void: told[0] += 1
	server.message.connect(count)
	for action: String in actions:
		equal(client.send({"action": action}), OK)
	await until(func() -> bool: return told[0] == actions.size(), "all of it")
	server.message.disconnect(count)


func test_methods_are_looked_up_again_when_a_script_is_reloaded() -> void:
	await open()
	var base := _script("reloaded_base.gd", BASE)
	var script := _script("reloaded.gd", SCRIPT % base.resource_path)
	var heard := hear()
	var nodes: Array[Node] = []
	for index in 2:
		nodes.append(script.new())
		add_child(nodes[index])
	server.add_listener(nodes[0])
	nodes[1].add_to_group("podsix_listeners")
	nodes[1].reparent(server)
	var log := []
	var last := RefCounted.new()
	last.set_script(_script("reloaded_last.gd", "extends RefCounted\nvar log\nfunc network(data):\n\tlog.append(data.action)\n"))
	last.log = log
	server.add_listener(last)
	await _say(["one", "changed", "two", "base"])
	equal(nodes[0].calls, [["one", "one"], ["changed", "changed"], ["base", "base"]])

	_reload(script, "func network_one(data)", "func network_two(data)")
	_reload(script, "func network_changed(data)", "func network_changed(data, _more := [], _most := 3)")
	for node in nodes:
		node.calls.clear()
	await _say(["one", "two", "changed", "base"])
	for node in nodes:
		equal(node.calls, [["one", "two"], ["changed", "changed"], ["base", "base"]])
	_reload(base, "func network_base(data)", "func network_new(data)")
	nodes[0].calls.clear()
	await _say(["base", "new"])
	equal(nodes[0].calls, [["base", "new"]])
	equal(heard.take(), [])
	_reload(script, "func network_two(data)", "func network_two(data, _b, _c)")
	nodes[0].calls.clear()
	await _say(["two", "changed"])
	equal(nodes[0].calls, [["changed", "changed"]])
	equal(heard.take(), ["network_two(data, _b, _c) in user://reloaded.gd is never called: a method of such a name takes (peer: int, data: Dictionary), (data: Dictionary) or nothing"])
	equal(log, ["one", "changed", "two", "base", "one", "two", "changed", "base", "base", "new", "two", "changed"], "others hear on, once each")

	equal(server.remove_listener(nodes[0]), true)
	nodes[0].calls.clear()
	await _say(["changed"])
	equal(nodes[0].calls, [])
	nodes[1].free()
	await _say(["changed"])


func test_inner_classes_are_reloaded_too() -> void:
	await open()
	var base := _script("outer_base.gd", BASE)
	var script := _script("outer.gd", SCRIPT % base.resource_path)
	var inner: RefCounted = script.get_script_constant_map()["Inner"].new()
	server.add_listener(inner)
	await _say(["inner"])
	_reload(script, "network_inner", "network_outer")
	# Nothing tells that an inner class has changed: it is looked at once in a second.
	await until(func() -> bool:
		client.send({"action": "outer"})
		return "outer" in inner.calls, "the new method is called")
	equal(inner.calls.slice(0, 2), ["inner", "outer"])


func test_an_object_gets_another_script() -> void:
	await open()
	var node := Node.new()
	add_child(node)
	node.set_script(_script("first.gd", BASE))
	server.add_listener(node)
	await _say(["base"])
	equal(node.calls, [["base", "base"]])
	node.set_script(_script("other.gd", "extends Node\nvar calls := []\nfunc network_other(data):\n\tcalls.append(data.action)\n"))
	# The call that finds no method any more has all of them looked up.
	await _say(["base", "other"])
	await _say(["other"])
	check(node.calls.has("other"), "heard")
	node.set_script(_script("another.gd", "extends Node\nvar calls := []\nfunc network_other(_peer, data):\n\tcalls.append(data.action)\nfunc network_more(data):\n\tcalls.append(data.action)\n"))
	equal(server.add_listener(node), OK)
	await _say(["other", "more"])
	equal(node.calls, ["other", "more"])


func test_a_typed_method_is_another_one_now() -> void:
	await open()
	var node := Node.new()
	add_child(node)
	node.set_script(_script("typed.gd", "extends Node\nvar calls := []\nfunc network_one(data: Dictionary[String, Variant]):\n\tcalls.append(data.action)\n"))
	server.add_listener(node)
	await _say(["one"])
	equal(node.calls, ["one"])
	node.set_script(_script("typed_other.gd", "extends Node\nvar calls := []\nfunc network_one(_data: PackedByteArray):\n\tcalls.append(1)\n"))
	var heard := hear()
	await _say(["one"])
	equal([node.calls, heard.take().size()], [[], 1])
	node.set_script(null)
	await _say(["one"])
	equal(heard.take(), [])
