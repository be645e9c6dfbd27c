## Questions answered by what network_ methods return.
extends "case.gd"


class Bank:
	extends Node
	signal go
	const CLOSED := {"closed": true}
	var server: PodsixServer

	func network_buy(_who: int, data: Dictionary) -> Dictionary:
		return {"gold": 12, "item": data.item}

	func network_typed(_data: Dictionary) -> Dictionary[String, int]:
		return {"gold": 13}

	func network_closed() -> Dictionary:
		return CLOSED

	func network_echo(data):
		return data

	func network_slow(data: Dictionary) -> Dictionary:
		await go
		await get_tree().process_frame
		return {"slow": data.item}

	func network_none(_data: Dictionary) -> void:
		pass

	func network_maybe(data):
		if data.get("really"):
			return {"maybe": true}

	func network_number(_data: Dictionary) -> int:
		return 5

	func network_freed(_data):
		var object := Object.new()
		object.free()
		return object

	func network_object(_data: Dictionary) -> Dictionary:
		return {"node": self}

	func network_stop(_data: Dictionary) -> Dictionary:
		server.stop()
		return {}


class Second:
	extends RefCounted
	var heard := 0

	func network(_data: Dictionary) -> Dictionary:
		heard += 1
		return {"second": true}


func _bank() -> Bank:
	await open()
	var bank := Bank.new()
	bank.server = server
	add_child(bank)
	equal(server.add_listener(bank), OK)
	return bank


func _asks(results: Array, action: String, item := 0) -> void:
	var answer: Dictionary = await client.ask({"action": action, "item": item})
	answer.erase("answer")
	answer.erase("action")
	results.append(answer)


func test_what_a_method_returns_is_the_answer() -> void:
	await _bank()
	var seen := []
	watch(client, seen)
	var results := []
	for action: String in ["buy", "typed", "closed", "buy"]:
		await _asks(results, action, 7)
	equal(results, [{"gold": 12, "item": 7}, {"gold": 13}, {"closed": true}, {"gold": 12, "item": 7}])
	var echo: Dictionary = await client.ask({"action": "echo", "item": 3})
	equal([echo.item, echo.action, echo.answer], [3, "answer", 5])
	# What asks nothing is not answered.
	client.send({"action": "buy", "item": 1})
	client.send({"action": "buy", "item": 1, "ask": "me"})
	client.send({"action": "buy", "item": 1, "ask": 0})
	await _asks(results, "buy")
	equal(seen, [])


func test_a_client_is_asked() -> void:
	await open()
	var bank := Bank.new()
	add_child(bank)
	client.add_listener(bank)
	var answer: Dictionary = await server.ask(peer, {"action": "buy", "item": 2})
	equal(answer, {"gold": 12, "item": 2, "action": "answer", "answer": 1})


func test_a_coroutine_answers_when_it_returns() -> void:
	var bank := await _bank()
	var results := []
	for index in 3:
		_asks(results, "slow", index)
	await _asks(results, "buy", 9)
	equal(results, [{"gold": 12, "item": 9}])
	bank.go.emit()
	await until(func() -> bool: return results.size() == 4, "all answers")
	equal(results.slice(1), [{"slow": 0}, {"slow": 1}, {"slow": 2}])


func test_the_first_who_has_an_answer_gives_it() -> void:
	var bank := await _bank()
	var second := Second.new()
	server.add_listener(second)
	var seen := []
	watch(client, seen)
	var results := []
	for action: String in ["buy", "none", "maybe", "slow"]:
		await _asks(results, action)
	equal(results, [{"gold": 12, "item": 0}, {"second": true}, {"second": true}, {"second": true}])
	equal(second.heard, 4)
	bank.go.emit()
	await _asks(results, "none")
	await _asks(results, "none")
	equal(seen, [], "one answer for each")


func test_who_asked_has_gone() -> void:
	var bank := await _bank()
	var heard := hear()
	client.ask({"action": "slow", "item": 1})
	var results := []
	await _asks(results, "buy")
	client.close()
	await until(func() -> bool: return server.get_peers().is_empty(), "gone")
	bank.go.emit()
	await get_tree().process_frame
	await get_tree().process_frame
	await open()
	client.ask({"action": "slow", "item": 1})
	await _asks(results, "buy")
	server.stop()
	await until(func() -> bool: return client.get_peer() == 0, "stopped")
	await open()
	var seen := []
	watch(client, seen)
	client.ask({"action": "none"})
	bank.go.emit()
	await get_tree().process_frame
	await _asks(results, "buy")
	equal(seen, [])
	bank.server = server
	client.ask({"action": "stop"})
	await until(func() -> bool: return client.get_peer() == 0, "stopped by a handler")
	equal(heard.take(), [])


func test_what_is_no_answer_is_said() -> void:
	await _bank()
	var heard := hear()
	for index in 3:
		client.ask({"action": "number"})
		client.ask({"action": "freed"})
	client.ask({"action": "object"})
	var results := []
	await _asks(results, "buy")
	equal(heard.take(), [
		"network_number(_data: Dictionary) in an inner class (Node) returned int: an answer is a Dictionary",
		"network_freed(_data) in an inner class (Node) returned Object: an answer is a Dictionary",
		"an answer was not sent: node: Object cannot be sent",
	])


func test_the_listener_is_freed_before_it_answers() -> void:
	var bank := await _bank()
	var heard := hear()
	client.ask({"action": "slow", "item": 1})
	var results := []
	await _asks(results, "buy")
	bank.free()
	var second := Second.new()
	server.add_listener(second)
	await _asks(results, "none")
	equal(results[1], {"second": true})
	equal(heard.take(), [])


func test_questions_and_answers_in_typed_dictionaries() -> void:
	await _bank()
	var question: Dictionary[String, String] = {"action": "typed"}
	var answer: Dictionary = await client.ask(question)
	equal(answer, {"gold": 13, "action": "answer", "answer": 1})
	var seen: Array[Dictionary] = []
	server.message.connect(func(_peer: int, _action: String, data: Dictionary) -> void: seen.append(data))
	var results := []
	_asks(results, "none")
	await until(func() -> bool: return not seen.is_empty(), "asked")
	equal(server.answer(peer, Dictionary(seen[0], TYPE_STRING, "", null, TYPE_NIL, "", null), {"x": 1} as Dictionary[String, int]), OK)
	await until(func() -> bool: return not results.is_empty(), "answered")
	equal(results, [{"x": 1}])


func test_greetings_in_typed_dictionaries() -> void:
	server = new_server()
	equal(server.start(), OK)
	var untyped: Variant = new_client()
	client = untyped
	var hello: Dictionary[String, String] = {"name": "ann"}
	var seen := []
	watch(server, seen)
	equal(untyped.connect_to(server.get_addresses()[0], hello), OK)
	await until(func() -> bool: return first(seen, "connected") != [], "connected")
	equal(server.get_hello(first(seen, "connected")[0]), {"name": "ann"})
	untyped.hello = hello
	equal(client.hello, {"name": "ann"})
	client.hello = hello
	equal(client.hello.size(), 1)
