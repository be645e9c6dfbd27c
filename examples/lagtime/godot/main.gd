## lagtime: how long a message takes there and back. See USAGE.
##
## The server pings each client, the client sends every ping back as it came. In a window both ends
## look at the network once per frame, as games do: what is measured is what a game would see.
extends Node

const HeadlessClient := preload("headless_client.gd")
const HeadlessServer := preload("headless_server.gd")
const LagWindow := preload("window.gd")

const USAGE := """usage: godot --path FOLDER                                       both in one process, in a window
       godot --path FOLDER -- server [address...]              default: * podsixnet://*:31426
       godot --path FOLDER -- client [address]                 default: localhost
       godot --path FOLDER --headless -- server [address...]   prints each round trip
       godot --path FOLDER --headless -- client [address]      leaves after ten
an address is tcp://host:port, where tcp:// and :port may be left out,
or, for programs of PodSixNet, podsixnet://host:port"""
const FRAMES_PER_SECOND := 60 # without a window Godot makes more of them


func _ready() -> void:
	var has_window := DisplayServer.get_name() != "headless"
	if not has_window:
		Engine.max_fps = FRAMES_PER_SECOND
	var shown := _in_window(OS.get_cmdline_user_args()) if has_window else _headless(OS.get_cmdline_user_args())
	if shown == null:
		printerr(USAGE)
		get_tree().quit(2)
	else:
		add_child(shown)


func _in_window(words: PackedStringArray) -> Node:
	var window: LagWindow = preload("window.tscn").instantiate()
	if words.is_empty():
		window.role = LagWindow.Role.BOTH
	elif words[0] == "server":
		window.role = LagWindow.Role.SERVER
		window.addresses = words.slice(1)
	elif words[0] == "client" and words.size() <= 2:
		window.role = LagWindow.Role.CLIENT
		window.address = words[1] if words.size() > 1 else "localhost"
	else:
		return null
	return window


func _headless(words: PackedStringArray) -> Node:
	if words.size() > 0 and words[0] == "server":
		var server := HeadlessServer.new()
		server.addresses = words.slice(1)
		return server
	if words.size() in [1, 2] and words[0] == "client":
		var client := HeadlessClient.new()
		client.address = words[1] if words.size() > 1 else "localhost"
		return client
	return null
