## The server without a window: prints the round trips and, when a client leaves, how they spread.
extends Node

const Server := preload("server.gd")
const Histogram := preload("histogram.gd")

var addresses: PackedStringArray


func _ready() -> void:
	var server: Server = preload("server.tscn").instantiate()
	if not addresses.is_empty():
		server.address = ",".join(addresses)
	server.came.connect(func(address: String) -> void: print(address, " connected"))
	server.pinged.connect(_print_ping)
	server.left.connect(_print_end)
	add_child(server)
	server.add_listener(self)
	if server.start() != OK:
		printerr("lagtime: listen: ", server.get_last_error())
		get_tree().quit(1)
		return
	for address in server.get_addresses():
		print("server launched at ", address)


## A program of another kind has knocked, say.
func network_error(data: Dictionary) -> void:
	printerr("lagtime: ", data["text"])


func _print_ping(_peer: int, address: String, count: int, seconds: float) -> void:
	print("%s: ping %d round trip time was %f" % [address, count, seconds])


func _print_end(address: String, round_trips: Histogram) -> void:
	print(address, " disconnected")
	print("%s: %d round trips" % [address, round_trips.count])
	for line in round_trips.lines():
		print(line)
