## The board: who plays, and what each of them has drawn. The server keeps one for those who come
## later, each client one to show.
##
## What a stranger sends cannot make it grow: a player has a colour and the newest MAX_POINTS of its
## points, so that old ink fades. If each point is a line of its own, these are 64,000 values: one
## message may have 65,536 (max_values).
extends RefCounted

const MAX_PLAYERS := 16
const MAX_POINTS := 1000
const MAX_ID := 15
const SIZE := Vector2(800, 600)


class Player:
	var id: String
	var color: Color
	var lines: Array[PackedVector2Array]
	var point_count: int

	## Adds a point; without any before it, a line cannot lead to it, and nothing happens: false.
	func draw(point: Vector2i, starts_line: bool) -> bool:
		if starts_line:
			lines.append(PackedVector2Array())
		elif lines.is_empty():
			return false
		lines[-1].append(point)
		point_count += 1
		if point_count > MAX_POINTS:
			_fade()
		return true

	func _fade() -> void:
		lines[0].remove_at(0)
		point_count -= 1
		if lines[0].is_empty():
			lines.remove_at(0)


var players: Dictionary[String, Player] # by id, in the order in which they came


## Null if the board is full, or the id is not 1 to MAX_ID visible ASCII characters.
func add(id: String) -> Player:
	if players.size() == MAX_PLAYERS or id.is_empty() or id.length() > MAX_ID:
		return null
	for character in id.to_utf32_buffer().to_int32_array():
		if character <= 0x20 or character > 0x7e:
			return null
	var player := Player.new()
	player.id = id
	players[id] = player
	return player


func point_count() -> int:
	var count := 0
	for player: Player in players.values():
		count += player.point_count
	return count


## The point in a message, two integers; null if the value is something else.
static func read_point(value: Variant) -> Variant:
	if value is Array and value.size() == 2 and value.all(_is_coordinate):
		return Vector2i(value[0], value[1])
	return null


## An array that cannot be changed is sent as a tuple, which is what PodSixNet's programs have here.
static func write_point(point: Vector2i) -> Array[int]:
	var tuple: Array[int] = [point.x, point.y]
	tuple.make_read_only()
	return tuple


static func _is_coordinate(value: Variant) -> bool:
	return (value is int or value is float) and value >= -32768 and value <= 32767 and fmod(value, 1) == 0


## A colour in a message is an array of three integers from 0 to 255; null if the value is something else.
static func read_color(value: Variant) -> Variant:
	if value is Array and value.size() == 3 and value.all(_is_part):
		return Color8(value[0], value[1], value[2])
	return null


static func _is_part(value: Variant) -> bool:
	return value is int and value >= 0 and value <= 255


static func write_color(color: Color) -> Array[int]:
	return [color.r8, color.g8, color.b8]
