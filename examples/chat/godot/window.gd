## The client in a window: asks which chat to join, shows who is there and what is said.
extends Control

const Client := preload("client.gd")

const ONLINE := Color8(60, 170, 80)
const OFFLINE := Color8(200, 50, 40)

var address := "" ## joined at once, if there is one
var nickname := ""

var _server: PodsixServer # when the chat is hosted here

@onready var _client: Client = $Client
@onready var _talk: RichTextLabel = %Talk
@onready var _players: VBoxContainer = %Players
@onready var _entry: LineEdit = %Entry
@onready var _say: Button = %Say
@onready var _status: Label = %Status
@onready var _light: Label = %Light
@onready var _leave: Button = %Leave
@onready var _door: Control = %Door
@onready var _address: LineEdit = %Address
@onready var _nickname: LineEdit = %Nickname
@onready var _trouble: Label = %Trouble


func _ready() -> void:
	get_window().min_size = $Margin.get_combined_minimum_size()
	_client.add_listener(self)
	_nickname.text = nickname
	if address.is_empty():
		_open_door("")
	else:
		_address.text = address
		_join()


func _join() -> void:
	var to := _address.text if not _address.text.is_empty() else _address.placeholder_text
	_client.nickname = _nickname.text
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


## Asks which chat to join; `trouble` is why this one is no longer, or "".
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
	_entry.editable = is_online
	_say.disabled = not is_online


func _say_entry() -> void:
	if _entry.text.is_empty():
		return
	if _client.say(_entry.text) == OK:
		_entry.clear()
	else:
		_note(_client.get_last_error())
	_entry.grab_focus()


## Tells what nobody said.
func _note(text: String) -> void:
	_talk.push_color(Color(_talk.get_theme_color("default_color"), 0.55))
	_talk.push_italics()
	_talk.add_text(text)
	_talk.pop_all()
	_talk.newline()


func _on_leave_pressed() -> void:
	_client.close(0, "bye")


func network_connected() -> void:
	_show_status("connected to %s" % _address.text, true)
	_entry.grab_focus()


func network_disconnected(data: Dictionary) -> void:
	var why: String = data["text"] if not data["text"].is_empty() else Podsix.reason_name(data["reason"])
	_open_door("" if data["reason"] == Podsix.REASON_LOCAL else why)


func network_error(data: Dictionary) -> void:
	network_disconnected(data)


func _on_client_players_changed(nicknames: Array) -> void:
	for label in _players.get_children():
		label.queue_free()
	for who: String in nicknames:
		var label := Label.new()
		label.text = who
		label.add_theme_color_override("font_color", _color_of(who))
		_players.add_child(label)


func _on_client_said(who: String, text: String) -> void:
	_talk.push_color(_color_of(who))
	_talk.push_bold()
	_talk.add_text(who)
	_talk.pop_all()
	_talk.add_text("  " + text)
	_talk.newline()


## Whoever it is has the same colour in every window.
func _color_of(who: String) -> Color:
	return Color.from_ok_hsl(who.hash() % 360 / 360.0, 0.8, 0.45)
