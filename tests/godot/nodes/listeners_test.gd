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


class Mixed:
	extends RefCounted
	var calls := []

	func network_many(_a: int, _b: int, _c: int) -> void:
		calls.append("many")

	func network_swapped(_data: Dictionary, _peer: int) -> void:
		calls.append("swapped")

	func network_bytes(_data: PackedByteArray) -> void:
		calls.append("bytes")

	func network_peer(_peer: int) -> void:
		calls.append("peer")

	func network_nodes(_data: Dictionary[String, Node]) -> void:
		calls.append("nodes")

	func network_connected(_peer: int, _name: String) -> void:
		calls.append("connected")

	func network_helper(data: Dictionary, more := 1, _most := []) -> void:
		calls.append(["helper", data.action, more])

	static func network_static(data: Dictionary) -> void:
		data.calls.append("static")

	func network_later(data: Dictionary) -> void:
		await Engine.get_main_loop().process_frame
		calls.append(["later", data.action])

	func Network_Capital(data: Dictionary) -> void:
		calls.append(["capital", data.action])

	func NetworkMove(_data: Dictionary) -> void:
		calls.append("never")

	func network_right(data: Dictionary) -> void:
		calls.append(["right", data.action])


class Hides:
	extends Mixed

	func network_right(_data: Variant, _a := 0, _b := 0, _c := 0) -> void:
		calls.append("hides")

	func network_bare(_a: Variant, _b: Variant, _c: Variant) -> void:
		calls.append("hides bare")


class Picky:
	extends Node
	var got := []

	func network(data: Dictionary) -> void:
		got.append(["all", data.action])

	func network_move(data: Dictionary) -> void:
		got.append(["move", data.action])


## Reads all of what it gets, then spoils it.
class Spoils:
	extends RefCounted
	var got := []
	var greeting := ""

	func spoil(data: Dictionary) -> void:
		got.append(var_to_str([data.list, data.tuple, data.bytes, data.map, data.ext.type_id, data.size()]))
		for key: Variant in data.keys():
			if data[key] is Array and not data[key].is_read_only():
				data[key].clear()
			elif data[key] is PackedByteArray:
				data[key].append(1)
			elif data[key] is Dictionary:
				data[key].a.spoilt = true
			elif data[key] is PodsixExtension:
				data[key].type_id = 7
		data.spoilt = true

	func network_spoil(data: Dictionary) -> void:
		spoil(data)

	func network(_peer: int, data: Variant) -> void:
		if data is Dictionary:
			spoil(data)

	func network_connected(_peer: int, data: Dictionary) -> void:
		got.append(var_to_str(data))
		data.hello.name = "spoilt"
		data.hello.list.clear()
		data.clear()


class Greets:
	extends RefCounted
	var server: PodsixServer
	var names: Array

	func network_connected(data: Dictionary) -> void:
		server.stop()
		names.append(data.hello.name if data.hello is Dictionary else "nobody")


enum Suit { HEARTS, SPADES }


class Suits:
	extends RefCounted
	var got := []

	func network_numbers(_data: Dictionary[StringName, int]) -> void:
		got.append("never")

	func network(data: Dictionary[int, Suit]) -> void:
		got.append(data)


class Typed:
	extends RefCounted
	var got := []

	func network_scores(_peer: int, data: Dictionary[String, Variant]) -> void:
		got.append(["scores", data.is_same_typed({} as Dictionary[String, Variant]), data.of])

	func network_words(data: Dictionary[StringName, String]) -> void:
		got.append(["words", data[&"action"], data.keys().map(typeof)])

	func network(data: Array[float]) -> void:
		got.append(["all", data])

	func network_disconnected(data: Dictionary[String, Variant]) -> void:
		got.append(["disconnected", data.text])


class Fails:
	extends RefCounted
	var calls := 0

	func network_move(data: Dictionary) -> void:
		calls += 1
		data.nothing.to_nowhere()
		calls += 100


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
	failed(server, server.add_listener(null), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ARGUMENT)
	failed(client, client.add_listener(null), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ARGUMENT)
	equal([server.remove_listener(self), server.remove_listener(null)], [false, false])


const RIGHT := " is never called: a method of such a name takes (peer: int, data: Dictionary), (data: Dictionary) or nothing"


func test_one_wrong_method_does_not_silence_the_others() -> void:
	await open()
	var heard := hear()
	var mixed := Mixed.new()
	equal(server.add_listener(mixed), OK)
	var inner := " in an inner class (RefCounted)" + RIGHT
	var wrong := [
		"network_many(_a: int, _b: int, _c: int)" + inner,
		"network_swapped(_data: Dictionary, _peer: int)" + inner,
		"network_bytes(_data: PackedByteArray)" + inner,
		"network_peer(_peer: int)" + inner,
		"network_nodes(_data: Dictionary[String, Node])" + inner + "; none of these messages can be _data: Dictionary[String, Node]",
		"network_connected(_peer: int, _name: String)" + inner,
	]
	equal(heard.take(), wrong)
	equal(server.add_listener(Mixed.new()), OK)
	equal(heard.take(), [], "once for a script")
	await _sent(["many", "swapped", "bytes", "peer", "nodes", "helper", "static", "later", "Capital", "Move", "right"].map(
			func(action: String) -> Dictionary: return {"action": action, "calls": []}))
	await until(func() -> bool: return ["later", "later"] in mixed.calls, "the coroutine has ended")
	mixed.calls.erase(["later", "later"])
	equal(mixed.calls, [["helper", "helper", 1], ["capital", "Capital"], ["right", "right"]])
	equal(heard.take(), [])


func test_a_wrong_method_hides_the_right_one_that_it_overrides() -> void:
	await open()
	var heard := hear()
	var hides := Hides.new()
	server.add_listener(hides)
	equal(heard.take().filter(func(text: String) -> bool: return text.begins_with("network_bare")).size(), 1)
	await _sent([{"action": "right"}, {"action": "bare"}])
	equal(hides.calls, ["hides"])


func test_the_error_of_a_method_names_its_script() -> void:
	await open()
	var heard := hear()
	var node := Node.new()
	node.set_script(load("res://wrong_listener.gd"))
	node.add_to_group("podsix_listeners")
	server.add_child(node)
	await _sent([{"action": "right"}])
	equal(node.calls, ["right"])
	equal(heard.take(), ["network_wrong(a, b, c) in res://wrong_listener.gd" + RIGHT])


func test_data_of_another_type_is_said_once_and_without_what_was_sent() -> void:
	await open()
	var picky := Picky.new()
	add_child(picky)
	server.add_listener(picky)
	var listener := Both.new()
	server.add_listener(listener)
	var heard := hear()
	var forged := "\n\u001b[2JERROR: forged\n".repeat(1000)
	for index in 3:
		await _sent([forged, [forged], {"action": "move", "x": forged}, 7])
	equal(picky.got, [["move", "move"], ["all", "move"], ["move", "move"], ["all", "move"], ["move", "move"], ["all", "move"]])
	equal(listener.calls.filter(func(call: Array) -> bool: return call[0] == "all").size(), 12, "the next listener hears it all")
	var said := "network(data: Dictionary) in an inner class (Node) is not called where the data is %s (said once)"
	equal(heard.take(), [said % "String", said % "Array", said % "int"])


func test_an_error_inside_a_method_does_not_stop_the_others() -> void:
	await open()
	var fails := Fails.new()
	var listener := Both.new()
	server.add_listener(fails)
	server.add_listener(listener)
	# Those errors the engine says by itself.
	Engine.print_error_messages = false
	await _sent([{"action": "move", "x": 1}, {"action": "move", "x": 2}])
	Engine.print_error_messages = true
	equal([fails.calls, listener.calls.map(func(call: Array) -> String: return call[0])], [2, ["move", "all", "move", "all"]])


func test_a_logger_may_call_the_node_that_complains() -> void:
	await open()
	var heard := hear()
	var picky := Picky.new()
	add_child(picky)
	var others := []
	heard.then = func(text: String) -> void:
		if not text.begins_with("network"):
			return
		var other := Both.new()
		others.append(other)
		server.add_listener(other)
		server.remove_listener(picky)
		server.broadcast(1)
	server.add_listener(Mixed.new())
	equal(others.size(), 6)
	server.add_listener(picky)
	await _sent([[1], [2]])
	equal([others.size(), picky.got], [7, []])


func test_what_a_listener_changes_no_other_sees() -> void:
	server = new_server()
	var listeners := [Spoils.new(), Spoils.new()]
	for listener: Spoils in listeners:
		server.add_listener(listener)
	var hello := {"name": "ann", "list": [1]}
	await open(hello)
	equal(listeners.map(func(one: Spoils) -> int: return one.got.size()), [1, 1])
	equal(listeners[0].got, listeners[1].got)
	equal([server.get_hello(peer), server.get_hello(peer)], [hello, hello])
	server.get_hello(peer).clear()
	equal(server.get_hello(peer), hello)

	var heard: Array[Array] = [[], []]
	for all: Array in heard:
		server.message.connect(func(_peer: int, _action: String, data: Variant) -> void: all.append(data))
	var tuple := [1, [2]]
	tuple.make_read_only()
	var sent := {"action": "spoil", "list": [1, [2]], "tuple": tuple, "bytes": PackedByteArray([9]), "map": {"a": {}}, "ext": PodsixExtension.create(5, PackedByteArray([3]))}
	for listener: Spoils in listeners:
		listener.got.clear()
	await _sent([sent])
	# Twice each: for the action, and for everything.
	for listener: Spoils in listeners:
		equal(listener.got, [listeners[0].got[0], listeners[0].got[0]])
	var last: Dictionary = heard[1][0]
	equal([last.list, last.tuple, last.tuple.is_read_only(), last.bytes, last.map, last.ext.type_id, last.has("spoilt")], [[1, [2]], [1, [2]], true, PackedByteArray([9]), {"a": {}}, 5, false])
	# The slots of a signal share its arguments, as everywhere in Godot.
	check(is_same(heard[0][0], heard[1][0]), "one for the signal")


func test_the_first_who_is_told_stops_the_server() -> void:
	server = new_server()
	var names := []
	var listeners := [Greets.new(), Greets.new()]
	for listener: Greets in listeners:
		listener.server = server
		listener.names = names
		server.add_listener(listener)
	equal(server.start(), OK)
	client = new_client()
	client.connect_to(server.get_addresses()[0], {"name": "ann"})
	await until(func() -> bool: return names.size() == 2, "both were told")
	equal(names, ["ann", "ann"])


func test_parameters_typed_by_what_is_in_them() -> void:
	await open()
	var heard := hear()
	var typed := Typed.new()
	server.add_listener(typed)
	equal(heard.take(), [])
	await _sent([
		{"action": "scores", "of": {"ann": [1]}},
		{"action": "words", "word": "hey"}, {"action": "words", "word": 7},
		[1, 2.5], [], [1, "two"], "three", {"action": "scores", 5: 5},
		{"action": "scores", 6: 6},
	])
	var numbers: Array[float] = [1.0, 2.5]
	equal(typed.got, [["scores", true, {"ann": [1]}], ["words", "words", [TYPE_STRING_NAME, TYPE_STRING_NAME]], ["all", numbers], ["all", [] as Array[float]]])
	check(typed.got[3][1].is_typed(), "typed, and empty")
	var where := " in an inner class (RefCounted) is not called where %s (said once)"
	equal(heard.take(), [
		"network(data: Array[float])" + where % "the data is Dictionary",
		"network_words(data: Dictionary[StringName, String])" + where % "int is in the data",
		"network(data: Array[float])" + where % "String is in the data",
		"network(data: Array[float])" + where % "the data is String",
		"network_scores(_peer: int, data: Dictionary[String, Variant])" + where % "int is in the data",
	])
	client.close(0, "bye")
	await until(func() -> bool: return typed.got.size() == 5, "the end")
	equal(typed.got[4], ["disconnected", "bye"])


func test_enums_are_numbers_and_no_message_is_of_numbers_alone() -> void:
	await open()
	var heard := hear()
	var suits := Suits.new()
	server.add_listener(suits)
	equal(heard.take(), ["network_numbers(_data: Dictionary[StringName, int]) in an inner class (RefCounted)" + RIGHT + "; none of these messages can be _data: Dictionary[StringName, int]"])
	await _sent([{5: Suit.SPADES}, {5: 2.0}, {"action": "numbers"}])
	var expected: Array[Dictionary] = [{5: 1}, {5: 2}]
	equal(suits.got.map(func(data: Dictionary) -> Dictionary: return Dictionary(data, TYPE_NIL, "", null, TYPE_NIL, "", null)), Array(expected, TYPE_NIL, "", null))
	check(suits.got[0].is_same_typed({} as Dictionary[int, Suit]), "as declared")
	equal(heard.take(), ["network(data: Dictionary[int, int]) in an inner class (RefCounted) is not called where String is in the data (said once)"])
