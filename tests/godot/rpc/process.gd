extends SceneTree
## One of three processes that play together, each with the multiplayer API of its tree as any game has it:
## godot --headless --path . --script process.gd -- podsix|enet server|leaver|stayer FILE
## FILE is where the server writes its port. The exit code is 1 if something did not come.

const Carrier := preload("carrier.gd")

var check
var game: Node
var gone: Array[int] = []
var over := [false]


func _initialize() -> void:
	var arguments := OS.get_cmdline_user_args()
	check = preload("check.gd").new(self)
	check.doing = "%s, %s" % [arguments[1], arguments[0]]
	await process_frame
	game = preload("res://game.tscn").instantiate()
	root.add_child(game)
	var api := get_multiplayer()
	api.peer_disconnected.connect(func(id): gone.append(id))
	api.server_disconnected.connect(func(): over[0] = true)
	if arguments[1] == "server":
		await server(arguments[0], arguments[2])
	else:
		await client(arguments[0], arguments[2], arguments[1])
	game.free() # while it can still tell the others
	api.multiplayer_peer.close()
	print("%s: %s" % [check.doing, "failed" if check.failures else "passed"])
	quit(1 if check.failures else 0)


func server(kind: String, file: String) -> void:
	var peer := Carrier.server(kind)
	get_multiplayer().multiplayer_peer = peer
	var half := FileAccess.open(file + ".half", FileAccess.WRITE)
	half.store_string(str(Carrier.port_of(peer)))
	half.close()
	DirAccess.rename_absolute(file + ".half", file)
	await check.until(func(): return get_multiplayer().get_peers().size() == 2, "two clients")
	var ball: Node = game.spawn("ball", 55)
	var leaver := await sender_of("leaver is ready")
	await sender_of("stayer is ready")
	ball.health = 56
	game.decree.rpc_id(leaver, "leave")
	await check.until(func(): return gone.has(leaver), "the leaver's end")
	await sender_of("alone")


func client(kind: String, file: String, role: String) -> void:
	await check.until(func(): return FileAccess.file_exists(file), "the server's port")
	get_multiplayer().multiplayer_peer = Carrier.client(kind, int(FileAccess.get_file_as_string(file)))
	await check.until(func(): return get_multiplayer().get_peers().size() == 2, "server and other client")
	await check.until(func(): return game.player("ball") != null and game.player("ball").health == 55, "the ball")
	var other: int = Array(get_multiplayer().get_peers()).filter(func(id): return id != 1)[0]
	game.whisper.rpc_id(other, "hello")
	await check.until(func(): return game.heard.has("whisper hello from %d" % other), "the other's hello")
	game.say.rpc_id(1, role + " is ready")
	await check.until(func(): return game.player("ball").health == 56, "the ball's change")
	if role == "leaver":
		await check.until(func(): return game.heard.has("decree leave from 1"), "the order to leave")
		return
	await check.until(func(): return gone.has(other), "the other's end")
	game.say.rpc_id(1, "alone")
	await check.until(func(): return over[0], "the server's end")


## Waits for who says so.
func sender_of(text: String) -> int:
	var prefix := "say %s from " % text
	var ours := func(what: String): return what.begins_with(prefix)
	await check.until(func(): return game.heard.any(ours), "'%s', heard %s" % [text, game.heard])
	var found: Array = game.heard.filter(ours)
	return int(found[0].trim_prefix(prefix)) if found else 0
