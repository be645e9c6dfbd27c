## What a received message of five fields costs the game's thread: handed to a method by podsix, beside Godot's
## ENetMultiplayerPeer and bytes_to_var. By turns in one process; only the receiving is timed.
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

	func on_message(_peer: int, _action: String, data: Dictionary) -> void:
		network_move(data)


func _initialize() -> void:
	var threaded := ByPodsix.new(root, true)
	var inline := ByPodsix.new(root, false)
	var enet := ByEnet.new()
	var ways := {
		"podsix, a listener's method": threaded.turn.bind(true),
		"podsix, the signal `message`": threaded.turn.bind(false),
		"podsix without a thread, a listener's method": inline.turn.bind(true),
		"ENetMultiplayerPeer and bytes_to_var": enet.turn,
	}
	var figures := {}
	for turn in TURNS:
		for way: String in ways:
			figures.get_or_add(way, []).append(ways[way].call())
	print("a received message of five fields, the median of %d turns of %d:" % [TURNS, MESSAGES])
	var medians: Array = figures.values().map(func(turns: Array) -> float: turns.sort(); return turns[TURNS / 2])
	for index in ways.size():
		print("  %-46s %5.2f us  %4.2f x ENet" % [ways.keys()[index], medians[index], medians[index] / medians[-1]])
	for nodes: ByPodsix in [threaded, inline]:
		nodes.client.free()
		nodes.server.free()
	quit()


static func message(index: int) -> Dictionary:
	return {"action": "move", "id": index, "x": index * 0.5, "y": -1.25, "name": "ada"}


class ByPodsix:
	const Bench := preload("messages.gd")
	var server := PodsixServer.new()
	var client := PodsixClient.new()
	var player := Player.new()

	func _init(root: Node, threaded: bool) -> void:
		for node: Node in [server, client]:
			node.process_callback = 2 # manual
			node.limits = PodsixLimits.new()
			node.limits.queue_events = 4 * MESSAGES
			root.add_child(node)
		server.threaded = threaded
		server.address = "127.0.0.1:0"
		server.start()
		client.connect_to(server.get_addresses()[0])
		while server.get_peers().is_empty() or not client.is_connected_to_server():
			client.poll()
			server.poll()

	func turn(by_method: bool) -> float:
		if by_method:
			server.add_listener(player)
		else:
			server.message.connect(player.on_message)
		for index in MESSAGES:
			client.send(Bench.message(index))
		# Inline, they wait in the socket's buffer.
		while client.get_stats().bytes_waiting > 0 or server.threaded and server.get_peer_stats(server.get_peers()[0]).queued_events < MESSAGES:
			OS.delay_usec(100)
		player.count = 0
		var began := Time.get_ticks_usec()
		while player.count < MESSAGES:
			server.poll()
		var took := Time.get_ticks_usec() - began
		if by_method:
			server.remove_listener(player)
		else:
			server.message.disconnect(player.on_message)
		return float(took) / MESSAGES


class ByEnet:
	const Bench := preload("messages.gd")
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

	func turn() -> float:
		for index in MESSAGES:
			client.put_packet(var_to_bytes(Bench.message(index)))
		player.count = 0
		var took := 0
		while player.count < MESSAGES:
			client.poll()
			var began := Time.get_ticks_usec()
			server.poll()
			while server.get_available_packet_count() > 0:
				player.network_move(bytes_to_var(server.get_packet()))
			took += Time.get_ticks_usec() - began
		return float(took) / MESSAGES
