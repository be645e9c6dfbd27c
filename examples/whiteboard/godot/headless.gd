## The client without a window, for tests and pipes. Each line it reads draws a point:
##
##     line X Y        where a new line starts
##     point X Y       where the line goes on
##
## It prints what arrives, and leaves at the end of its input.
extends Node

const Board := preload("board.gd")
const Client := preload("client.gd")
const Typed := preload("typed.gd")

var address := "localhost"

@onready var _client: Client = $Client
@onready var _typed: Typed = $Typed


func _ready() -> void:
	_client.add_listener(self)
	if _client.connect_to(address) != OK:
		printerr("whiteboard: connect: ", _client.get_last_error())
		get_tree().quit(1)


func network_connected() -> void:
	print("*** connected to the server")
	_typed.start()


func network_disconnected(data: Dictionary) -> void:
	print("*** disconnected: ", Podsix.reason_name(data["reason"]), " ", data["text"])
	get_tree().quit(0 if data["reason"] == Podsix.REASON_LOCAL else 1)


func network_error(data: Dictionary) -> void:
	network_disconnected(data)


func _on_client_board_opened() -> void:
	print("*** initial:", _players(true))


func _on_client_players_changed() -> void:
	print("*** players:", _players(false))


func _on_client_drawn(player: Board.Player, point: Vector2i, starts_line: bool) -> void:
	print("%s: %s %d,%d" % [player.id, "startline" if starts_line else "drawpoint", point.x, point.y])


func _on_typed_line_typed(line: String) -> void:
	var words := line.split(" ")
	if words.size() != 3 or not words[0] in ["line", "point"] \
			or not words[1].is_valid_int() or not words[2].is_valid_int():
		printerr("whiteboard: '%s' is neither 'line X Y' nor 'point X Y'" % line)
		return
	_client.draw(Vector2i(int(words[1]), int(words[2])), words[0] == "line")


func _on_typed_ended() -> void:
	_client.close(0, "bye")


func _players(with_lines: bool) -> String:
	var texts: PackedStringArray
	for player: Board.Player in _client.board.players.values():
		var text := " %s (%d, %d, %d)" % [player.id, player.color.r8, player.color.g8, player.color.b8]
		if with_lines:
			for line in player.lines:
				text += " / " + " - ".join(Array(line).map(
					func(point: Vector2) -> String: return "%d,%d" % [point.x, point.y]))
		texts.append(text)
	return ",".join(texts)
