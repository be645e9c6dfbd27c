## The nodes' methods, properties and signals, one after the other.
extends "case.gd"


func test_a_connection_from_beginning_to_end() -> void:
	server = new_server()
	client = new_client()
	var at_server := []
	var at_client := []
	watch(server, at_server)
	watch(client, at_client)
	equal([server.is_running(), client.is_connected_to_server(), client.get_peer()], [false, false, 0])
	await open({"name": "ada"})
	equal(first(at_server, "connected"), [peer])
	equal(server.get_hello(peer), {"name": "ada"})
	equal(first(at_client, "connected"), [client.get_peer()])
	equal(client.get_reply(), null)
	check(server.get_peer_address(peer).begins_with("127.0.0.1:"), server.get_peer_address(peer))
	equal(client.get_peer_address(), server.get_addresses()[0].trim_prefix("tcp://"))

	equal(client.send({"action": "move", "x": 3}), OK)
	await until(func() -> bool: return first(at_server, "message") != [], "a message")
	equal(first(at_server, "message"), [peer, "move", {"action": "move", "x": 3}])
	equal(server.send_to(peer, [1]), OK)
	await until(func() -> bool: return first(at_client, "message") != [], "an answer")
	equal(first(at_client, "message"), [client.get_peer(), "", [1]])
	equal([server.get_stats().messages_in, server.get_peer_stats(peer).messages_in, client.get_stats().messages_in], [1, 1, 1])

	equal(server.disconnect_peer(peer, 7, "enough"), OK)
	failed(server, server.send_to(peer, 1), ERR_CONNECTION_ERROR, Podsix.ERR_NOT_CONNECTED)
	await until(func() -> bool: return first(at_client, "disconnected") != [] and first(at_server, "disconnected") != [], "the end")
	equal(first(at_client, "disconnected").slice(1), [7, "enough"])
	equal(client.get_reason(), Podsix.REASON_CLOSED)
	equal(first(at_server, "disconnected"), [peer, 7, "enough"])
	equal(server.get_reason(), Podsix.REASON_LOCAL)
	equal([client.is_connected_to_server(), client.get_peer(), server.get_hello(peer), server.get_peers().size()], [false, 0, null, 0])
	failed(server, server.send_to(peer, 1), ERR_DOES_NOT_EXIST, Podsix.ERR_UNKNOWN_PEER)
	check("there is no peer" in server.get_last_error(), server.get_last_error())
	server.stop()
	equal([server.is_running(), server.get_stats(), server.get_peer_stats(peer), server.get_addresses(), server.get_peer_address(peer)], [false, {}, {}, PackedStringArray(), ""])


func test_asking_to_be_let_in() -> void:
	server = new_server()
	server.approval = true
	var requests := []
	var answer := func(who: int, hello: Variant) -> void:
		requests.append(hello)
		if hello != null and hello.name == "ada":
			equal(server.accept(who, {"seat": 3}), OK)
			failed(server, server.accept(who), ERR_UNAVAILABLE, Podsix.ERR_NOT_REQUESTED)
		else:
			equal(server.refuse(who, 42, "full"), OK)
	server.request.connect(answer)
	await open({"name": "ada"})
	equal(client.get_reply(), {"seat": 3})
	var other := new_client()
	var seen := []
	watch(other, seen)
	equal(other.connect_to(server.get_addresses()[0]), OK)
	await until(func() -> bool: return first(seen, "error") != [], "a refusal")
	equal(first(seen, "error"), [42, "full"])
	equal(other.get_reason(), Podsix.REASON_REFUSED)
	equal(requests, [{"name": "ada"}, null])
	equal(server.get_peers(), PackedInt64Array([peer]))


func test_broadcast_reaches_all_but_one() -> void:
	await open()
	var others := [new_client(), new_client()]
	for other: PodsixClient in others:
		other.connect_to(server.get_addresses()[0])
	await until(func() -> bool: return server.get_peers().size() == 3, "three peers")
	var got := {}
	for each: PodsixClient in [client] + others:
		each.message.connect(func(_peer: int, _action: String, data: Variant) -> void: got.get_or_add(each, []).append(data))
	equal(server.broadcast("all but one", peer), OK)
	equal(server.broadcast("all"), OK)
	await until(func() -> bool: return others.all(func(other: Variant) -> bool: return got.get(other, []).size() == 2) and got.has(client), "all messages")
	equal(got[client], ["all"])
	equal(got[others[0]], ["all but one", "all"])
	# Several, however they are given.
	got.clear()
	var rest := Array(server.get_peers()).filter(func(one: int) -> bool: return one != peer)
	var typed: Array[int] = [peer, rest[0]]
	equal(server.broadcast("to one", typed), OK)
	equal(server.broadcast("to one", PackedInt64Array([peer, rest[0], 0, 12345])), OK)
	equal(server.broadcast("to nobody", server.get_peers()), OK)
	equal(server.broadcast("to all", []), OK)
	equal(server.send_many(rest, "to two"), OK)
	equal(server.send_many(server.get_peers(), "to three"), OK)
	equal(server.send_many(peer, "alone"), OK)
	failed(server, server.send_many([peer, 12345, rest[0]], "last"), ERR_DOES_NOT_EXIST, Podsix.ERR_UNKNOWN_PEER)
	check(server.get_last_error().begins_with("1 of 3 peers: there is no peer 12345"), server.get_last_error())
	for wrong: Variant in ["all", [peer, "x"], 1.5, null, {}]:
		failed(server, server.send_many(wrong, 1), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ARGUMENT, str(wrong))
		failed(server, server.broadcast(1, wrong), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ARGUMENT, str(wrong))
	await until(func() -> bool: return got.get(client, []).size() == 4 and others.all(func(other: Variant) -> bool: return got.get(other, []).size() >= 3), "all of it")
	equal(got[client], ["to all", "to three", "alone", "last"])
	var two := [got[others[0]], got[others[1]]]
	two.sort_custom(func(a: Array, b: Array) -> bool: return a.size() < b.size())
	await until(func() -> bool: return two[0].size() == 4 and two[1].size() == 5, "the rest")
	equal(two, [["to all", "to two", "to three", "last"], ["to one", "to one", "to all", "to two", "to three"]])


func test_drop_peer_is_an_end_without_a_goodbye() -> void:
	await open()
	var seen := []
	watch(client, seen)
	equal(server.drop_peer(peer), OK)
	await until(func() -> bool: return first(seen, "disconnected") != [], "the end")
	equal(client.get_reason(), Podsix.REASON_LOST)


func test_close_and_begin_again_at_once() -> void:
	await open()
	var seen := []
	watch(client, seen)
	var old := client.get_peer()
	failed(client, client.connect_to(server.get_addresses()[0]), ERR_ALREADY_IN_USE, Podsix.ERR_BAD_ARGUMENT)
	equal(client.close(3, "later"), OK)
	failed(client, client.close(), ERR_CONNECTION_ERROR, Podsix.ERR_NOT_CONNECTED)
	equal(client.connect_to(server.get_addresses()[0], {"again": true}), OK)
	await until(func() -> bool: return client.is_connected_to_server() and first(seen, "disconnected") != [], "the second connection")
	equal(first(seen, "disconnected"), [old, 3, "later"])
	check(client.get_peer() != old, "another number")


func test_what_fails_says_why() -> void:
	server = new_server("127.0.0.1:nowhere")
	failed(server, server.start(), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ADDRESS)
	check("port" in server.get_last_error(), server.get_last_error())
	server.address = ""
	failed(server, server.start(), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ADDRESS)
	server.address = "127.0.0.1:0"
	equal(server.start(), OK)
	failed(server, server.start(), ERR_ALREADY_IN_USE, Podsix.ERR_BAD_ARGUMENT)
	var second := new_server("127.0.0.1:0, " + server.get_addresses()[0])
	failed(second, second.start(), ERR_CANT_CREATE, Podsix.ERR_OS)
	equal(second.is_running(), false, "all addresses or none")
	client = new_client()
	failed(client, client.send(1), ERR_CONNECTION_ERROR, Podsix.ERR_NOT_CONNECTED)
	failed(client, client.close(), ERR_CONNECTION_ERROR, Podsix.ERR_NOT_CONNECTED)
	failed(client, client.connect_to("*"), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ADDRESS)
	failed(server, server.broadcast({"x": self}), ERR_INVALID_DATA, Podsix.ERR_UNSENDABLE)
	equal([server.accept(0), server.refuse(-1), server.disconnect_peer(0), server.drop_peer(0)], [ERR_DOES_NOT_EXIST, ERR_DOES_NOT_EXIST, ERR_DOES_NOT_EXIST, ERR_DOES_NOT_EXIST])
	var seen := []
	watch(client, seen)
	var free_port := second.get_addresses()
	equal(free_port, PackedStringArray())
	server.stop()
	equal(client.connect_to("127.0.0.1:1"), OK)
	await until(func() -> bool: return first(seen, "error") != [], "nobody there")
	equal(client.get_reason(), Podsix.REASON_UNREACHABLE)
	equal([first(seen, "error")[0], client.get_peer_address(), client.get_stats()], [0, "", {}])


## Whose child has failed before it was ready itself.
class Parent:
	extends Node
	var seen := []

	func _ready() -> void:
		var server: PodsixServer = get_child(0)
		server.add_listener(self)
		server.error.connect(func(code: int, text: String) -> void: seen.append([code, text]))

	func network_error(data: Dictionary) -> void:
		seen.append([data.code, data.text])


func test_auto_start() -> void:
	server = PodsixServer.new()
	server.address = "127.0.0.1:0, podsixnet://127.0.0.1:0"
	server.auto_start = true
	add_child(server)
	equal(server.is_running(), true)
	var addresses := server.get_addresses()
	check(addresses.size() == 2 and addresses[0].begins_with("tcp://127.0.0.1:") and addresses[1].begins_with("podsixnet://127.0.0.1:"), str(addresses))
	for address in addresses:
		var other := PodsixClient.new()
		other.address = address
		other.auto_start = true
		add_child(other)
		await until(other.is_connected_to_server, "connected to " + address)
	# What no call can return is the signal error.
	var wrong := PodsixServer.new()
	wrong.address = addresses[0]
	wrong.auto_start = true
	# Its parent, which is ready after it, hears of it by its signal and its listeners.
	var parent := Parent.new()
	parent.add_child(wrong)
	add_child(parent)
	equal(wrong.is_running(), false)
	await until(func() -> bool: return parent.seen.size() == 2, "the failure")
	equal(parent.seen.map(func(one: Array) -> int: return one[0]), [ERR_CANT_CREATE, ERR_CANT_CREATE])
	check("in use" in parent.seen[0][1], parent.seen[0][1])
	equal([wrong.get_last_error(), wrong.get_last_error_code(), wrong.get_reason()], [parent.seen[1][1], Podsix.ERR_OS, Podsix.REASON_NONE])


func test_a_node_polls_when_it_is_told_to() -> void:
	await open()
	var when := []
	server.message.connect(func(_peer: int, _action: String, _data: Variant) -> void: when.append(Engine.is_in_physics_frame()))
	for callback: int in [PodsixServer.PROCESS_PHYSICS, PodsixServer.PROCESS_IDLE]:
		server.process_callback = callback
		client.process_callback = callback
		client.send(callback)
		await until(func() -> bool: return not when.is_empty(), "polled")
		equal(when, [callback == PodsixServer.PROCESS_PHYSICS])
		when.clear()
	server.process_callback = PodsixServer.PROCESS_MANUAL
	equal([PodsixClient.PROCESS_IDLE, PodsixClient.PROCESS_PHYSICS, PodsixClient.PROCESS_MANUAL], [0, 1, 2])
	client.send(1)
	await until(func() -> bool: return server.get_peer_stats(peer).queued_events == 1, "arrived")
	await get_tree().process_frame
	await get_tree().physics_frame
	equal(when, [])
	equal(server.poll(), 1)
	equal(when.size(), 1)
	client.process_callback = PodsixClient.PROCESS_MANUAL
	equal(client.poll(), 0)


func test_stop_and_free_inside_a_signal() -> void:
	await open()
	var stops := func(_peer: int, _action: String, _data: Variant) -> void: server.stop()
	server.message.connect(stops)
	client.send(1)
	client.send(2)
	await until(func() -> bool: return not client.is_connected_to_server(), "the server's end")
	equal(client.get_reason(), Podsix.REASON_CLOSED)
	server.message.disconnect(stops)
	await open()
	server.message.connect(func(_peer: int, _action: String, _data: Variant) -> void: server.queue_free())
	client.send(1)
	await until(func() -> bool: return not client.is_connected_to_server(), "the server's end")
	equal(is_instance_valid(server), false)


func test_a_slow_reader_is_writable_later() -> void:
	server = new_server()
	server.limits = PodsixLimits.new()
	server.limits.queue_events = 8
	await open()
	server.process_callback = PodsixServer.PROCESS_MANUAL
	var seen := []
	watch(client, seen)
	var text := "x".repeat(10_000)
	var code := OK
	while code == OK:
		code = client.send(text)
	equal(code, ERR_BUSY)
	check("out_buffer" in client.get_last_error(), client.get_last_error())
	await until(func() -> bool: server.poll(); return first(seen, "writable") != [], "writable")
	equal(first(seen, "writable"), [client.get_peer()])
	equal(client.send(text), OK)
	# And the other way round: what a broadcast cannot keep for a peer ends its connection.
	client.process_callback = PodsixClient.PROCESS_MANUAL
	var at_server := []
	watch(server, at_server)
	while server.send_to(peer, text) == OK:
		pass
	await until(func() -> bool: server.poll(); client.poll(); return first(at_server, "writable") != [], "writable")
	equal(first(at_server, "writable"), [peer])


func test_a_game_that_sleeps_is_told_of() -> void:
	var limits := PodsixLimits.new()
	limits.idle_timeout = 1.0
	limits.ping_interval = 0.25
	server = new_server()
	client = new_client()
	server.limits = limits
	client.limits = limits
	await open()
	var at_client := []
	var at_server := []
	watch(client, at_client)
	watch(server, at_server)
	for sleeper: Node in [server, client]:
		var seen := at_client if sleeper == server else at_server
		sleeper.process_callback = 2
		await until(func() -> bool: return first(seen, "stalled") != [], "stalled")
		equal(first(seen, "stalled")[0], client.get_peer() if sleeper == server else peer)
		check(first(seen, "stalled")[1] > 0, "milliseconds")
		sleeper.process_callback = 0
		await until(func() -> bool: return first(seen, "resumed") != [], "resumed")
		equal(first(seen, "resumed"), [client.get_peer() if sleeper == server else peer])
	equal(client.is_connected_to_server(), true)


func test_limits_hold_and_are_checked() -> void:
	server = new_server()
	server.limits = PodsixLimits.new()
	server.limits.max_message = 32
	await open()
	failed(client, client.send("x".repeat(33)), ERR_PARAMETER_RANGE_ERROR, Podsix.ERR_TOO_LARGE)
	server.stop()
	server.limits.max_message = -1
	failed(server, server.start(), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_CONFIG)
	equal(server.get_last_error(), "max_message cannot be -1")
	equal(server.limits.get_problem(), "max_message cannot be -1")
	server.limits = PodsixLimits.new()
	equal(server.limits.get_problem(), "")
	for property in server.limits.get_property_list():
		if property.usage & PROPERTY_USAGE_SCRIPT_VARIABLE or not ClassDB.class_get_property_default_value("PodsixLimits", property.name) is float:
			continue
		server.limits.set(property.name, -1.0)
		failed(server, server.start(), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_CONFIG, property.name)
		check(property.name in server.get_last_error(), server.get_last_error())
		server.limits = PodsixLimits.new()


func test_defaults_of_the_limits() -> void:
	var limits := PodsixLimits.new()
	equal([limits.max_message, limits.max_depth, limits.max_values, limits.max_peers], [1 << 20, 64, 65_536, 4_096])
	equal([limits.handshake_timeout, limits.approval_timeout, limits.connect_timeout, limits.ping_interval], [5.0, 10.0, 10.0, 5.0])
	equal([limits.idle_timeout, limits.podsixnet_idle_timeout, limits.stall_limit, limits.linger], [15.0, 0.0, 60.0, 5.0])
	equal([limits.out_buffer, limits.queue_events, limits.queue_bytes, limits.memory_budget], [1 << 20, 1_024, 1 << 20, 256 << 20])
	equal([limits.max_greeting_per_address, limits.limit_loopback], [256, false])
	equal([limits.slow_peer, limits.slow_peer_bytes], [5.0, 8 << 20])


func test_the_largest_message_brings_what_it_needs() -> void:
	var limits := PodsixLimits.new()
	limits.queue_bytes = 12 << 20
	limits.set_largest(10 << 20)
	equal([limits.max_message, limits.out_buffer, limits.queue_bytes, limits.memory_budget], [10 << 20, 10 << 20, 12 << 20, 256 << 20])
	equal(limits.get_problem(), "")
	limits.set_largest(1 << 24)
	check("max_message is 16777216" in limits.get_problem(), limits.get_problem())


func test_warnings_of_the_properties() -> void:
	server = new_server("127.0.0.1:99999, here")
	server.max_events_per_frame = -1
	server.limits = PodsixLimits.new()
	server.limits.max_depth = 1000
	var warnings := "\n".join(server.get_problems())
	for part: String in ["'127.0.0.1:99999' has a port beyond 65535", "'here' is a name", "Max Events Per Frame", "max_depth is 1000"]:
		check(part in warnings, part + " in " + warnings)
	equal(new_server("*, podsixnet://[::1]:0").get_problems(), PackedStringArray())
	client = new_client()
	equal(client.get_problems(), PackedStringArray())
	for wrong: String in ["*", "localhost:0", "a b"]:
		client.address = wrong
		equal(client.get_problems().size(), 1, wrong)
	client.address = ""
	equal(client.get_problems().size(), 0, "the game may name one")


func test_what_is_set_too_late_is_warned_of() -> void:
	var output := []
	var project := ProjectSettings.globalize_path("res://")
	equal(OS.execute(settings.godot, ["--headless", "--no-header", "--path", project, "--script", "warns.gd"], output, true), 0)
	var late: PackedStringArray = []
	for line: String in output[0].split("\n"):
		var words := line.get_slice("WARNING: ", 1)
		if "WARNING: Podsix" in line:
			late.append(words.get_slice(" was set", 0).get_slice(" counts", 0))
	equal(late, PackedStringArray([
		"PodsixLimits: max_peers", "PodsixLimits: max_message", "PodsixLimits: max_peers", "PodsixLimits: max_message",
		"PodsixServer Server: address", "PodsixServer Server: approval", "PodsixClient Client: hello",
		"PodsixServer Server: limits", "PodsixServer Server: threaded", "PodsixClient Client: limits", "PodsixClient Client: threaded",
		"PodsixServer Server: auto_start", "PodsixClient Client: auto_start",
	]), output[0])
	check("approval counts from the next start(): it runs already" in output[0], output[0])


## A script that extends a node sets its properties without asking the engine, which must be no other way.
class SetsItsOwn:
	extends PodsixServer

	func becomes_plain() -> void:
		plain_values = true


func test_plain_values_count_at_once() -> void:
	server = SetsItsOwn.new()
	server.address = "127.0.0.1:0"
	add_child(server)
	await open()
	var seen := []
	watch(client, seen)
	server.send_to(peer, Vector2(1, 2))
	server.becomes_plain()
	server.send_to(peer, Vector2(1, 2))
	await until(func() -> bool: return seen.size() == 2, "both")
	equal(seen.map(func(one: Array) -> Variant: return one[3]), [Vector2(1, 2), [1.0, 2.0]])


func test_enumerations_are_types() -> void:
	await open()
	var callback: PodsixServer.ProcessCallback = PodsixServer.PROCESS_MANUAL
	server.process_callback = callback
	var other: PodsixClient.ProcessCallback = PodsixClient.ProcessCallback.PROCESS_PHYSICS
	client.process_callback = other
	var reason: Podsix.Reason = client.get_reason()
	var exact: Podsix.ErrorCode = server.get_last_error_code()
	var error: Error = server.send_to(0, 1)
	equal([callback, other, reason, exact, error, server.get_last_error_code()], [2, 1, 0, 0, ERR_DOES_NOT_EXIST, Podsix.ErrorCode.ERR_UNKNOWN_PEER])
	equal(ClassDB.class_get_enum_list("Podsix", true), PackedStringArray(["ErrorCode", "Reason"]))
	equal(ClassDB.class_get_integer_constant_enum("Podsix", "REASON_FULL", true), &"Reason")
	print("  (one error of process_callback follows, as it should)")
	server.set("process_callback", 7)
	equal(server.process_callback, PodsixServer.PROCESS_MANUAL)
	# Everything that fails says so by Godot's own type, and the inspector has the names.
	for type: String in ["PodsixServer", "PodsixClient"]:
		for method in ClassDB.class_get_method_list(type, true):
			if method.name in ["start", "send", "send_to", "send_many", "broadcast", "answer", "connect_to", "close", "add_listener", "accept", "refuse", "kick", "drop_peer", "disconnect_peer"]:
				equal([method.return.class_name, method.return.usage & PROPERTY_USAGE_CLASS_IS_ENUM], [&"Error", PROPERTY_USAGE_CLASS_IS_ENUM], method.name)
			elif method.name == "get_process_callback":
				equal(method.return.class_name, StringName(type + ".ProcessCallback"))
		for property in ClassDB.class_get_property_list(type, true):
			if property.name == "process_callback":
				equal([property.class_name, property.hint_string], [StringName(type + ".ProcessCallback"), "Idle:0,Physics:1,Manual:2"])


func test_from_another_thread() -> void:
	await open()
	var thread := Thread.new()
	thread.start(func() -> int: return client.send(1))
	failed(client, thread.wait_to_finish(), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ARGUMENT)
	check("main thread" in client.get_last_error(), client.get_last_error())


func test_without_a_thread() -> void:
	server = new_server()
	server.threaded = false
	client = new_client()
	client.threaded = false
	await open({"name": "ada"})
	equal(server.get_hello(peer), {"name": "ada"})
	equal(client.send({"action": "move"}), OK)
	var seen := []
	watch(server, seen)
	await until(func() -> bool: return first(seen, "message") != [], "a message")
	equal(first(seen, "message")[1], "move")


func test_names_of_the_numbers() -> void:
	var constants := ClassDB.class_get_integer_constant_list("Podsix", true)
	check(constants.size() > 30, str(constants))
	for constant in constants:
		var number := ClassDB.class_get_integer_constant("Podsix", constant)
		var name := Podsix.error_name(number) if constant.begins_with("ERR_") else Podsix.reason_name(number)
		equal(name, "PODSIX_" + constant)
	equal([Podsix.error_name(0), Podsix.error_name(-99), Podsix.reason_name(-1)], ["PODSIX_OK", "PODSIX_ERR_UNKNOWN", "PODSIX_REASON_UNKNOWN"])
	check(Podsix.version().count(".") == 2, Podsix.version())
