extends RefCounted
## The one place that names what carries the game.


static func server(kind: String, max_clients := 32) -> MultiplayerPeer:
	var peer = fresh(kind)
	var answer: Error = peer.create_server(0, max_clients)
	assert(answer == OK)
	return peer


static func client(kind: String, port: int) -> MultiplayerPeer:
	var peer = fresh(kind)
	var answer: Error = peer.create_client("127.0.0.1", port)
	assert(answer == OK)
	return peer


static func port_of(server) -> int:
	return server.host.get_local_port() if server is ENetMultiplayerPeer else server.get_local_port()


static func fresh(kind: String) -> MultiplayerPeer:
	return ENetMultiplayerPeer.new() if kind == "enet" else ClassDB.instantiate("PodsixMultiplayerPeer")
