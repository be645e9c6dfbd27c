extends "cases.gd"
## What podsix does beside that, or promises where others do not.


const LongLine := preload("long_line.gd")


func test_last_words_arrive_before_the_end() -> void:
	var all := await three()
	var gone := all[1].id
	all[1].game.say.rpc("farewell")
	all[1].api.multiplayer_peer.close()
	for one in [all[0], all[2]]:
		await signalled(one, "peer_disconnected %d" % gone)
		check.holds(one.game.heard.has("say farewell from %d" % gone), "last words at " + one.root.name)
	all[0].game.decree.rpc("good night")
	all[0].api.multiplayer_peer.close()
	await signalled(all[2], "server_disconnected")
	check.holds(all[2].game.heard.has("decree good night from 1"), "the server's last words")


func test_last_words_arrive_on_a_long_line() -> void:
	var server: MultiplayerPeer = Carrier.fresh(kind)
	server.limits = limits({"linger": 60.0})
	check.equal(server.create_server(0), OK, "create_server")
	port = Carrier.port_of(server)
	var line := LongLine.new(tree, port, 150)
	var client: MultiplayerPeer = Carrier.client(kind, line.port)
	var joined := [false]
	server.peer_connected.connect(func(_id: int): joined[0] = true)
	await check.until(func():
		server.poll()
		client.poll()
		return joined[0] and client.get_connection_status() == MultiplayerPeer.CONNECTION_CONNECTED, "the client")
	var packet := PackedByteArray()
	packet.resize(1_000)
	for count in 500:
		server.put_packet(packet)
	server.close()
	check.equal(server.get_connection_status(), MultiplayerPeer.CONNECTION_DISCONNECTED, "the status")
	check.equal(server.create_server("127.0.0.1:%d" % port), OK, "the same port at once")
	var taken := [0]
	# Something unread at the server, at every moment.
	await check.until(func():
		client.poll()
		while client.get_available_packet_count() > 0:
			client.get_packet()
			taken[0] += 1
		if client.get_connection_status() == MultiplayerPeer.CONNECTION_CONNECTED:
			client.put_packet(packet)
		return client.get_connection_status() == MultiplayerPeer.CONNECTION_DISCONNECTED, "the end")
	check.equal(taken[0], 500, "packets")
	check.equal(client.get_last_error(), "the game was closed", "why")
	server.close()
	line.cut()


func test_forced_what_waits_is_dropped() -> void:
	for forced in [false, true]:
		var server: MultiplayerPeer = Carrier.fresh(kind)
		server.limits = limits({"out_buffer": 8 << 20, "linger": 60.0})
		check.equal(server.create_server(0), OK, "create_server")
		port = Carrier.port_of(server)
		var client: MultiplayerPeer = Carrier.client(kind, port)
		await check.until(func():
			server.poll()
			client.poll()
			return client.get_connection_status() == MultiplayerPeer.CONNECTION_CONNECTED and not server.get_peer_stats(client.get_unique_id()).is_empty(), "the client")
		var id := client.get_unique_id()
		var packet := PackedByteArray()
		packet.resize(500_000)
		server.set_target_peer(id)
		# It polls no more: when so much waits the system holds what it can.
		var sent := 0
		while server.get_peer_stats(id).bytes_waiting < 4 << 20:
			check.equal(server.put_packet(packet), OK, "a packet")
			sent += 1
			await tree.process_frame
		server.disconnect_peer(id, forced)
		var taken := [0]
		await check.until(func():
			server.poll()
			client.poll()
			while client.get_available_packet_count() > 0:
				client.get_packet()
				taken[0] += 1
			return client.get_connection_status() == MultiplayerPeer.CONNECTION_DISCONNECTED, "its end")
		check.holds(taken[0] < sent if forced else taken[0] == sent, "forced %s: %d of %d packets" % [forced, taken[0], sent])
		check.equal(client.get_last_error(), "the other end closed the connection", "why")
		server.close()


func test_who_is_sent_away_in_a_call_makes_no_more_calls() -> void:
	var all := await three()
	var gone := all[1].id
	all[0].game.ending = func(): all[0].api.multiplayer_peer.disconnect_peer(gone)
	# They arrive together.
	all[1].game.end.rpc_id(1)
	for number in 100:
		all[1].game.say.rpc_id(1, "cheat")
	await signalled(all[1], "server_disconnected")
	await signalled(all[0], "peer_disconnected %d" % gone)
	check.equal(all[0].game.heard.size(), 0, "calls after that")
	all[0].game.decree.rpc("still here")
	await heard(all[2], "decree still here from 1")


func test_packets_to_all_are_for_those_who_were_told_of() -> void:
	var server: MultiplayerPeer = Carrier.server(kind)
	port = Carrier.port_of(server)
	var welcome := func(_id: int): server.put_packet("welcome".to_utf8_buffer())
	server.peer_connected.connect(welcome)
	var client: MultiplayerPeer = Carrier.client(kind, port)
	await check.until(func():
		server.put_packet("joined".to_utf8_buffer())
		server.poll()
		client.poll()
		return client.get_available_packet_count() > 0, "a packet")
	check.equal(client.get_packet().get_string_from_ascii(), "welcome", "the first packet")
	server.peer_connected.disconnect(welcome) # they hold on to each other
	server.close()


func test_refuse_new_connections() -> void:
	var server := serve()
	var a := join("a")
	await signalled(a, "connected_to_server")
	server.api.multiplayer_peer.refuse_new_connections = true
	var b := join("b")
	await signalled(b, "connection_failed")
	says(b, "takes no new players")
	says(server, "takes no new players")
	server.api.multiplayer_peer.refuse_new_connections = false
	var c := join("c")
	await signalled(c, "connected_to_server")
	await check.until(func(): return server.api.get_peers().size() == 2, "two players")
	check.equal(server.api.multiplayer_peer.get_stats().refused, 1, "refused")


func test_max_clients() -> void:
	var server := serve(2)
	for name in ["a", "b"]:
		await signalled(join(name), "connected_to_server")
	var c := join("c")
	await signalled(c, "connection_failed")
	says(c, "the server is full")
	ended(c, "REASON_FULL")
	branches[1].api.multiplayer_peer.close()
	await check.until(func(): return server.api.get_peers().size() == 1, "a free place")
	await signalled(join("d"), "connected_to_server")


func test_a_stranger_at_the_port() -> void:
	var server := serve()
	var browser := StreamPeerTCP.new()
	browser.connect_to_host("127.0.0.1", port)
	await check.until(func(): browser.poll(); return browser.get_status() == StreamPeerTCP.STATUS_CONNECTED, "a browser")
	browser.put_data("GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_utf8_buffer())
	await check.until(func(): browser.poll(); return browser.get_available_bytes() > 0, "an answer")
	check.holds(browser.get_string(browser.get_available_bytes()).begins_with("HTTP/1.1 400"), "that a browser shows")
	await check.until(func(): return server.api.multiplayer_peer.get_stats().handshakes_failed == 1, "the count")
	check.equal(server.signals.size(), 0, "signals")
	await signalled(join("a"), "connected_to_server")


func test_a_client_at_a_port_of_something_else() -> void:
	var listener := TCPServer.new()
	listener.listen(0, "127.0.0.1")
	port = listener.get_local_port()
	var a := join("a")
	await check.until(listener.is_connection_available, "a connection")
	var stream := listener.take_connection()
	stream.put_data("220 mail.example ready, who is there?\r\n".to_utf8_buffer())
	await signalled(a, "connection_failed")
	ended(a, "REASON_WRONG_PROTOCOL")
	listener.stop()
	var b := join("b")
	await signalled(b, "connection_failed")
	ended(b, "REASON_UNREACHABLE")


func test_a_slow_peer_is_disconnected_and_told_why() -> void:
	var peer: MultiplayerPeer = Carrier.fresh(kind)
	peer.limits = limits({"max_message": 64 << 10, "out_buffer": 256 << 10})
	check.equal(peer.create_server(0), OK, "create_server")
	port = Carrier.port_of(peer)
	var server := branch("server", peer)
	var slow: MultiplayerPeer = Carrier.client(kind, port)
	await check.until(func(): slow.poll(); return slow.get_connection_status() == MultiplayerPeer.CONNECTION_CONNECTED, "the client")
	var id := slow.get_unique_id()
	await signalled(server, "peer_connected %d" % id)
	var packet := PackedByteArray()
	packet.resize(60_000)
	# It polls no more; so much in a frame would be no trouble if it did.
	var sent := 0
	var answer := OK
	while answer == OK and sent < 2_000:
		await tree.process_frame
		for count in 3:
			peer.set_target_peer(id)
			answer = peer.put_packet(packet)
			sent += int(answer == OK)
	check.equal(answer, ERR_CONNECTION_ERROR, "the answer in the end")
	var taken := [0]
	await check.until(func():
		slow.poll()
		while slow.get_available_packet_count() > 0:
			taken[0] += int(slow.get_packet().size() == 60_000)
		return slow.get_connection_status() == MultiplayerPeer.CONNECTION_DISCONNECTED, "its end")
	check.holds(slow.get_last_error().contains("too slow"), slow.get_last_error())
	check.equal(taken[0], sent, "what was sent before arrived")
	await signalled(server, "peer_disconnected %d" % id)


func test_targets_channels_and_modes_without_the_api() -> void:
	var server: MultiplayerPeer = Carrier.server(kind)
	port = Carrier.port_of(server)
	var a: MultiplayerPeer = Carrier.client(kind, port)
	var b: MultiplayerPeer = Carrier.client(kind, port)
	var joined: Array[int] = []
	server.peer_connected.connect(func(id: int): joined.append(id))
	await check.until(func():
		for one in [server, a, b]:
			one.poll()
		return joined.size() == 2 and a.get_connection_status() == 2 and b.get_connection_status() == 2, "both")
	server.transfer_mode = MultiplayerPeer.TRANSFER_MODE_UNRELIABLE
	check.equal(server.transfer_mode, MultiplayerPeer.TRANSFER_MODE_RELIABLE, "the mode")
	server.transfer_channel = 7
	for target in [0, -a.get_unique_id(), a.get_unique_id(), b.get_unique_id()]:
		server.set_target_peer(target)
		server.put_packet(str(signi(target)).to_utf8_buffer())
	server.transfer_channel = 0
	server.set_target_peer(0)
	server.put_packet("end".to_utf8_buffer())
	check.equal(await packets(a), ["0 on 7", "1 on 7", "end on 0"], "what a received")
	check.equal(await packets(b), ["0 on 7", "-1 on 7", "1 on 7", "end on 0"], "what b received")
	for target in [1, 0, -1]: # the last one goes nowhere
		a.set_target_peer(target)
		check.equal(a.put_packet(str(target).to_utf8_buffer()), OK, "a packet to %d" % target)
	a.set_target_peer(1)
	a.put_packet("end".to_utf8_buffer())
	check.equal(await packets(server), ["1 on 0", "0 on 0", "end on 0"], "what the server received")
	for target in [77, -77]:
		server.set_target_peer(target)
		check.equal(server.put_packet("x".to_utf8_buffer()), ERR_INVALID_PARAMETER, "a target that is not there")
	var large := PackedByteArray()
	large.resize((1 << 20) - 11)
	server.set_target_peer(a.get_unique_id())
	server.transfer_channel = 1 << 20
	check.equal(server.put_packet(large), OK, "the largest packet")
	large.append(0)
	check.equal(server.put_packet(large), ERR_PARAMETER_RANGE_ERROR, "one byte more")
	check.holds(server.get_last_error().contains("max_message"), server.get_last_error())
	check.equal((await packets(a, 1))[0].ends_with("on %d" % (1 << 20)), true, "its channel")
	for one in [server, a, b]:
		one.close()


## What arrives up to a packet "end", or so many, as "text on channel".
func packets(peer: MultiplayerPeer, count := 1000) -> Array:
	var found := []
	await check.until(func():
		peer.poll()
		while peer.get_available_packet_count() > 0:
			var channel := peer.get_packet_channel()
			check.equal(peer.get_packet_mode(), MultiplayerPeer.TRANSFER_MODE_RELIABLE, "the mode of a packet")
			found.append("%s on %d" % [peer.get_packet().get_string_from_ascii(), channel])
		return found.size() >= count or (found and found[-1].begins_with("end")), "the end of %s" % [found])
	return found


func test_calls_that_cannot_work() -> void:
	var peer: MultiplayerPeer = Carrier.fresh(kind)
	check.equal(peer.get_connection_status(), MultiplayerPeer.CONNECTION_DISCONNECTED, "status")
	check.equal(peer.get_unique_id(), 0, "id")
	check.equal(peer.put_packet("x".to_utf8_buffer()), ERR_UNCONFIGURED, "a packet to nobody")
	check.equal(peer.get_packet().size(), 0, "a packet from nobody")
	peer.poll()
	peer.close()
	for address in [-1, 65536, 1.5, null, "podsixnet://127.0.0.1:0", "ftp://x", "a name:0"]:
		check.equal(peer.create_server(address), ERR_INVALID_PARAMETER, "create_server(%s)" % [address])
		check.holds(not peer.get_last_error().is_empty(), "words for %s" % [address])
	for address in ["", "*", "127.0.0.1:0", "podsixnet://127.0.0.1"]:
		check.equal(peer.create_client(address), ERR_INVALID_PARAMETER, "create_client(%s)" % [address])
	for at in [["127.0.0.1", 0], ["127.0.0.1", 65536], ["127.0.0.1:4000", 4000], ["[::1]:4000", 4000], ["::1:4000"], ["", 4000], ["*", 4000]]:
		check.equal(peer.callv("create_client", at), ERR_INVALID_PARAMETER, "create_client%s" % [at])
	check.equal(peer.create_client("127.0.0.1", 0), ERR_INVALID_PARAMETER, "port 0")
	check.equal(peer.get_last_error(), "the port is 0, it must be from 1 to 65535", "words for port 0")
	check.equal(peer.get_last_error_code(), ClassDB.class_get_integer_constant("Podsix", "ERR_BAD_ARGUMENT"), "its code")
	check.equal(peer.create_client("::1:4000"), ERR_INVALID_PARAMETER, "an address that could be two")
	check.equal(peer.get_last_error_code(), ClassDB.class_get_integer_constant("Podsix", "ERR_BAD_ADDRESS"), "its code")
	for count in [0, -1, 65_001, 1 << 40]:
		check.equal(peer.create_server(0, count), ERR_INVALID_PARAMETER, "%d clients" % count)
		check.holds(peer.get_last_error().contains("max_clients is %d" % count), peer.get_last_error())
	peer.limits = limits({"max_message": 1 << 24})
	check.equal(peer.create_server(0), ERR_INVALID_PARAMETER, "max_message")
	check.holds(peer.get_last_error().contains("max_message is 16777216"), peer.get_last_error())
	peer.limits = null
	check.equal(peer.create_server("127.0.0.1:0"), OK, "create_server")
	check.equal(peer.get_last_error(), "", "no error any more")
	check.equal(peer.get_last_error_code(), 0, "nor a code")
	check.equal(peer.create_client("127.0.0.1"), ERR_ALREADY_IN_USE, "create_client")
	var other: MultiplayerPeer = Carrier.fresh(kind)
	check.equal(other.create_server(peer.get_local_port()), ERR_CANT_CREATE, "a port in use")
	check.holds(other.get_last_error().contains(str(peer.get_local_port())), other.get_last_error())
	peer.close()
	check.equal(peer.get_local_port(), 0, "no port any more")
	check.equal(peer.create_server(0.0), OK, "a port from JSON")
	peer.close()
	check.equal(peer.create_server(&"127.0.0.1:0"), OK, "a StringName")
	peer.close()
	check.equal(peer.create_client("127.0.0.1", other.get_local_port() + 1), OK, "a peer used again")
	peer.close()


func test_an_ipv6_address_beside_its_port() -> void:
	if not IP.get_local_addresses().has("0:0:0:0:0:0:0:1"):
		return
	serve()
	for address in ["::1", "0:0:0:0:0:0:0:1"]:
		var peer = Carrier.fresh(kind)
		check.equal(peer.create_client(address, port), OK, address)
		await signalled(branch("a", peer), "connected_to_server")


func test_addresses_and_figures() -> void:
	var all := await three()
	var server = all[0].api.multiplayer_peer
	check.holds(server.get_peer_address(all[1].id).begins_with("127.0.0.1:"), "a client's address")
	check.equal(all[1].api.multiplayer_peer.get_peer_address(1), "127.0.0.1:%d" % port, "the server's address")
	check.equal(server.get_peer_address(12345), "", "nobody's address")
	check.equal(server.get_peer_stats(12345), {}, "nobody's figures")
	all[1].game.say.rpc_id(1, "count me")
	await heard(all[0], "say count me from %d" % all[1].id)
	var figures: Dictionary = server.get_peer_stats(all[1].id)
	check.holds(figures.messages_in > 0 and figures.bytes_in > figures.messages_in, "figures: %s" % [figures])
	await check.until(func(): return server.get_peer_stats(all[1].id).bytes_waiting == 0, "an empty out-buffer")
	check.equal(server.get_stats().peers, 2, "peers")
	check.equal(server.get_stats().accepted, 2, "accepted")


func test_the_last_reference_goes_in_a_signal() -> void:
	var server: MultiplayerPeer = Carrier.server(kind)
	port = Carrier.port_of(server)
	var a := [Carrier.client(kind, port)]
	a[0].peer_connected.connect(func(_id: int): a.clear())
	await check.until(func():
		server.poll()
		if a:
			a[0].poll()
		return a.is_empty(), "its end")
	await tree.process_frame
	server.close()


func limits(of: Dictionary) -> Resource:
	var made: Resource = ClassDB.instantiate("PodsixLimits")
	for name in of:
		made.set(name, of[name])
	return made


## What a peer gives as the last error.
func says(one: Branch, words: String) -> void:
	var text: String = one.api.multiplayer_peer.get_last_error()
	check.holds(text.contains(words), "'%s' in '%s'" % [words, text])


## Why a connection ended, and that the words for it are for people.
func ended(one: Branch, reason: String) -> void:
	check.equal(one.api.multiplayer_peer.get_reason(), ClassDB.class_get_integer_constant("Podsix", reason), "the reason")
	check.holds(not one.api.multiplayer_peer.get_last_error().contains("REASON_"), "words for people")
