extends "cases.gd"
## What a game does: the same over any carrier.


func test_ids_and_signals() -> void:
	var peer := Carrier.server(kind)
	port = Carrier.port_of(peer)
	var server := branch("server", peer)
	check.equal(server.id, 1, "the server's id")
	check.holds(server.api.is_server(), "the server is one")
	var a := join("a")
	var early := a.id
	check.holds(early > 1, "a client has its id before it is connected")
	check.equal(a.api.multiplayer_peer.get_connection_status(), MultiplayerPeer.CONNECTION_CONNECTING, "status")
	await signalled(a, "connected_to_server")
	await signalled(server, "peer_connected %d" % a.id)
	check.equal(a.id, early, "the client's id")
	await signalled(a, "peer_connected 1")
	check.holds(not a.api.is_server(), "the client is no server")
	var b := join("b")
	await signalled(b, "peer_connected %d" % a.id)
	await signalled(a, "peer_connected %d" % b.id)
	await signalled(server, "peer_connected %d" % b.id)
	check.holds(a.id != b.id, "ids differ")


func test_rpc_to_all_from_a_client() -> void:
	var all := await three()
	all[1].game.say.rpc("hi")
	for one in [all[0], all[2]]:
		await heard(one, "say hi from %d" % all[1].id)
	check.equal(all[1].game.heard.size(), 0, "what the sender heard")


func test_rpc_with_call_local() -> void:
	var all := await three()
	all[1].game.shout.rpc("hey")
	for one in all:
		await heard(one, "shout hey from %d" % all[1].id)


func test_rpc_of_the_authority_alone() -> void:
	var all := await three()
	all[0].game.decree.rpc("law")
	for one in [all[1], all[2]]:
		await heard(one, "decree law from 1")
	# The receivers refuse this one, which the engine reports as an error.
	all[1].game.decree.rpc("revolt")
	all[1].game.say.rpc("after")
	for one in [all[0], all[2]]:
		await heard(one, "say after from %d" % all[1].id)
		check.holds(not one.game.heard.any(func(what): return what.contains("revolt")), "no revolt")


func test_rpc_modes_and_channels() -> void:
	var all := await three()
	for function in ["whisper", "mutter", "radio"]:
		all[2].game.rpc(function, "psst")
		for one in [all[0], all[1]]:
			await heard(one, "%s psst from %d" % [function, all[2].id])


func test_rpc_id_to_another_client_goes_through_the_server() -> void:
	var all := await three()
	all[1].game.say.rpc_id(all[2].id, "secret")
	await heard(all[2], "say secret from %d" % all[1].id)
	all[1].game.say.rpc_id(1, "to the server")
	await heard(all[0], "say to the server from %d" % all[1].id)
	all[0].game.say.rpc_id(all[1].id, "from the server")
	await heard(all[1], "say from the server from 1")
	check.equal(all[0].game.heard.size(), 1, "what the server heard")


func test_rpc_arguments_and_a_large_packet() -> void:
	var all := await three()
	var data := PackedByteArray()
	data.resize(500_000)
	all[1].game.give.rpc({"x": 1.5, "at": Vector2(1, 2)}, data)
	for one in [all[0], all[2]]:
		await heard(one, "give %s 500000 from %d" % [{"x": 1.5, "at": Vector2(1, 2)}, all[1].id])


func test_reliable_packets_keep_their_order() -> void:
	var all := await three()
	for number in 1000:
		all[1].game.say.rpc(str(number))
	var last := "say 999 from %d" % all[1].id
	for one in [all[0], all[2]]:
		await heard(one, last)
		check.equal(one.game.heard.size(), 1000, "how many came")
		for number in 1000:
			if one.game.heard[number] != "say %d from %d" % [number, all[1].id]:
				check.fail("out of order at %d: %s" % [number, one.game.heard[number]])
				break


func test_spawner_spawns_everywhere_and_for_who_comes_later() -> void:
	var all := await three()
	var ada: Node = all[0].game.spawn("ada", 70)
	for one in [all[1], all[2]]:
		await check.until(func(): return one.game.player("ada") != null, "ada at " + one.root.name)
		check.equal(one.game.player("ada").health, 70, "her health")
	var late := join("late")
	await check.until(func(): return late.game.player("ada") != null, "ada for who comes later")
	ada.free()
	for one in [all[1], all[2], late]:
		await check.until(func(): return one.game.player("ada") == null, "her end at " + one.root.name)


func test_synchronizer_replicates_from_whoever_has_the_authority() -> void:
	var all := await three()
	var mine: Node = all[0].game.spawn("bob", 100)
	for one in [all[1], all[2]]:
		await check.until(func(): return one.game.player("bob") != null, "bob at " + one.root.name)
	mine.health = 41
	for one in [all[1], all[2]]:
		await check.until(func(): return one.game.player("bob").health == 41, "health at " + one.root.name)
	for one in all:
		one.game.player("bob").get_node("Synchronizer").set_multiplayer_authority(all[1].id)
	all[1].game.player("bob").health = 17
	for one in [all[0], all[2]]:
		await check.until(func(): return one.game.player("bob").health == 17, "a client's health at " + one.root.name)


func test_a_client_leaves() -> void:
	var all := await three()
	var gone := all[1].id
	all[1].api.multiplayer_peer.close()
	for one in [all[0], all[2]]:
		await signalled(one, "peer_disconnected %d" % gone)
		check.holds(not one.api.get_peers().has(gone), "it is no peer any more")
	all[0].game.decree.rpc("still here")
	await heard(all[2], "decree still here from 1")


func test_the_server_stops() -> void:
	var all := await three()
	all[0].api.multiplayer_peer.close()
	for one in [all[1], all[2]]:
		await signalled(one, "server_disconnected")
		check.holds(one.signals.has("peer_disconnected 1"), "peer_disconnected comes first")
		check.equal(one.api.multiplayer_peer.get_connection_status(), MultiplayerPeer.CONNECTION_DISCONNECTED, "status")


func test_the_server_disconnects_a_client() -> void:
	var all := await three()
	var gone := all[1].id
	all[0].api.multiplayer_peer.disconnect_peer(gone)
	await signalled(all[1], "server_disconnected")
	for one in [all[0], all[2]]:
		await signalled(one, "peer_disconnected %d" % gone)


func test_a_forced_disconnect_gives_no_signal() -> void:
	var all := await three()
	var gone := all[1].id
	all[0].api.multiplayer_peer.disconnect_peer(gone, true)
	await signalled(all[1], "server_disconnected")
	all[0].game.say.rpc_id(all[2].id, "after")
	await heard(all[2], "say after from 1")
	check.holds(not all[0].signals.has("peer_disconnected %d" % gone), "no signal")


func test_authentication() -> void:
	var server := serve()
	server.api.auth_callback = func(id: int, data: PackedByteArray):
		if data.get_string_from_utf8() == "open sesame":
			server.api.complete_auth(id)
	var a := Branch.new(tree, "a", null)
	branches.append(a)
	a.api.auth_callback = func(_id: int, _data: PackedByteArray): pass
	a.api.peer_authenticating.connect(func(id: int):
		a.api.send_auth(id, "open sesame".to_utf8_buffer())
		a.api.complete_auth(id))
	a.api.multiplayer_peer = Carrier.client(kind, port)
	await signalled(a, "connected_to_server")
	await signalled(server, "peer_connected %d" % a.id)


func test_a_server_ends_a_client_before_that_has_seen_a_frame() -> void:
	var server := serve()
	server.api.peer_connected.connect(func(id: int): server.api.multiplayer_peer.disconnect_peer(id))
	tree.multiplayer_poll = false
	var a := join("a")
	await check.until(func():
		server.api.poll()
		if kind == "enet": # its client does nothing between frames
			a.api.poll()
		return server.signals.size() == 2, "the whole of it at the server")
	tree.multiplayer_poll = true
	await check.until(func(): return a.api.multiplayer_peer.get_connection_status() == MultiplayerPeer.CONNECTION_DISCONNECTED, "its end")
	check.equal(a.signals, ["connected_to_server", "peer_connected 1", "peer_disconnected 1", "server_disconnected"] as Array[String], "what it was told")


func test_a_client_is_sent_away_in_auth_callback() -> void:
	var ways := {
		"by the api": func(of: Branch, id: int): of.api.disconnect_peer(id),
		"by the peer": func(of: Branch, id: int): of.api.multiplayer_peer.disconnect_peer(id),
		"with force": func(of: Branch, id: int): of.api.multiplayer_peer.disconnect_peer(id, true),
	}
	for way: String in ways:
		var server := serve()
		server.api.auth_callback = func(id: int, _data: PackedByteArray):
			server.signals.append("auth")
			ways[way].call(server, id)
			if kind == "podsix": # what ENet has taken by then is still told
				check.equal(server.api.multiplayer_peer.get_available_packet_count(), 0, way + ": packets of who was sent away")
		var a := Branch.new(tree, "a", null)
		branches.append(a)
		a.api.auth_callback = func(_id: int, _data: PackedByteArray): pass
		a.api.peer_authentication_failed.connect(func(id: int): a.signals.append("peer_authentication_failed %d" % id))
		a.api.peer_authenticating.connect(func(id: int):
			for word in ["a", "b", "c"]:
				a.api.send_auth(id, word.to_utf8_buffer())
			a.api.complete_auth(id))
		a.api.multiplayer_peer = Carrier.client(kind, port)
		await signalled(a, "server_disconnected")
		check.equal(a.signals, ["peer_authentication_failed 1", "server_disconnected"] as Array[String], way + ": what the client was told")
		check.holds(kind == "enet" or server.signals.size() == 1, way + ": what the server was told")
		await finish()


func test_authentication_takes_too_long() -> void:
	for slow in ["server", "client"]:
		var server := serve()
		server.api.auth_callback = func(_id: int, _data: PackedByteArray): pass
		server.api.peer_authentication_failed.connect(func(id: int): server.signals.append("peer_authentication_failed %d" % id))
		var a := Branch.new(tree, "a", null)
		branches.append(a)
		a.api.auth_callback = func(_id: int, _data: PackedByteArray): pass
		a.api.peer_authentication_failed.connect(func(id: int): a.signals.append("peer_authentication_failed %d" % id))
		var impatient := a if slow == "server" else server
		impatient.api.auth_timeout = 0.05
		a.api.multiplayer_peer = Carrier.client(kind, port)
		var id := a.id
		await signalled(a, "server_disconnected")
		check.equal(a.signals, ["peer_authentication_failed 1", "server_disconnected"] as Array[String], slow + ": the client")
		await signalled(server, "peer_authentication_failed %d" % id)
		check.equal(server.signals.size(), 1, slow + ": signals of the server")
		await finish()


func test_a_game_ends_in_its_own_signal() -> void:
	var all := await three()
	all[0].api.peer_disconnected.connect(func(_id: int): all[0].api.multiplayer_peer = null)
	all[1].api.multiplayer_peer.close()
	await check.until(func(): return all[0].api.multiplayer_peer == null, "the server's end")
	await signalled(all[2], "server_disconnected")


func test_a_game_ends_in_its_own_rpc() -> void:
	var all := await three()
	all[0].game.ending = func(): all[0].api.multiplayer_peer = null
	all[1].game.end.rpc_id(1)
	all[2].game.say.rpc_id(1, "too late or not")
	await check.until(func(): return all[0].api.multiplayer_peer == null, "the server's end")
	for one in [all[1], all[2]]:
		await signalled(one, "server_disconnected")


func test_a_client_comes_back_in_its_own_signal() -> void:
	var all := await three()
	var a := all[1]
	a.api.server_disconnected.connect(func(): a.api.multiplayer_peer = Carrier.client(kind, port), CONNECT_ONE_SHOT)
	all[0].api.multiplayer_peer.disconnect_peer(a.id)
	await check.until(func(): return a.signals.count("connected_to_server") == 2, "a second connection")
	a.game.say.rpc_id(1, "back")
	await heard(all[0], "say back from %d" % a.id)
