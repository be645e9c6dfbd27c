## Warnings of messages that nobody handles.
extends "case.gd"


class Listens:
	extends RefCounted

	func network_move(_data: Dictionary) -> void:
		pass


class HearsAll:
	extends RefCounted

	func network(_data: Variant) -> void:
		pass


const NO_LISTENER := ": nobody handles the action \"%s\": there is no listener (add_listener adds one), and the signal message is not connected"
const NOBODY := ": nobody handles the action \"%s\": no listener has a method network_%s or network, and the signal message is not connected"


## Sends, and waits until all of it was polled.
func _send(messages: Array) -> void:
	var before: int = server.get_stats().messages_in
	for message: Variant in messages:
		equal(client.send(message), OK)
	await until(func() -> bool: return server.get_stats().messages_in == before + messages.size() and server.get_peer_stats(peer).queued_events == 0, "all polled")
	await get_tree().process_frame


func test_an_action_that_nobody_handles_is_said_once() -> void:
	await open()
	server.name = "Game"
	var listener := Listens.new()
	server.add_listener(listener)
	var heard := hear()
	await _send([{"action": "move"}, {"action": "mvoe"}, {"action": "mvoe"}, {"x": 1}, [1], {"action": 5}])
	await _send([{"action": "mvoe"}])
	var without := "Game: nobody handles messages without an action: no listener has a method network, and the signal message is not connected"
	equal(heard.take(), ["Game" + NOBODY % ["mvoe", "mvoe"], without])
	var all := HearsAll.new()
	server.add_listener(all)
	await _send([{"action": "shout"}])
	server.remove_listener(all)
	var told := []
	server.message.connect(func(_peer: int, action: String, _data: Variant) -> void: told.append(action))
	await _send([{"action": "shout"}])
	equal([told, heard.take()], [["shout"], []])


func test_what_strangers_make_up_is_shown_clean_and_not_for_ever() -> void:
	await open()
	server.name = "Game"
	server.add_listener(self)
	var heard := hear()
	var forged := "\n\u001b[2JERROR: forged\u202e"
	await _send([{"action": forged}, {"action": "x".repeat(100_000)}, {"action": "x".repeat(200_000)}])
	equal(heard.take(), [
		"Game" + NOBODY % [" \ufffd[2JERROR: forged\ufffd", " \ufffd[2JERROR: forged\ufffd"],
		"Game" + NOBODY % ["x".repeat(39) + "…", "x".repeat(39) + "…"],
	])
	for batch in 10:
		await _send(range(50).map(func(index: int) -> Dictionary: return {"action": "made up %d" % (batch * 50 + index)}))
	var said: Array = heard.take()
	equal(said.size(), 30)
	check(said[29].ends_with(". This node warns of no more actions"), said[29])


func test_an_answer_that_comes_late_is_nobodys_fault() -> void:
	await open()
	var heard := hear()
	await _send([{"action": "answer", "answer": 1}])
	equal(heard.take(), [])
	await _send([{"action": "answer"}])
	equal(heard.take().size(), 1)


func test_a_listener_that_was_never_added() -> void:
	await open()
	server.name = "Game"
	var heard := hear()
	await _send([{"action": "move"}, {"x": 1}])
	equal(heard.take(), ["Game" + NO_LISTENER % "move", "Game" + (NO_LISTENER % "").replace("the action \"\"", "messages without an action")])


func test_who_asks_to_be_let_in_and_is_not_answered() -> void:
	server = new_server()
	server.name = "Game"
	server.approval = true
	equal(server.start(), OK)
	var heard := hear()
	var clients: Array[PodsixClient] = [new_client(), new_client(), new_client()]
	for index in 2:
		equal(clients[index].connect_to(server.get_addresses()[0]), OK)
	await until(func() -> bool: return not heard.said().is_empty(), "said")
	var asked := []
	server.request.connect(func(who: int, _hello: Variant) -> void: asked.append(who))
	equal(clients[2].connect_to(server.get_addresses()[0]), OK)
	await until(func() -> bool: return not asked.is_empty(), "asked")
	equal(heard.take(), ["Game: a client asks to be let in (approval), and nobody hears of it: no listener has a method network_request, and the signal request is not connected"])


func test_a_logger_frees_the_node() -> void:
	await open()
	var heard := hear()
	heard.then = func(_text: String) -> void: server.free()
	client.send({"action": "mvoe"})
	await until(func() -> bool: return not is_instance_valid(server), "freed")
	equal(heard.take().size(), 1)
