## Clients of this addon at servers in other languages, whose addresses scripts/test-godot tells.
extends "case.gd"


class Pings:
	extends RefCounted
	var client: PodsixClient
	var counts := []

	func network_ping(data: Dictionary) -> void:
		counts.append(data.count)
		client.send(data)


class Chats:
	extends RefCounted
	var players := []
	var messages := []

	func network_players(data: Dictionary) -> void:
		players = data.players

	func network_message(data: Dictionary) -> void:
		messages.append([data.who, data.message])


func _ping_at(address: String) -> void:
	client = new_client()
	var pings := Pings.new()
	pings.client = client
	client.add_listener(pings)
	equal(client.connect_to(address), OK, client.get_last_error())
	await until(func() -> bool: return pings.counts.size() > 20, "twenty pings from " + address)
	equal(pings.counts.slice(0, 20), range(20))
	client.free()


func _chat_at(address: String) -> void:
	client = new_client()
	var chats := Chats.new()
	client.add_listener(chats)
	equal(client.connect_to(address), OK, client.get_last_error())
	equal(client.send({"action": "nickname", "nickname": "grüße"}), OK)
	await until(func() -> bool: return "grüße" in chats.players, "players from " + address)
	equal(client.send({"action": "message", "message": "hi"}), OK)
	await until(func() -> bool: return not chats.messages.is_empty(), "a message from " + address)
	equal(chats.messages, [["grüße", "hi"]])
	# A type of Godot's own is a list there.
	equal(client.send({"action": "message", "message": Vector2(1, 2)}), OK)
	client.free()


func test_the_servers_in_c() -> void:
	await _ping_at(settings["lagtime.tcp"])
	await _chat_at(settings["chat.tcp"])
	await _chat_at(settings["chat.podsixnet"])


func test_the_servers_of_podsixnet() -> void:
	await _ping_at(settings["lagtime-original.podsixnet"])
	await _chat_at(settings["chat-original.podsixnet"])
	client = new_client()
	failed(client, client.connect_to(settings["lagtime-original.podsixnet"], {"name": "ada"}), ERR_INVALID_DATA, Podsix.ERR_UNSENDABLE)
	equal(client.get_last_error(), "podsixnet:// has no hello: send it as the first message")
