extends RefCounted
## One player: a game in a branch of the tree, with a multiplayer API of its own.

const Game := preload("res://game.tscn")

var api: SceneMultiplayer
var game: Node
## The signals of the API, in their order, as "name id".
var signals: Array[String] = []
var root: Node

var id: int:
	get:
		return api.get_unique_id()


func _init(tree: SceneTree, name: String, peer: MultiplayerPeer) -> void:
	root = Node.new()
	root.name = name
	tree.root.add_child(root)
	api = SceneMultiplayer.new()
	tree.set_multiplayer(api, root.get_path())
	api.peer_connected.connect(func(id): signals.append("peer_connected %d" % id))
	api.peer_disconnected.connect(func(id): signals.append("peer_disconnected %d" % id))
	for plain in ["connected_to_server", "connection_failed", "server_disconnected"]:
		api.connect(plain, func(): signals.append(plain))
	game = Game.instantiate()
	root.add_child(game)
	api.multiplayer_peer = peer


## Leaves the tree, and with it the game.
func free_all(tree: SceneTree) -> void:
	if api.multiplayer_peer:
		api.multiplayer_peer.close()
	api.multiplayer_peer = null
	var path := root.get_path()
	root.free()
	tree.set_multiplayer(null, path)
	api = null # it holds on to this one, by its signals
