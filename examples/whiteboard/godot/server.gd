## The server: numbers the players, keeps what they draw for those who come later, and passes it on.
##
## It sends   initial {lines: {id: {color, lines: [[point, ...], ...]}}}   to who is new, and
## players {players: {id: color}}   to all on every change, a color being an array [red, green, blue].
extends PodsixServer

const Board := preload("board.gd")

var _board := Board.new()
var _players: Dictionary[int, Board.Player] # by peer
var _numbered := 0 # players so far; the newest one's id


func _ready() -> void:
	add_listener(self)


func network_connected(peer: int, _data: Dictionary) -> void:
	_numbered += 1
	var player := _board.add(str(_numbered))
	if player == null: # one who left is still on the board: its disconnected is on the way
		disconnect_peer(peer, 0, "the board is full")
		return
	player.color = Color8((_numbered + 1) % 3 * 84, (_numbered + 2) % 3 * 84, _numbered % 3 * 84)
	_players[peer] = player
	_send_initial(peer)
	_send_players()


func network_disconnected(peer: int, _data: Dictionary) -> void:
	if not _players.has(peer):
		return
	_board.players.erase(_players[peer].id)
	_players.erase(peer)
	_send_players()


func network_startline(peer: int, data: Dictionary) -> void:
	_take_point(peer, data, true)


func network_drawpoint(peer: int, data: Dictionary) -> void:
	_take_point(peer, data, false)


## A client decides what it sends, the server what it believes and passes on.
func _take_point(peer: int, data: Dictionary, starts_line: bool) -> void:
	var player: Board.Player = _players.get(peer)
	var point: Variant = Board.read_point(data.get("point"))
	if player != null and point != null and player.draw(point, starts_line):
		broadcast({
			"action": "startline" if starts_line else "drawpoint",
			"point": Board.write_point(point),
			"id": player.id,
		})


func _send_initial(peer: int) -> void:
	var lines := {}
	for player: Board.Player in _board.players.values():
		lines[player.id] = {
			"color": Board.write_color(player.color),
			"lines": player.lines.map(func(line: PackedVector2Array) -> Array:
				return Array(line).map(Board.write_point)),
		}
	send_to(peer, {"action": "initial", "lines": lines})


func _send_players() -> void:
	var players := {}
	for player: Board.Player in _board.players.values():
		players[player.id] = Board.write_color(player.color)
	broadcast({"action": "players", "players": players})
