## What a received message of five fields costs: podsix, handed to a method, beside Godot's ENetMultiplayerPeer
## and bytes_to_var. Both on one thread in one process, by turns; only the receiving is timed.
extends SceneTree

const MESSAGES := 1000 # of one turn
const TURNS := 50

class Player:
	extends RefCounted
	var count := 0
	var x := 0.0

	func network_move(data: Dictionary) -> void:
		count += 1
		x += data.x


func _init() -> void:
	var podsix: Array[float] = []
	var signals: Array[float] = []
	var enet: Array[float] = []
	var by_podsix := ByPodsix.new(root)
	var by_enet := ByEnet.new()
	for turn in TURNS:
		podsix.append(by_podsix.turn(true))
		signals.append(by_podsix.turn(false))
		enet.append(by_enet.turn())
	for figures: Array[float] in [podsix, signals, enet]:
		figures.sort()
	var median := TURNS / 2
	print("a received message of five fields, median of %d turns of %d:" % [TURNS, MESSAGES])
	print("podsix, a listener's method     %6.2f us" % podsix[median])
	print("podsix, the signal message      %6.2f us" % signals[median])
	print("ENetMultiplayerPeer, bytes_to_var, a method  %6.2f us" % enet[median])
	print("podsix / ENet: %.2f by method, %.2f by signal" % [podsix[median] / enet[median], signals[median] / enet[median]])
	by_podsix.end()
	quit(0 if podsix[median] < enet[median] else 1)


static func message(index: int) -> Dictionary:
	return {"action": "move", "id": index, "x": index * 0.5, "y": -1.25, "name": "ada"}


class ByPodsix:
	var server := PodsixServer.new()
	var client := PodsixClient.new()
	var player := Player.new()

	func _init(root: Node) -> void:
		for node: Node in [server, client]:
			node.process_callback = 2 # manual
			node.limits = PodsixLimits.new()
			node.limits.queue_events = 4 * MESSAGES
			root.add_child(node)
		server.address = "127.0.0.1:0"
		assert(server.start() == OK)
		assert(client.connect_to(server.get_addresses()[0]) == OK)
		while not client.is_connected_to_server():
			client.poll()
			server.poll()

	func turn(by_method: bool) -> float:
		var on_message := func(_peer: int, _action: String, data: Dictionary) -> void: player.network_move(data)
		if by_method:
			server.add_listener(player)
		else:
			server.message.connect(on_message)
		for index in MESSAGES:
			assert(client.send(MESSAGE.call(index)) == OK)
		var peer: int = server.get_peers()[0]
		while server.get_peer_stats(peer).queued_events < MESSAGES:
			OS.delay_usec(200)
		player.count = 0
		var began := Time.get_ticks_usec()
		while player.count < MESSAGES:
			server.poll()
		var took := Time.get_ticks_usec() - began
		if by_method:
			server.remove_listener(player)
		else:
			server.message.disconnect(on_message)
		return float(took) / MESSAGES

	var MESSAGE := func(index: int) -> Dictionary:
		return {"action": "move", "id": index, "x": index * 0.5, "y": -1.25, "name": "ada"}

	func end() -> void:
		client.free()
		server.free()


class ByEnet:
	var server := ENetMultiplayerPeer.new()
	var client := ENetMultiplayerPeer.new()
	var player := Player.new()

	func _init() -> void:
		var port := 20000 + randi() % 20000
		while server.create_server(port, 1) != OK:
			port += 1
		client.create_client("127.0.0.1", port)
		while client.get_connection_status() != MultiplayerPeer.CONNECTION_CONNECTED:
			client.poll()
			server.poll()
		client.set_target_peer(1)

	func turn() -> float:
		for index in MESSAGES:
			client.put_packet(var_to_bytes({"action": "move", "id": index, "x": index * 0.5, "y": -1.25, "name": "ada"}))
		player.count = 0
		var took := 0
		while player.count < MESSAGES:
			client.poll()
			var began := Time.get_ticks_usec()
			server.poll()
			while server.get_available_packet_count() > 0:
				var data: Dictionary = bytes_to_var(server.get_packet())
				player.network_move(data)
			took += Time.get_ticks_usec() - began
		return float(took) / MESSAGES
