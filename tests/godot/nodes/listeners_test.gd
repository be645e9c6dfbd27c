## Listeners: which of their methods are called, with what, and what happens when they go.
extends "case.gd"


class Both:
	extends RefCounted
	var calls := []

	func network_move(who: int, data: Dictionary) -> void:
		calls.append(["move", who, data.x])

	func network_shout(data: Dictionary) -> void:
		calls.append(["shout", data.text])

	func network_bare() -> void:
		calls.append(["bare"])

	func network_optional(who: int, _data: Dictionary, more := 1) -> void:
		calls.append(["optional", who, more])

	func network_connected(who: int, data: Dictionary) -> void:
		calls.append(["connected", who, data])

	func network_disconnected(who: int, data: Dictionary) -> void:
		calls.append(["disconnected", who, data])

	func network(data: Variant) -> void:
		calls.append(["all", data])

	func networking() -> void:
		calls.append(["never"])


class Inherits:
	extends Both

	func network_shout(data: Dictionary) -> void:
		calls.append(["shout louder", data.text])


class LastOfItself:
	extends RefCounted
	var log: Array
	var kept: Array

	func network_move(_data: Variant) -> void:
		log.append("last")
		kept.clear()


class Logs:
	extends Node
	var log: Array
	var mark := "logs"
	var then := Callable()

	func network_move(_data: Variant) -> void:
		log.append(mark)
		if then.is_valid():
			then.call()


class TooMany:
	extends RefCounted

	func network_move(_a: int, _b: int, _c: int) -> void:
		pass


class Picky:
	extends Node
	var got := 0

	func network_move(_data: PackedByteArray) -> void:
		got += 1


func _sent(messages: Array) -> void:
	var before: int = server.get_stats().messages_in
	for message: Variant in messages:
		equal(client.send(message), OK)
	var told := [0]
	var count := func(_peer: int, _action: String, _data: Variant) -> void: told[0] += 1
	server.message.connect(count)
	await until(func() -> bool: return told[0] == messages.size(), "%d messages after %d" % [messages.size(), before])
	server.message.disconnect(count)


func test_methods_by_their_names_and_arguments() -> void:
	server = new_server()
	var listener := Inherits.new()
	equal(server.add_listener(listener), OK)
	equal(server.add_listener(listener), OK, "twice is once")
	await open({"name": "ada"})
	equal(listener.calls, [["connected", peer, {"action": "connected", "hello": {"name": "ada"}}]])
	listener.calls.clear()
	await _sent([{"action": "move", "x": 3}, {"action": "shout", "text": "hey"}, {"action": "bare"}, {"action": "optional"}, {"action": "unknown"}, [1], {"action": 5}])
	equal(listener.calls, [
		["move", peer, 3], ["all", {"action": "move", "x": 3}],
		["shout louder", "hey"], ["all", {"action": "shout", "text": "hey"}],
		["bare"], ["all", {"action": "bare"}],
		["optional", peer, 1], ["all", {"action": "optional"}],
		["all", {"action": "unknown"}], ["all", [1]], ["all", {"action": 5}],
	])
	listener.calls.clear()
	client.close(4, "bye")
	await until(func() -> bool: return not listener.calls.is_empty(), "the end")
	equal(listener.calls, [["disconnected", peer, {"action": "disconnected", "code": 4, "text": "bye", "reason": Podsix.REASON_CLOSED, "os_error": 0}]])


func test_a_message_cannot_fake_an_event() -> void:
	await open()
	var listener := Both.new()
	server.add_listener(listener)
	await _sent([{"action": "connected"}, {"action": "disconnected"}])
	equal(listener.calls, [["all", {"action": "connected"}], ["all", {"action": "disconnected"}]])


func test_a_client_has_listeners_too() -> void:
	client = new_client()
	var listener := Both.new()
	equal(client.add_listener(listener), OK)
	await open()
	equal(listener.calls, [["connected", client.get_peer(), {"action": "connected", "reply": null}]])
	listener.calls.clear()
	server.send_to(peer, {"action": "shout", "text": "hey"})
	await until(func() -> bool: return listener.calls.size() == 2, "a shout")
	equal(listener.calls[0], ["shout", "hey"])
	equal([client.remove_listener(listener), client.remove_listener(listener)], [true, false])


func test_freed_inside_its_own_method() -> void:
	await open()
	var log := []
	var one := Logs.new()
	var two := LastOfItself.new()
	var three := Logs.new()
	one.log = log
	one.then = one.queue_free
	add_child(one)
	server.add_listener(one)
	# The array has the only reference, and loses it inside the method.
	var kept := [two]
	two.log = log
	two.kept = kept
	server.add_listener(two)
	two = null
	three.log = log
	three.mark = "three"
	add_child(three)
	server.add_listener(three)
	await _sent([{"action": "move"}])
	await get_tree().process_frame
	equal([is_instance_valid(one), kept.size()], [false, 0])
	await _sent([{"action": "move"}])
	equal(log, ["logs", "last", "three", "three"])


func test_freed_inside_the_method_of_another() -> void:
	await open()
	var log := []
	var one := Logs.new()
	var two := Logs.new()
	var three := Logs.new()
	for node: Logs in [one, two, three]:
		node.log = log
		add_child(node)
		server.add_listener(node)
	one.then = func() -> void:
		one.then = Callable()
		two.free()
	await _sent([{"action": "move"}, {"action": "move"}])
	equal(log, ["logs", "logs", "logs", "logs"])


func test_a_listener_frees_the_server() -> void:
	await open()
	var log := []
	var one := Logs.new()
	one.log = log
	one.then = server.free
	add_child(one)
	server.add_listener(one)
	client.send({"action": "move"})
	client.send({"action": "move"})
	await until(func() -> bool: return not client.is_connected_to_server(), "the end")
	equal([log, is_instance_valid(server), client.get_reason()], [["logs"], false, Podsix.REASON_CLOSED])


func test_added_and_removed_inside_a_method() -> void:
	await open()
	var log := []
	var one := Logs.new()
	var two := Logs.new()
	var three := Logs.new()
	for node: Logs in [one, two, three]:
		node.log = log
		add_child(node)
	two.mark = "two"
	three.mark = "three"
	one.then = func() -> void:
		one.then = Callable()
		check(server.remove_listener(two), "it was there")
		server.add_listener(three)
	server.add_listener(one)
	server.add_listener(two)
	await _sent([{"action": "move"}, {"action": "move"}])
	# Removing takes effect at once, adding with the next event.
	equal(log, ["logs", "logs", "three"])


func test_a_listener_is_not_kept_alive() -> void:
	await open()
	var listener := Both.new()
	var weak: WeakRef = weakref(listener)
	server.add_listener(listener)
	await _sent([{"action": "bare"}])
	listener = null
	equal(weak.get_ref(), null)
	await _sent([{"action": "bare"}])
	# Those that nobody calls any more do not pile up.
	for index in 1000:
		server.add_listener(Both.new())
	await _sent([{"action": "bare"}])


func test_children_in_the_group() -> void:
	await open()
	var log := []
	var child := Logs.new()
	child.log = log
	child.add_to_group("podsix_listeners")
	var stranger := Logs.new()
	stranger.log = log
	stranger.mark = "stranger"
	stranger.add_to_group("podsix_listeners")
	add_child(stranger)
	var between := Node.new()
	server.add_child(between)
	between.add_child(child)
	await _sent([{"action": "move"}])
	equal(log, ["logs"], "below the server only")
	child.remove_from_group("podsix_listeners")
	await _sent([{"action": "move"}])
	equal(log, ["logs"])
	server.listener_group = "another"
	child.add_to_group("another")
	await _sent([{"action": "move"}])
	equal(log, ["logs", "logs"])
	between.free()
	await _sent([{"action": "move"}])
	equal(log, ["logs", "logs"])
	equal(client.listener_group, &"podsix_listeners")


func test_what_cannot_be_a_listener() -> void:
	await open()
	failed(server, server.add_listener(TooMany.new()), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ARGUMENT)
	equal(server.get_last_error(), "network_move takes 3 arguments; a handler takes (data) or (peer, data)")
	failed(server, server.add_listener(null), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ARGUMENT)
	failed(client, client.add_listener(null), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ARGUMENT)
	equal([server.remove_listener(self), server.remove_listener(null)], [false, false])


func test_an_argument_of_another_type() -> void:
	await open()
	var picky := Picky.new()
	add_child(picky)
	server.add_listener(picky)
	print("  (one error of network_move follows, as it should)")
	await _sent([{"action": "move"}])
	equal(picky.got, 0)
