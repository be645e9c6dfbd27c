## Round-trip times as they come in, the newest at the right edge; a line for each client.
extends Control

const SAMPLES := 240 # shown of each line
const STEPS := 4 # of the scale
const MARGIN := Vector2(64, 14)
const AXIS_COLOR := Color(0.2, 0.22, 0.26, 0.55)
const GRID_COLOR := Color(0.2, 0.22, 0.26, 0.12)
const COLORS: Array[Color] = [Color8(0, 84, 168), Color8(168, 0, 84), Color8(84, 148, 0),
	Color8(200, 110, 0), Color8(96, 60, 168), Color8(0, 140, 140)]


class Line:
	var color: Color
	var seconds: PackedFloat64Array # the newest last
	var network_seconds: float # without the games' frames; 0 if it is not known yet

	func last() -> float:
		return seconds[-1]

	func median() -> float:
		var sorted := seconds.duplicate()
		sorted.sort()
		return sorted[sorted.size() / 2]

	func worst() -> float:
		return Array(seconds).max()


var lines: Dictionary[String, Line] # by address

var _lines_so_far := 0
var _top := 0.001 # seconds, where the scale ends


func add(address: String, seconds: float, network_seconds: float) -> void:
	if not lines.has(address):
		lines[address] = Line.new()
		lines[address].color = COLORS[_lines_so_far % COLORS.size()]
		_lines_so_far += 1
	var line := lines[address]
	line.seconds.append(seconds)
	line.network_seconds = network_seconds
	if line.seconds.size() > SAMPLES:
		line.seconds.remove_at(0)
	queue_redraw()


func remove(address: String) -> void:
	lines.erase(address)
	queue_redraw()


func _draw() -> void:
	var area := Rect2(MARGIN.x, MARGIN.y, size.x - MARGIN.x - 8, size.y - 2 * MARGIN.y)
	_top = _scale_end()
	for step in STEPS + 1:
		var y := area.end.y - area.size.y * step / STEPS
		draw_line(Vector2(area.position.x, y), Vector2(area.end.x, y), GRID_COLOR)
		_write("%s ms" % String.num(_top * 1e3 * step / STEPS, 3).trim_suffix(".0"), y)
	for line: Line in lines.values():
		_draw_line(line, area)


## The least of 1, 2 and 5 times a power of ten at which no line ends above the scale.
func _scale_end() -> float:
	var worst := 1e-4
	for line: Line in lines.values():
		worst = maxf(worst, line.worst())
	var power := 10.0 ** floorf(log(worst) / log(10.0))
	for factor: float in [1, 2, 5]:
		if worst <= factor * power:
			return factor * power
	return 10 * power


func _write(text: String, y: float) -> void:
	var font := get_theme_default_font()
	draw_string(font, Vector2(0, y + 5), text, HORIZONTAL_ALIGNMENT_RIGHT, MARGIN.x - 8, 13, AXIS_COLOR)


func _draw_line(line: Line, area: Rect2) -> void:
	var points: PackedVector2Array # the ends of each part: a polyline would cut its peaks
	var count := line.seconds.size()
	for index in count:
		var point := Vector2(
			area.end.x - area.size.x * (count - 1 - index) / (SAMPLES - 1),
			area.end.y - area.size.y * line.seconds[index] / _top)
		if index > 1:
			points.append(points[-1])
		points.append(point)
	if count > 1:
		draw_multiline(points, line.color, 2, true)
	draw_circle(points[-1], 4, line.color, true, -1, true)
