## whiteboard: everybody draws on one board, each in a colour of their own. See USAGE.
##
## A server listens at all its addresses at once, so that programs that speak podsix (tcp://) and
## programs of PodSixNet (podsixnet://) meet on one board.
extends Node

const USAGE := """usage: godot --path FOLDER                                         asks which board to join
       godot --path FOLDER -- client [address]                   default: localhost
       godot --path FOLDER --headless -- client [address]        draws what it reads: see headless.gd
       godot --path FOLDER --headless -- server [address...]     default: * podsixnet://*:31426
an address is tcp://host:port, where tcp:// and :port may be left out,
or, for programs of PodSixNet, podsixnet://host:port"""
const FRAMES_PER_SECOND := 60 # without a window Godot makes more of them


func _ready() -> void:
	var words := OS.get_cmdline_user_args()
	var has_window := DisplayServer.get_name() != "headless"
	if not has_window:
		Engine.max_fps = FRAMES_PER_SECOND
	if words.is_empty() and has_window:
		add_child(preload("window.tscn").instantiate())
	elif words.size() > 0 and words[0] == "server" and not has_window:
		_serve(words.slice(1))
	elif words.size() in [1, 2] and words[0] == "client":
		var client: Node = (preload("window.tscn") if has_window else preload("headless.tscn")).instantiate()
		client.address = words[1] if words.size() > 1 else "localhost"
		add_child(client)
	else:
		printerr(USAGE)
		get_tree().quit(2)


func _serve(addresses: PackedStringArray) -> void:
	var server: PodsixServer = preload("server.tscn").instantiate()
	if not addresses.is_empty():
		server.address = ",".join(addresses)
	server.add_listener(self)
	add_child(server)
	if server.start() != OK:
		printerr("whiteboard: listen: ", server.get_last_error())
		get_tree().quit(1)
		return
	for address in server.get_addresses():
		print("server launched at ", address)


## A program of another kind has knocked, say.
func network_error(data: Dictionary) -> void:
	printerr("whiteboard: ", data["text"])
