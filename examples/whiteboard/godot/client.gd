## A client, whatever shows it: keeps its board as the server tells it.
##
## It sends   startline {point}   and   drawpoint {point},   which the server passes on to all, the
## sender too, with the player's   id,   its number as a string.
extends PodsixClient

const Board := preload("board.gd")

signal board_opened ## this player is in: here is what was drawn before
signal players_changed
signal drawn(player: Board.Player, point: Vector2i, starts_line: bool)

var board := Board.new()
var own_id := "" ## this player's


func _ready() -> void:
	add_listener(self)


## Draws for all to see. It is on the board when the server has sent it back.
func draw(point: Vector2i, starts_line: bool) -> void:
	send({
		"action": "startline" if starts_line else "drawpoint",
		"point": Board.write_point(point),
	})


func network_initial(data: Dictionary) -> void:
	var players: Variant = data.get("lines")
	if not players is Dictionary:
		return
	board = Board.new()
	for id: Variant in players:
		var about: Variant = players[id]
		if about is Dictionary:
			var player := _enter(id, about.get("color"))
			if player != null:
				_take_lines(player, about.get("lines"))
				own_id = player.id # who is new is the last
	board_opened.emit()


## Who is not among them has left, and its lines with it.
func network_players(data: Dictionary) -> void:
	var playing: Variant = data.get("players")
	if not playing is Dictionary:
		return
	for id: String in board.players.keys():
		if not playing.has(id):
			board.players.erase(id)
	for id: Variant in playing:
		_enter(id, playing[id])
	players_changed.emit()


func network_startline(data: Dictionary) -> void:
	_take_point(data, true)


func network_drawpoint(data: Dictionary) -> void:
	_take_point(data, false)


func _take_point(data: Dictionary, starts_line: bool) -> void:
	var player: Board.Player = board.players.get(str(data.get("id")))
	var point: Variant = Board.read_point(data.get("point"))
	if player != null and point != null and player.draw(point, starts_line):
		drawn.emit(player, point, starts_line)


func _take_lines(player: Board.Player, lines: Variant) -> void:
	if not lines is Array:
		return
	for line: Variant in lines:
		if not line is Array:
			continue
		for index: int in line.size():
			var point: Variant = Board.read_point(line[index])
			if point != null:
				player.draw(point, index == 0)


## The player with this id, who may be new, in this colour. Null if the board has no room for it.
func _enter(id: Variant, color: Variant) -> Board.Player:
	if not id is String:
		return null
	var player: Board.Player = board.players.get(id)
	if player == null:
		player = board.add(id)
	if player != null and Board.read_color(color) != null:
		player.color = Board.read_color(color)
	return player
