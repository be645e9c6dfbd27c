## The client in a window: asks which board to join, shows it, and who plays.
extends Control

const Board := preload("board.gd")
const Canvas := preload("canvas.gd")
const Client := preload("client.gd")
const Players := preload("players.gd")

const ONLINE := Color8(60, 170, 80)
const OFFLINE := Color8(200, 50, 40)

var address := "" ## joined at once, if there is one

var _server: PodsixServer # when this player hosts the board

@onready var _client: Client = $Client
@onready var _canvas: Canvas = %Canvas
@onready var _players: Players = %Players
@onready var _status: Label = %Status
@onready var _light: Label = %Light
@onready var _leave: Button = %Leave
@onready var _door: Control = %Door
@onready var _address: LineEdit = %Address
@onready var _trouble: Label = %Trouble


func _ready() -> void:
	get_window().min_size = $Margin.get_combined_minimum_size()
	_client.add_listener(self)
	if address.is_empty():
		_open_door("")
	else:
		_address.text = address
		_join()


func _join() -> void:
	var to := _address.text if not _address.text.is_empty() else _address.placeholder_text
	if _client.connect_to(to) != OK:
		_open_door(_client.get_last_error())
		return
	_address.text = to
	_door.hide()
	_show_status("connecting to %s" % to, false)


func _host() -> void:
	_server = preload("server.tscn").instantiate()
	add_child(_server)
	if _server.start() != OK:
		_open_door(_server.get_last_error())
		return
	_address.text = "localhost"
	_join()


## Asks which board to join; `trouble` is why this one is no longer, or "".
func _open_door(trouble: String) -> void:
	if _server != null:
		_server.queue_free()
		_server = null
	_trouble.text = trouble
	_trouble.visible = not trouble.is_empty()
	_door.show()
	_address.grab_focus()
	_show_status("not connected", false)


func _show_status(text: String, is_online: bool) -> void:
	_status.text = text
	_light.self_modulate = ONLINE if is_online else OFFLINE
	_leave.visible = not _door.visible


func _on_leave_pressed() -> void:
	_client.close()


func network_connected() -> void:
	_show_status("connected to %s" % _address.text, true)


func network_disconnected(data: Dictionary) -> void:
	var why: String = data["text"] if not data["text"].is_empty() else Podsix.reason_name(data["reason"])
	_open_door("" if data["reason"] == Podsix.REASON_LOCAL else why)


func network_error(data: Dictionary) -> void:
	network_disconnected(data)


func _on_client_board_opened() -> void:
	_canvas.board = _client.board
	_on_client_players_changed()


func _on_client_players_changed() -> void:
	_players.show_board(_client.board, _client.own_id)
	_canvas.queue_redraw()


func _on_client_drawn(_player: Board.Player, _point: Vector2i, _starts_line: bool) -> void:
	_canvas.queue_redraw()


func _on_canvas_pen_moved(point: Vector2i, starts_line: bool) -> void:
	if _client.is_connected_to_server():
		_client.draw(point, starts_line)


func _on_players_pointed_at(id: String) -> void:
	_canvas.highlighted_id = id
