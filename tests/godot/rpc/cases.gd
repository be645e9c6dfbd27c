extends RefCounted
## What cases share: a server and two clients in one process.

const Branch := preload("branch.gd")
const Carrier := preload("carrier.gd")

var tree: SceneTree
var check
var kind: String
var branches: Array[Branch] = []
var port: int


func _init(of: SceneTree, by: RefCounted, over: String) -> void:
	tree = of
	check = by
	kind = over


func serve(max_clients := 32) -> Branch:
	var peer := Carrier.server(kind, max_clients)
	port = Carrier.port_of(peer)
	return branch("server", peer)


func join(name: String) -> Branch:
	return branch(name, Carrier.client(kind, port))


func branch(name: String, peer: MultiplayerPeer) -> Branch:
	var made := Branch.new(tree, name, peer)
	branches.append(made)
	return made


## The server and two clients that all know of each other.
func three() -> Array[Branch]:
	var all: Array[Branch] = [serve(), join("a"), join("b")]
	for one in all:
		await check.until(func(): return one.api.get_peers().size() == 2, "everybody at " + one.root.name)
	return all


func finish() -> void:
	for one in branches:
		one.free_all(tree)
	branches.clear()
	await tree.process_frame


func heard(one: Branch, what: String) -> void:
	await check.until(func(): return one.game.heard.has(what), "'%s' at %s, which heard %s" % [what, one.root.name, one.game.heard])


func signalled(one: Branch, what: String) -> void:
	await check.until(func(): return one.signals.has(what), "%s at %s, which had %s" % [what, one.root.name, one.signals])
