extends SceneTree
## What 10,000 RPCs of five fields cost each carrier, in one process: the time of the caller and of the called, by
## turns, the best of five. What `run` leaves in its WORK/project has the addon that this needs:
## godot --headless --path WORK/project --script figures.gd

const Branch := preload("branch.gd")
const Carrier := preload("carrier.gd")
const COUNT := 10_000
const BURST := 500 # calls in a frame


func _initialize() -> void:
	await process_frame
	multiplayer_poll = false
	var best := {}
	for turn in 5:
		for kind in ["enet", "podsix"]:
			var found := await measure(kind)
			if not best.has(kind):
				best[kind] = found
			for name in found:
				best[kind][name] = mini(best[kind][name], found[name])
	for kind in best:
		print("%s: %s" % [kind, best[kind]])
	for name in best.podsix:
		print("%s: podsix takes %.2f × ENet's" % [name, float(best.podsix[name]) / best.enet[name]])
	quit()


func measure(kind: String) -> Dictionary:
	var peer := Carrier.server(kind)
	var server := Branch.new(self, "server", peer)
	var client := Branch.new(self, "client", Carrier.client(kind, Carrier.port_of(peer)))
	while not (client.signals.has("connected_to_server") and server.api.get_peers()):
		server.api.poll()
		client.api.poll()
	var calling := 0
	var called := 0
	var things := {"id": 7, "x": 12.5, "y": -3.25, "name": "ada", "alive": true}
	var sent := 0
	while server.game.moves < COUNT:
		var began := Time.get_ticks_usec()
		for number in mini(BURST, COUNT - sent):
			client.game.move.rpc_id(1, things)
		sent = mini(sent + BURST, COUNT)
		client.api.poll()
		var between := Time.get_ticks_usec()
		var before: int = server.game.moves
		server.api.poll()
		calling += between - began
		if server.game.moves > before: # what waits for a packet is no cost
			called += Time.get_ticks_usec() - between
	var closing := Time.get_ticks_usec()
	peer.close()
	closing = Time.get_ticks_usec() - closing
	client.free_all(self)
	server.free_all(self)
	return {"calling": calling, "called": called, "closing": closing}
