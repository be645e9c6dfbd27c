## Two of these draw on one board, each with the mouse: whiteboard.gd -- ADDRESS PICTURE. Each sees the lines
## of both where they were drawn, before and after its window gets another size.
extends "window.gd"

## By the players' ids.
const STROKES := {"1": [Vector2(100, 150), Vector2(700, 150)], "2": [Vector2(400, 250), Vector2(400, 550)]}
const COLORS := {"1": Color8(168, 0, 84), "2": Color8(0, 84, 168)}
const PAPER := Vector2(190, 440) # nobody draws here

var _window: Control
var _canvas: Control


func test(words: PackedStringArray) -> void:
	_window = load("res://window.tscn").instantiate()
	_window.address = words[0]
	root.add_child(_window)
	_canvas = _window.get_node("%Canvas")
	var client: Node = _window.get_node("Client")
	await until("both are in", func() -> bool: return client.board.players.size() == 2)

	var stroke: Array = STROKES[client.own_id]
	press(_place(stroke[0]), true)
	for part in 11:
		move(_place(stroke[0].lerp(stroke[1], part / 10.0)))
		await process_frame
	press(_place(stroke[1]), false)
	for id: String in STROKES:
		await until("what player %s draws" % id, func() -> bool:
			var lines: Array = client.board.players[id].lines
			return not lines.is_empty() and lines[-1][-1] == STROKES[id][1])
		expect("a line of player %s, in one piece" % id, client.board.players[id].lines.size() == 1)

	await _expect_lines()
	(await picture()).save_png(words[1])
	root.size = Vector2i(700, 610)
	await until("the new size", func() -> bool: return _window.size == Vector2(700, 610))
	await _expect_lines()
	print("as expected")


func _expect_lines() -> void:
	var image: Image = await picture()
	expect_color(image, _place(PAPER), Color8(250, 249, 245))
	for id: String in STROKES:
		for part: float in [0.05, 0.35, 0.85]:
			expect_color(image, _place(STROKES[id][0].lerp(STROKES[id][1], part)), COLORS[id])
	var rows: Array[Node] = _window.get_node("%Players").get_children()
	for index in 2: # the badges in the list of players
		var badge: Rect2 = rows[index].get_child(0).get_global_rect()
		expect_color(image, badge.position + Vector2(4, badge.size.y / 2), COLORS.values()[index])


## Where a point of the board is in the window.
func _place(point: Vector2) -> Vector2:
	return _canvas.get_global_transform() * (_canvas.board_transform() * point)
