## The paper, as large as there is room: every board has the same 800 by 600 points, whatever the
## window's size. The left mouse button draws.
extends Control

const Board := preload("board.gd")

signal pen_moved(point: Vector2i, starts_line: bool)

const PEN := 5.0
const STEP := 3 # points; what is closer to the last one is not sent
const GRID := 25
const FAINT := 0.85
const SHARP := PI / 4 # a corner that a polyline would cut
const PAPER_COLOR := Color8(250, 249, 245)
const GRID_COLOR := Color8(205, 205, 196)

var board := Board.new():
	set(value):
		board = value
		queue_redraw()
## The lines of others are faint, unless this is empty.
var highlighted_id := "":
	set(value):
		highlighted_id = value
		queue_redraw()

var _is_drawing := false
var _last: Vector2i # the point sent last


## From the board's points to this control's.
func board_transform() -> Transform2D:
	var zoom := minf(size.x / Board.SIZE.x, size.y / Board.SIZE.y)
	return Transform2D(0, Vector2(zoom, zoom), 0, (size - Board.SIZE * zoom) / 2)


func _gui_input(event: InputEvent) -> void:
	if event is InputEventMouseButton and event.button_index == MOUSE_BUTTON_LEFT:
		var point := _point_at(event.position)
		_is_drawing = event.pressed and Rect2(Vector2.ZERO, Board.SIZE).has_point(point)
		if _is_drawing:
			_move_pen(point, true)
	elif event is InputEventMouseMotion and _is_drawing:
		var point := _point_at(event.position)
		if (point - _last).length_squared() >= STEP * STEP:
			_move_pen(point, false)


func _point_at(at: Vector2) -> Vector2i:
	return Vector2i((board_transform().affine_inverse() * at).clamp(Vector2.ZERO, Board.SIZE).round())


func _move_pen(point: Vector2i, starts_line: bool) -> void:
	_last = point
	pen_moved.emit(point, starts_line)


func _draw() -> void:
	_draw_paper()
	draw_set_transform_matrix(board_transform())
	for player: Board.Player in board.players.values():
		var is_faint := highlighted_id != "" and highlighted_id != player.id
		var color := player.color.lerp(PAPER_COLOR, FAINT) if is_faint else player.color
		for line in player.lines:
			_draw_line(line, color)


func _draw_paper() -> void:
	var to_here := board_transform()
	draw_style_box(get_theme_stylebox("panel", "PanelContainer"), to_here * Rect2(Vector2.ZERO, Board.SIZE))
	for y in range(GRID, int(Board.SIZE.y), GRID):
		for x in range(GRID, int(Board.SIZE.x), GRID):
			draw_rect(Rect2((to_here * Vector2(x, y)).round() - Vector2.ONE, Vector2(2, 2)), GRID_COLOR)


func _draw_line(line: PackedVector2Array, color: Color) -> void:
	var start := 0
	for index in range(1, line.size() - 1):
		var turn := (line[index] - line[index - 1]).angle_to(line[index + 1] - line[index])
		if absf(turn) > SHARP:
			_draw_stroke(line.slice(start, index + 1), color)
			start = index
	_draw_stroke(line.slice(start), color)


## A stroke with round ends.
func _draw_stroke(points: PackedVector2Array, color: Color) -> void:
	if points.size() > 1:
		draw_polyline(points, color, PEN, true)
	draw_circle(points[0], PEN / 2, color, true, -1, true)
	draw_circle(points[-1], PEN / 2, color, true, -1, true)
