## Many messages at once, spread over frames.
extends "case.gd"

const MESSAGES := 10_000
const PER_FRAME := 250


func test_ten_thousand_messages_at_once() -> void:
	server = new_server()
	server.limits = PodsixLimits.new()
	server.limits.queue_events = MESSAGES
	await open()
	server.process_callback = PodsixServer.PROCESS_MANUAL
	for index in MESSAGES:
		equal(client.send({"action": "move", "id": index, "x": 0.5, "y": 1.5, "name": "ada"}), OK)
	await until(func() -> bool: return server.get_peer_stats(peer).queued_events == MESSAGES, "all have arrived")
	var got := []
	server.message.connect(func(_peer: int, _action: String, data: Dictionary) -> void: got.append(data.id))
	var listing := {}
	for most: int in [PER_FRAME, 0]:
		server.max_events_per_frame = most
		var counts: Array[int] = []
		var times: Array[int] = []
		while got.size() < MESSAGES:
			var began := Time.get_ticks_usec()
			var told := server.poll()
			times.append(Time.get_ticks_usec() - began)
			counts.append(told)
			equal(told <= most or most == 0, true)
			await get_tree().process_frame
		times.sort()
		listing[most] = times
		if most > 0:
			equal(counts.size(), MESSAGES / most, "frames, all of them full")
			equal(got, range(MESSAGES), "all of them, in order")
			got.clear()
			for index in MESSAGES:
				equal(client.send({"action": "move", "id": index, "x": 0.5, "y": 1.5, "name": "ada"}), OK)
			await until(func() -> bool: return server.get_peer_stats(peer).queued_events == MESSAGES, "all have arrived again")
		print("  max_events_per_frame %d: %d frames, median %d us, longest %d us" % [most, times.size(), times[times.size() / 2], times[-1]])
	check(listing[PER_FRAME].size() > listing[0].size(), "more frames with a limit")
