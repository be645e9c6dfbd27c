## What every test extends: checks, waiting with a deadline, and a server with a client.
extends Node

const PATIENCE_MS := 30_000

var settings := {}
var checks := 0
var failures := 0
var server: PodsixServer
var client: PodsixClient
## The client, as the server knows it.
var peer := 0


func check(holds: bool, what: String) -> void:
	checks += 1
	if not holds:
		failures += 1
		printerr("  FAILED: ", what)
		print_stack()


## Whether both are the same, and of the same type, all the way down.
func equal(got: Variant, expected: Variant, what := "") -> void:
	var same := var_to_bytes(got) == var_to_bytes(expected)
	check(same, "%s: got %s, expected %s" % [what, var_to_str(got), var_to_str(expected)])


## Whether a node's method has returned Godot's error, and the exact one is podsix's.
func failed(node: Node, got: Error, expected: Error, exact: int, what := "") -> void:
	equal([error_string(got), Podsix.error_name(node.get_last_error_code())], [error_string(expected), Podsix.error_name(exact)], what)
	check(not node.get_last_error().is_empty(), "words")


## Listens from now on to what is said in the engine's output, until the test is over: see heard.gd.
func hear() -> Object:
	var heard: Object = load("res://heard.gd").new()
	OS.add_logger(heard)
	tree_exiting.connect(OS.remove_logger.bind(heard))
	return heard


## Waits until something holds.
func until(holds: Callable, what: String) -> void:
	var deadline := Time.get_ticks_msec() + PATIENCE_MS
	while not holds.call():
		if Time.get_ticks_msec() > deadline:
			check(false, "waited in vain until " + what)
			return
		await get_tree().process_frame


func new_server(address := "127.0.0.1:0") -> PodsixServer:
	var node := PodsixServer.new()
	node.address = address
	add_child(node)
	return node


func new_client() -> PodsixClient:
	var node := PodsixClient.new()
	add_child(node)
	return node


## Connects the client to the server, making what is not there yet.
func open(hello := {}) -> void:
	if server == null:
		server = new_server()
	if not server.is_running():
		equal(server.start(), OK, server.get_last_error())
	if client == null:
		client = new_client()
	var told := []
	var tell := func(who: int) -> void: told.append(who)
	server.connected.connect(tell)
	equal(client.connect_to(server.get_addresses()[0], hello), OK, client.get_last_error())
	await until(func() -> bool: return client.is_connected_to_server() and not told.is_empty(), "connected")
	server.connected.disconnect(tell)
	peer = told.pop_back()


## Appends each of a node's signals and its arguments to a list.
func watch(node: Node, seen: Array) -> void:
	for signal_info in node.get_signal_list():
		if ClassDB.class_has_signal("Node", signal_info.name):
			continue
		var name: String = signal_info.name
		match signal_info.args.size():
			1: node.connect(name, func(a: Variant) -> void: seen.append([name, a]))
			2: node.connect(name, func(a: Variant, b: Variant) -> void: seen.append([name, a, b]))
			3: node.connect(name, func(a: Variant, b: Variant, c: Variant) -> void: seen.append([name, a, b, c]))


## The arguments of the first of a signal in such a list; empty if it was not seen.
func first(seen: Array, signal_name: String) -> Array:
	for one: Array in seen:
		if one[0] == signal_name:
			return one.slice(1)
	return []
