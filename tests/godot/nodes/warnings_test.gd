## What the nodes say by themselves: when, and that a game's Logger may call the node that says it.
extends "case.gd"


func _outside(node: Node) -> String:
	return "a %s is not in the tree: nothing is told until it is (add_child), or poll() is called" % node.get_class()


## Nodes that were made and forgotten.
func test_started_outside_the_tree() -> void:
	var heard := hear()
	server = PodsixServer.new()
	server.address = "127.0.0.1:0"
	client = PodsixClient.new()
	equal(server.start(), OK)
	var address := server.get_addresses()[0]
	equal(client.connect_to(address), OK)
	await get_tree().process_frame
	await get_tree().process_frame
	equal(heard.take(), [_outside(server), _outside(client)])
	client.stop()
	client.connect_and_wait(address)
	await get_tree().process_frame
	await get_tree().process_frame
	equal(heard.take(), [_outside(client)])
	# In time, by the game's own hand, freed, or not begun at all.
	for node: Node in [server, client]:
		node.call("stop")
	equal(server.start(), OK)
	add_child(server)
	client.process_callback = PodsixClient.PROCESS_MANUAL
	equal(client.connect_to(server.get_addresses()[0]), OK)
	var freed := PodsixServer.new()
	freed.address = "127.0.0.1:0"
	equal(freed.start(), OK)
	freed.free()
	var wrong := PodsixClient.new()
	failed(wrong, wrong.connect_to("127.0.0.1:0"), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ADDRESS)
	await get_tree().process_frame
	await get_tree().process_frame
	equal(heard.take(), [])
	wrong.free()
	client.free()


func test_a_logger_may_call_what_warns() -> void:
	await open()
	var heard := hear()
	var called := []
	# It sends what it hears to the other end, say.
	heard.then = func(_text: String) -> void: called.append([server.broadcast({"action": "log"}), client.send({"action": "log"}), client.get_last_error()])
	server.set("approval", true)
	server.set("auto_start", true)
	client.set("hello", {"name": "ann"})
	client.set("hello", {"name": "bob"} as Dictionary[String, String])
	client.set("threaded", false)
	client.set("auto_start", true)
	heard.then = Callable()
	equal(called, range(6).map(func(_i: int) -> Array: return [OK, OK, ""]))
	equal(heard.take().size(), 6)
	equal([server.approval, client.hello, client.threaded], [true, {"name": "bob"}, false])
	var limits := PodsixLimits.new()
	var other := new_server()
	other.limits = limits
	equal(other.start(), OK)
	var seen := []
	heard.then = func(_text: String) -> void: seen.append(limits.max_peers)
	limits.set("max_message", 1_000)
	limits.set_largest(2_000)
	equal(seen, [4_096, 4_096])
	# The multiplayer peer's errors are said too.
	var multiplayer_peer := PodsixMultiplayerPeer.new()
	var words := []
	heard.then = func(_text: String) -> void: words.append([multiplayer_peer.get_last_error(), multiplayer_peer.get_connection_status()])
	equal(multiplayer_peer.create_client("localhost", 0), ERR_INVALID_PARAMETER)
	equal(words, [[multiplayer_peer.get_last_error(), MultiplayerPeer.CONNECTION_DISCONNECTED]])
	check(not multiplayer_peer.get_last_error().is_empty(), "words")


class Wrong:
	extends RefCounted

	func network_move(_a: int, _b: int, _c: int) -> void:
		pass


func test_a_logger_frees_the_node_that_a_listener_is_added_to() -> void:
	await open()
	var heard := hear()
	heard.then = func(_text: String) -> void: server.free()
	var wrong := Wrong.new()
	server.add_listener(wrong)
	heard.then = Callable()
	check(not is_instance_valid(server), "freed")
	equal(heard.take().size(), 1, "nothing else is wrong")


func _in_thread(what: Callable) -> Variant:
	var thread := Thread.new()
	thread.start(what)
	return thread.wait_to_finish()


func test_other_threads_are_told_that_the_node_is_not_theirs() -> void:
	await open()
	var told := []
	client.message.connect(func(_peer: int, _action: String, _data: Variant) -> void: told.append(OS.get_thread_caller_id()))
	var received: int = client.get_stats().messages_in
	equal(server.broadcast({"action": "hello"}), OK)
	var heard := hear()
	# Until it is there.
	var deadline := Time.get_ticks_msec() + PATIENCE_MS
	while client.get_stats().messages_in == received and Time.get_ticks_msec() < deadline:
		OS.delay_msec(1)
	equal(_in_thread(client.poll), 0)
	equal(told, [])
	equal(_in_thread(client.stop), null)
	equal(_in_thread(server.stop), null)
	var words := "podsix's nodes belong to the main thread: use call_deferred from others"
	equal(heard.take(), [words, words, words])
	check(client.is_connected_to_server() and server.is_running(), "nothing has stopped")
	await until(func() -> bool: return told == [OS.get_main_thread_id()], "told in its own thread")
