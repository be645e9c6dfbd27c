## How connections end, and when a peer is there.
extends "case.gd"

const LongLine := preload("long_line.gd")
const MESSAGES := 1_000
const DELAY_MS := 150


## Opens a long line and connects the client over it.
func _open_far() -> LongLine:
	server = new_server()
	server.limits = PodsixLimits.new()
	server.limits.linger = 60.0
	equal(server.start(), OK)
	var line := LongLine.new(get_tree(), server.get_addresses()[0].get_slice(":", 2).to_int(), DELAY_MS)
	client = new_client()
	equal(client.connect_to("127.0.0.1:%d" % line.port), OK)
	await until(func() -> bool: return client.is_connected_to_server() and server.get_peers().size() == 1, "connected")
	peer = server.get_peers()[0]
	return line


## Sends a lot, ends the server by `how`, while the client goes on sending, and looks at what comes.
func _end_far(how: Callable, words: Array) -> void:
	var line := await _open_far()
	var got := []
	client.message.connect(func(_peer: int, _action: String, data: Variant) -> void: got.append(data[0]))
	var seen := []
	watch(client, seen)
	var filler := "x".repeat(500)
	for number in MESSAGES:
		equal(server.send_to(peer, [number, filler]), OK)
	how.call()
	check(Podsix.is_closing(), "half of it is on its way")
	# Something unread at the server, at every moment.
	await until(func() -> bool: client.send(filler); return first(seen, "disconnected") != [], "the end")
	check(got == range(MESSAGES), "%d of %d messages arrived" % [got.size(), MESSAGES])
	equal(first(seen, "disconnected").slice(1), words)
	equal(client.get_reason(), Podsix.REASON_CLOSED)
	await until(func() -> bool: return not Podsix.is_closing(), "all is over")
	line.cut()


func test_stop_on_a_long_line() -> void:
	var at_server := []
	var stops := func() -> void:
		var address := server.get_addresses()[0]
		watch(server, at_server)
		server.stop(7, "that was all")
		equal([server.is_running(), server.get_peers().size(), server.send_to(peer, 1)], [false, 0, ERR_UNCONFIGURED])
		# It begins anew at once, where it was.
		server.address = address
		equal(server.start(), OK, server.get_last_error())
	await _end_far(stops, [7, "that was all"])
	equal(at_server, [], "nothing is told after stop")
	var next := new_client()
	equal(next.connect_to(server.get_addresses()[0]), OK)
	await until(next.is_connected_to_server, "the next game")


func test_stop_without_a_thread() -> void:
	server = new_server()
	server.threaded = false
	await open()
	var seen := []
	watch(client, seen)
	equal(server.send_to(peer, "last"), OK)
	server.stop()
	await until(func() -> bool: return first(seen, "disconnected") != [], "the end")
	equal([first(seen, "message").slice(1), first(seen, "disconnected").slice(1)], [["", "last"], [0, "the server has stopped"]])


func test_freed_on_a_long_line() -> void:
	await _end_far(func() -> void: server.free(), [0, "the other end shut down"])


## A game that quits, and does not wait for anything.
func test_the_game_quits() -> void:
	server = new_server()
	equal(server.start(), OK)
	var seen := []
	watch(server, seen)
	var project := ProjectSettings.globalize_path("res://")
	var process := OS.create_process(settings.godot, ["--headless", "--no-header", "--path", project, "--script", "quits.gd", "--", server.get_addresses()[0]])
	await until(func() -> bool: return first(seen, "disconnected") != [], "its end")
	var said := seen.filter(func(one: Array) -> bool: return one[0] == "message").map(func(one: Array) -> int: return one[3])
	equal(said, range(100))
	equal(first(seen, "disconnected").slice(1), [0, "the other end shut down"])
	await until(func() -> bool: return not OS.is_process_running(process), "it has quit")
	equal(OS.get_process_exit_code(process), 0)


func test_kick_waits_for_nothing() -> void:
	await open()
	client.process_callback = PodsixClient.PROCESS_MANUAL
	var at_server := []
	var at_client := []
	watch(server, at_server)
	watch(client, at_client)
	var sent := 0
	var stuck := 0
	while stuck < 10: # frames in which neither the system nor the out-buffer took more
		if server.send_to(peer, "x".repeat(10_000)) == OK:
			sent += 1
			stuck = 0
		else:
			stuck += 1
			await get_tree().process_frame
	# What waits would hold its words back.
	equal(server.kick(peer, 3, "cheating"), OK)
	await until(func() -> bool: return first(at_server, "disconnected") != [], "its end here")
	equal(first(at_server, "disconnected"), [peer, 3, "cheating"])
	equal(server.get_reason(), Podsix.REASON_LOCAL)
	await until(func() -> bool: client.poll(); return first(at_client, "disconnected") != [], "its end there")
	equal(first(at_client, "disconnected").slice(1), [3, "cheating"])
	equal(client.get_reason(), Podsix.REASON_CLOSED)
	var got := at_client.filter(func(one: Array) -> bool: return one[0] == "message").size()
	check(got < sent, "%d of %d messages" % [got, sent])
	equal([server.kick(peer), server.kick(0)], [ERR_DOES_NOT_EXIST, ERR_DOES_NOT_EXIST])


func test_kick_refuses_who_asks() -> void:
	server = new_server()
	server.approval = true
	server.request.connect(func(who: int, _hello: Variant) -> void: equal(server.kick(who, 4, "not you"), OK))
	equal(server.start(), OK)
	client = new_client()
	var seen := []
	watch(client, seen)
	equal(client.connect_to(server.get_addresses()[0]), OK)
	await until(func() -> bool: return first(seen, "error") != [], "the answer")
	equal([first(seen, "error"), client.get_reason()], [[4, "not you"], Podsix.REASON_REFUSED])


## "joined" goes to those who were there, and the newcomer's first message is its welcome.
func test_a_broadcast_is_for_those_who_were_told_of() -> void:
	await open()
	var told := []
	watch(client, told)
	server.process_callback = PodsixServer.PROCESS_MANUAL
	var late := new_client()
	var seen := []
	watch(late, seen)
	equal(late.connect_to(server.get_addresses()[0]), OK)
	await until(late.is_connected_to_server, "it is in, which the server's game has not heard")
	equal(server.get_peers(), PackedInt64Array([peer]))
	equal(server.broadcast("joined"), OK)
	server.connected.connect(func(who: int) -> void:
		equal(server.send_to(who, "welcome"), OK)
		equal(server.broadcast("all"), OK))
	await until(func() -> bool: server.poll(); return server.get_peers().size() == 2, "connected")
	await until(func() -> bool: return seen.size() == 3 and told.size() == 2, "all messages")
	equal(seen.map(func(one: Array) -> Variant: return one[-1]).slice(1), ["welcome", "all"])
	equal(told.map(func(one: Array) -> Variant: return one[-1]), ["joined", "all"])


func test_a_connection_closed_before_it_was_told_of_is_an_error() -> void:
	server = new_server()
	equal(server.start(), OK)
	client = new_client()
	client.process_callback = PodsixClient.PROCESS_MANUAL
	var seen := []
	watch(client, seen)
	equal(client.connect_to(server.get_addresses()[0]), OK)
	await until(func() -> bool: return server.get_peers().size() == 1, "the server has it")
	equal(client.close(5, "no"), OK)
	await until(func() -> bool: client.poll(); return seen.size() > 0, "its end")
	equal(seen, [["error", 5, "no"]])
	equal([client.get_reason(), client.get_peer()], [Podsix.REASON_LOCAL, 0])


## However late the client looks: what was open has ended, and did not fail.
func test_ended_while_the_client_was_not_looking() -> void:
	server = new_server()
	equal(server.start(), OK)
	var ends: Array[Callable] = [
		func(who: int) -> void: server.disconnect_peer(who, 5, "no"),
		func(who: int) -> void: server.kick(who, 5, "no"),
		func(who: int) -> void: server.drop_peer(who),
		func(_who: int) -> void: server.stop(5, "no"),
	]
	for end in ends:
		if not server.is_running():
			equal(server.start(), OK)
		client = new_client()
		client.process_callback = PodsixClient.PROCESS_MANUAL
		var seen := []
		watch(client, seen)
		var waited := []
		var waits := func() -> void: waited.append(await client.connect_and_wait(server.get_addresses()[0]))
		waits.call()
		var ended := [false]
		server.connected.connect(func(who: int) -> void: end.call(who); ended[0] = true, CONNECT_ONE_SHOT)
		await until(func() -> bool: return ended[0] and server.get_peers().is_empty() and not Podsix.is_closing(), "its end")
		await until(func() -> bool: client.poll(); return seen.size() >= 2, "both are told")
		equal(seen.map(func(one: Array) -> String: return one[0]), ["connected", "disconnected"])
		equal(waited, [OK])
		client.free()
