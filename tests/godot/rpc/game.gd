extends Node
## A small game as any project may have one: it knows nothing of what carries it.

## What was called from elsewhere, as "function text from id".
var heard: Array[String] = []
## How often `move` was called.
var moves := 0
## What `end` does.
var ending: Callable


@rpc("any_peer")
func say(text: String) -> void:
	note("say", text)


@rpc("any_peer", "call_local")
func shout(text: String) -> void:
	note("shout", text)


@rpc("authority")
func decree(text: String) -> void:
	note("decree", text)


@rpc("any_peer", "unreliable")
func whisper(text: String) -> void:
	note("whisper", text)


@rpc("any_peer", "unreliable_ordered")
func mutter(text: String) -> void:
	note("mutter", text)


@rpc("any_peer", "call_remote", "reliable", 3)
func radio(text: String) -> void:
	note("radio", text)


@rpc("any_peer")
func give(things: Dictionary, data: PackedByteArray) -> void:
	note("give", "%s %d" % [things, data.size()])


@rpc("any_peer")
func move(_things: Dictionary) -> void:
	moves += 1


@rpc("any_peer")
func end() -> void:
	ending.call()


func note(function: String, text: String) -> void:
	heard.append("%s %s from %d" % [function, text, multiplayer.get_remote_sender_id()])


## Only the server may spawn.
func spawn(player_name: String, health: int) -> Node:
	var player := preload("res://player.tscn").instantiate()
	player.name = player_name
	player.health = health
	$Players.add_child(player)
	return player


func player(player_name: String) -> Node:
	return $Players.get_node_or_null(player_name)
