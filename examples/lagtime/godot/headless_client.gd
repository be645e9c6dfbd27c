## The client without a window: it leaves after ten round trips.
extends Node

const Client := preload("client.gd")
const ROUND_TRIPS := 10

var address := "localhost"


func _ready() -> void:
	var client := Client.new()
	client.last = ROUND_TRIPS
	add_child(client)
	client.add_listener(self)
	if client.connect_to(address) != OK:
		printerr("lagtime: connect: ", client.get_last_error())
		get_tree().quit(1)


func network_connected() -> void:
	print("connected to the server")


func network_disconnected(data: Dictionary) -> void:
	print("disconnected (%s)" % Podsix.reason_name(data["reason"]))
	get_tree().quit(0 if data["reason"] == Podsix.REASON_LOCAL else 1)


func network_error(data: Dictionary) -> void:
	printerr("lagtime: %s (%s)" % [data["text"], Podsix.reason_name(data["reason"])])
	get_tree().quit(1)
