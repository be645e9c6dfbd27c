## Shows round-trip times while they are taken, by a server here, a client here, or both.
extends Control

const Client := preload("client.gd")
const Histogram := preload("histogram.gd")
const Plot := preload("plot.gd")
const Server := preload("server.gd")

enum Role {
	BOTH, ## a server and its client, in one process
	SERVER, ## draws a line for each of its clients
	CLIENT, ## draws what it sees itself
}

var role := Role.BOTH
var addresses: PackedStringArray
var address := "localhost"

@onready var _plot: Plot = %Plot
@onready var _legend: RichTextLabel = %Legend
@onready var _status: Label = %Status


func _ready() -> void:
	get_window().min_size = $Margin.get_combined_minimum_size()
	if role != Role.CLIENT:
		_serve()
	if role != Role.SERVER:
		_join()


func _serve() -> void:
	var server: Server = preload("server.tscn").instantiate()
	if role == Role.BOTH:
		server.address = "127.0.0.1:0"
	elif not addresses.is_empty():
		server.address = ",".join(addresses)
	server.pinged.connect(func(peer: int, from: String, _count: int, seconds: float) -> void:
		_plot.add(from, seconds, server.get_peer_stats(peer).get("rtt_us", 0) / 1e6))
	server.left.connect(func(from: String, _round_trips: Histogram) -> void: _plot.remove(from))
	add_child(server)
	if server.start() != OK:
		_status.text = server.get_last_error()
		return
	address = server.get_addresses()[0]
	_status.text = "serving at %s" % ", ".join(server.get_addresses())


func _join() -> void:
	var client := Client.new()
	add_child(client)
	if role == Role.CLIENT:
		_status.text = "connecting to %s" % address
		client.add_listener(self)
		client.pinged.connect(func(seconds: float) -> void:
			_plot.add(address, seconds, client.get_stats().get("rtt_us", 0) / 1e6))
	if client.connect_to(address) != OK:
		_status.text = client.get_last_error()


func network_connected() -> void:
	_status.text = "connected to %s" % address


func network_disconnected(data: Dictionary) -> void:
	_status.text = data["text"] if not data["text"].is_empty() else Podsix.reason_name(data["reason"])


func network_error(data: Dictionary) -> void:
	network_disconnected(data)


## A few times a second: nobody reads faster.
func _on_timer_timeout() -> void:
	_legend.clear()
	for who in _plot.lines:
		var line := _plot.lines[who]
		_legend.push_color(line.color)
		_legend.push_bold()
		_legend.add_text(who)
		_legend.pop_all()
		_legend.add_text("\n%.2f ms\nmedian %.2f ms\nworst %.2f ms\n" % [
			line.last() * 1e3, line.median() * 1e3, line.worst() * 1e3])
		if line.network_seconds > 0:
			_legend.add_text("network alone %.2f ms\n" % (line.network_seconds * 1e3))
		_legend.newline()
