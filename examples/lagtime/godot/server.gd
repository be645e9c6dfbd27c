## The server: sends each client   ping {count},   which it counts from 0, and takes the time until it
## is back; then the next one goes.
extends PodsixServer

const Histogram := preload("histogram.gd")

signal came(address: String)
signal pinged(peer: int, address: String, count: int, seconds: float)
signal left(address: String, round_trips: Histogram)


class Player:
	var address: String
	var sent_at: int # the ping under way, in microseconds
	var round_trips := Histogram.new() # as many as the ping's count


var _players: Dictionary[int, Player] # by peer


func _ready() -> void:
	add_listener(self)


func network_connected(peer: int, _data: Dictionary) -> void:
	_players[peer] = Player.new()
	_players[peer].address = get_peer_address(peer)
	came.emit(_players[peer].address)
	_ping(peer)


func network_ping(peer: int, data: Dictionary) -> void:
	var player := _players[peer]
	var count := player.round_trips.count
	if data.get("count") is not int or data["count"] != count:
		return # not an answer to the ping under way
	var seconds := (Time.get_ticks_usec() - player.sent_at) / 1e6
	player.round_trips.add(seconds)
	pinged.emit(peer, player.address, count, seconds)
	_ping(peer)


func network_disconnected(peer: int, _data: Dictionary) -> void:
	left.emit(_players[peer].address, _players[peer].round_trips)
	_players.erase(peer)


func _ping(peer: int) -> void:
	_players[peer].sent_at = Time.get_ticks_usec()
	send_to(peer, {"action": "ping", "count": _players[peer].round_trips.count})
