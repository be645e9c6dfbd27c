## Questions, their answers, and whatever else is awaited.
extends "case.gd"


## Answers what it is asked, when it is told to.
class Shop:
	extends RefCounted
	var node: Node
	var seen: Array[Dictionary] = []
	var answers := true

	func network_buy(who: int, data: Dictionary) -> void:
		seen.append(data)
		if answers:
			answer(who, data, {"gold": 12, "item": data.item})

	func answer(who: int, question: Dictionary, data: Dictionary) -> Error:
		return node.answer(who, question, data) if node is PodsixServer else node.answer(question, data)


## Awaits, and notes what came of it; freed in a test while it does.
class Awaits:
	extends Node
	var results: Array

	func asks(client: PodsixClient) -> void:
		results.append(await client.ask({"action": "buy", "item": "sword"}))


func _shop(node: Node) -> Shop:
	var shop := Shop.new()
	shop.node = node
	equal(node.add_listener(shop), OK)
	return shop


## Asks without waiting; what comes of it is appended to a list, with the words and the code of what failed.
func _asks(results: Array, question: Dictionary, timeout := 10.0) -> void:
	var answer: Dictionary = await client.ask(question, timeout)
	results.append(answer if not answer.is_empty() else [client.get_last_error(), client.get_last_error_code()])


func _connects(results: Array, address: String, hello := {}) -> void:
	var error: Error = await client.connect_and_wait(address, hello)
	results.append(error if error == OK else [error, client.get_last_error()])


func test_ask_and_answer() -> void:
	await open()
	var shop := _shop(server)
	var seen := []
	watch(client, seen)
	var question := {"action": "buy", "item": "sword"}
	for number in [1, 2]:
		var answer: Dictionary = await client.ask(question)
		equal(answer, {"gold": 12, "item": "sword", "action": "answer", "answer": number})
	equal(question, {"action": "buy", "item": "sword"}, "the game's own is as it was")
	equal(shop.seen, [{"action": "buy", "item": "sword", "ask": 1}, {"action": "buy", "item": "sword", "ask": 2}] as Array[Dictionary])
	equal(seen, [], "nobody else hears of an answer")
	# The other direction counts by itself, and so does each connection.
	var at_client := _shop(client)
	var answer: Dictionary = await server.ask(peer, question, 30)
	equal([answer.gold, answer.answer], [12, 1])
	equal(at_client.seen.size(), 1)
	client.close()
	await until(func() -> bool: return client.get_peer() == 0, "closed")
	await open()
	answer = await client.ask(question)
	equal(answer.answer, 1)
	# Without await it is a signal like others.
	var told := []
	client.ask(question).connect(func(data: Dictionary) -> void: told.append(data.answer))
	await until(func() -> bool: return not told.is_empty(), "an answer")
	equal(told, [2])


func test_over_podsixnet() -> void:
	server = new_server("podsixnet://127.0.0.1:0")
	var shop := _shop(server)
	await open()
	var answer: Dictionary = await client.ask({"action": "buy", "item": "sword"})
	equal(answer, {"gold": 12, "item": "sword", "action": "answer", "answer": 1})
	equal(shop.seen.size(), 1)


## Many at once: each has its own answer, or its own end.
func test_a_crowd_of_questions() -> void:
	await open()
	var shop := _shop(server)
	var results := []
	const COUNT := 2_000
	for number in COUNT:
		_asks(results, {"action": "buy", "item": number}, 30.0)
	await until(func() -> bool: return results.size() == COUNT, "all answers")
	equal(results.map(func(data: Dictionary) -> int: return data.item), range(COUNT))
	shop.answers = false
	results.clear()
	for number in COUNT:
		_asks(results, {"action": "buy", "item": number}, 0.001 if number % 2 else 0.0)
	await until(func() -> bool: return results.size() == COUNT / 2 and shop.seen.size() == 2 * COUNT, "half of them end")
	check(results.all(func(one: Variant) -> bool: return one is Array and one[1] == Podsix.ERR_TIMEOUT), "by their time")
	client.stop()
	await until(func() -> bool: return results.size() == COUNT, "the others end with the connection")


func test_answered_later_and_once() -> void:
	await open()
	var shop := _shop(server)
	shop.answers = false
	var seen := []
	watch(client, seen)
	var results := []
	_asks(results, {"action": "buy", "item": "first"})
	_asks(results, {"action": "buy", "item": "second"})
	await until(func() -> bool: return shop.seen.size() == 2, "two questions")
	for index in [1, 0, 1]:
		equal(shop.answer(peer, shop.seen[index], {"item": shop.seen[index].item}), OK)
	await until(func() -> bool: return not seen.is_empty(), "one answer too many, which is a message like others")
	equal(results.map(func(data: Dictionary) -> String: return data.item), ["second", "first"])
	equal(seen, [["message", client.get_peer(), "answer", {"item": "second", "action": "answer", "answer": 2}]])
	failed(server, server.answer(peer, {"action": "buy"}, {}), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ARGUMENT)
	failed(server, server.answer(peer, {"ask": "1"}, {}), ERR_INVALID_PARAMETER, Podsix.ERR_BAD_ARGUMENT)
	failed(server, server.answer(0, {"ask": 1}, {}), ERR_DOES_NOT_EXIST, Podsix.ERR_UNKNOWN_PEER)


func test_only_who_was_asked_can_answer() -> void:
	await open()
	var shop := _shop(client)
	shop.answers = false
	var seen := []
	watch(server, seen)
	var other := new_client()
	equal(await other.connect_and_wait(server.get_addresses()[0]), OK)
	var results := []
	var asks := func() -> void: results.append(await server.ask(peer, {"action": "buy", "item": "sword"}))
	asks.call()
	await until(func() -> bool: return shop.seen.size() == 1, "asked")
	# A quiz may have an action of that name, and a stranger may say anything.
	for data: Variant in [{"action": "answer", "answer": 1}, {"action": "answer"}, {"action": "answer", "answer": "1"}, {"action": "answer", "answer": -1}]:
		equal(other.send(data), OK)
	equal(client.send({"action": "answer", "answer": 2}), OK)
	var messages := func() -> Array: return seen.filter(func(one: Array) -> bool: return one[0] == "message")
	await until(func() -> bool: return messages.call().size() == 5, "all of them are messages like others")
	equal(results, [])
	equal(shop.answer(0, shop.seen[0], {"yes": true}), OK)
	await until(func() -> bool: return results.size() == 1, "the answer")
	equal(results, [{"yes": true, "action": "answer", "answer": 1}])


func test_a_question_ends() -> void:
	var results := []
	client = new_client()
	const BUY := {"action": "buy", "item": "sword"}
	# Never connected, and what cannot be sent or asked.
	_asks(results, BUY)
	equal(results, [], "never before it is awaited")
	await until(func() -> bool: return results.size() == 1, "an end")
	await open()
	_asks(results, {"item": "sword"})
	_asks(results, {"action": "buy", "item": self})
	_asks(results, BUY, -1.0)
	_asks(results, BUY, NAN)
	await until(func() -> bool: return results.size() == 5, "their ends")
	equal(results.map(func(one: Array) -> int: return one[1]), [Podsix.ERR_NOT_CONNECTED, Podsix.ERR_BAD_ARGUMENT, Podsix.ERR_UNSENDABLE, Podsix.ERR_BAD_ARGUMENT, Podsix.ERR_BAD_ARGUMENT])
	# Its time is over. A late answer is a message like others, and the number is not used again.
	var shop := _shop(server)
	shop.answers = false
	var seen := []
	watch(client, seen)
	results.clear()
	await _asks(results, BUY, 0.01)
	equal(results, [["the question was not answered in time", Podsix.ERR_TIMEOUT]])
	await until(func() -> bool: return shop.seen.size() == 1, "the question")
	shop.answer(peer, shop.seen[0], {})
	await until(func() -> bool: return not seen.is_empty(), "the late answer")
	equal([shop.seen[0].ask, first(seen, "message")[1]], [1, "answer"])
	# With the peer, with this node's stop, and with the server's.
	for how: Callable in [server.disconnect_peer.bind(peer), client.stop, server.stop]:
		if not client.is_connected_to_server():
			await open()
		results.clear()
		shop.seen.clear()
		_asks(results, BUY, 0)
		await until(func() -> bool: return shop.seen.size() == 1, "the question")
		if how.get_method() == "disconnect_peer":
			equal(shop.seen[0].ask, 2)
		how.call()
		await until(func() -> bool: return results.size() == 1, "its end by " + how.get_method())
		equal(results[0][1], Podsix.ERR_NOT_CONNECTED)
	# A server's own questions end with its stop.
	await open()
	results.clear()
	var asks := func() -> void: results.append(await server.ask(peer, BUY))
	asks.call()
	server.stop()
	await until(func() -> bool: return results == [{}], "its end")
	equal(server.get_last_error_code(), Podsix.ERR_NOT_CONNECTED)


## However often a game asks in vain, the next frame comes.
func test_asking_in_vain_again_and_again() -> void:
	client = new_client()
	var first := Engine.get_process_frames()
	for number in 5:
		equal(await client.ask({"action": "buy"}), {})
		equal(await client.connect_and_wait("a b"), ERR_INVALID_PARAMETER)
	check(Engine.get_process_frames() - first >= 3, "%d frames" % (Engine.get_process_frames() - first))
	# From within what is told, too.
	await open()
	_shop(server)
	var results := []
	server.connected.connect(func(who: int) -> void:
		for number in 5:
			results.append(await server.ask(0, {"action": "buy"}))
			server.send_to(who, 1))
	var other := new_client()
	equal(await other.connect_and_wait(server.get_addresses()[0]), OK)
	await until(func() -> bool: return results.size() == 5, "all of them")
	# Outside the tree and in a paused one, what failed at once is told all the same.
	remove_child(client)
	get_tree().paused = true
	equal(await client.ask({"action": "buy"}, -1), {})
	equal(await client.connect_and_wait("a b"), ERR_ALREADY_IN_USE)
	get_tree().paused = false
	add_child(client)


## Whoever awaits what a freed node was to tell hears nothing, and Godot says nothing of it.
func test_freed_while_it_is_awaited() -> void:
	await open()
	var shop := _shop(server)
	var results := []
	_asks(results, {"action": "buy", "item": "sword"})
	client.free()
	client = new_client()
	_connects(results, server.get_addresses()[0])
	client.free()
	# One that failed at once, and one whose end is told in the same frame.
	client = new_client()
	_asks(results, {"action": "buy", "item": "sword"})
	client.free()
	client = null
	await open()
	_asks(results, {"action": "buy", "item": "sword"})
	client.stop()
	client.free()
	# Freed by another who waited for the same.
	client = null
	await open()
	var frees := func() -> void:
		await client.ask({"action": "buy", "item": "first"})
		client.free()
	frees.call()
	_asks(results, {"action": "buy", "item": "sword"})
	await until(func() -> bool: return not is_instance_valid(client), "freed")
	# And who awaits may be freed.
	client = null
	await open()
	var awaits := Awaits.new()
	awaits.results = results
	add_child(awaits)
	awaits.asks(client)
	awaits.free()
	var last: Dictionary = await client.ask({"action": "buy", "item": "last"})
	equal(last.get("item"), "last")
	check(shop.seen.size() >= 3, "all of them were asked")
	equal(results, [])


func test_a_paused_tree_answers_nothing() -> void:
	await open()
	var shop := _shop(server)
	server.process_mode = Node.PROCESS_MODE_ALWAYS
	var results := []
	get_tree().paused = true
	_asks(results, {"action": "buy", "item": "sword"}, 0.000001)
	await until(func() -> bool: return shop.seen.size() == 1 and client.get_stats().queued_events == 1, "the answer waits")
	equal(results, [])
	get_tree().paused = false
	await until(func() -> bool: return results.size() == 1, "it is told")
	# It was there before the node could look at the clock.
	equal(results.map(func(one: Variant) -> Variant: return one.get("item") if one is Dictionary else one), ["sword"])


func test_connect_and_wait() -> void:
	server = new_server()
	equal(server.start(), OK)
	var address := server.get_addresses()[0]
	client = new_client()
	client.hello = {"name": "ada"}
	var results := []
	_connects(results, address)
	_connects(results, address)
	equal(results, [])
	await until(func() -> bool: return results.size() == 2, "both ends")
	equal(results, [[ERR_ALREADY_IN_USE, "there is a connection already, or one is on its way: close it first"], OK])
	equal([client.is_connected_to_server(), client.send({"action": "hi"})], [true, OK])
	await until(func() -> bool: return server.get_peers().size() == 1, "told")
	equal(server.get_hello(server.get_peers()[0]), {"name": "ada"})
	# Given up, by its own game, and begun anew at once.
	results.clear()
	client.close()
	_connects(results, address)
	client.close(3, "no")
	_connects(results, address, {"name": "bob"})
	await until(func() -> bool: return results.size() == 2, "the second")
	equal(results, [[ERR_CANT_CONNECT, "no"], OK])
	await until(func() -> bool: return server.get_peers().size() == 1 and server.get_hello(server.get_peers()[0]) == {"name": "bob"}, "another hello")
	results.clear()
	client.stop()
	equal([client.is_connected_to_server(), client.get_peer()], [false, 0])
	_connects(results, address)
	client.stop()
	await until(func() -> bool: return results.size() == 1, "stopped")
	equal(results, [[ERR_CONNECTION_ERROR, "it was stopped before it was connected"]])
	# Refused, with words that a stranger has written.
	results.clear()
	server.stop()
	server.approval = true
	server.request.connect(func(who: int, _hello: Variant) -> void: server.refuse(who, 42, "full\nERROR: \u001b[31m" + "x".repeat(900)))
	equal(server.start(), OK)
	_connects(results, server.get_addresses()[0])
	await until(func() -> bool: return results.size() == 1, "refused")
	equal([results[0][0], client.get_reason(), client.get_reason_code()], [ERR_UNAUTHORIZED, Podsix.REASON_REFUSED, 42])
	var words: String = results[0][1]
	check(words.begins_with("full ERROR: \ufffd[31mx"), words)
	# Nobody there, and no address.
	results.clear()
	server.stop()
	_connects(results, "127.0.0.1:1")
	await until(func() -> bool: return results.size() == 1, "nobody there")
	_connects(results, "a b")
	await until(func() -> bool: return results.size() == 2, "no address")
	equal([results[0][0], results[1][0]], [ERR_CANT_CONNECT, ERR_INVALID_PARAMETER])


func test_hello_and_auto_start() -> void:
	server = new_server()
	equal(server.start(), OK)
	client = PodsixClient.new()
	client.address = server.get_addresses()[0]
	client.hello = {"name": "ada"}
	client.auto_start = true
	add_child(client)
	await until(func() -> bool: return server.get_peers().size() == 1, "connected")
	equal(server.get_hello(server.get_peers()[0]), {"name": "ada"})
