extends Node

var calls := []


func network_wrong(a, b, c) -> void:
	calls.append([a, b, c])


func network_right() -> void:
	calls.append("right")
