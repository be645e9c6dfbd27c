## The client: sends every ping back as it came, and leaves at the ping `last`.
##
## It, too, can tell how long a round trip takes: the server sends the next ping as soon as it has
## the answer to this one.
extends PodsixClient

signal pinged(seconds: float)

const FOR_EVER := -1

var last := FOR_EVER

var _answered_at := 0 # microseconds


func _ready() -> void:
	add_listener(self)


func network_ping(data: Dictionary) -> void:
	var now := Time.get_ticks_usec()
	if _answered_at > 0:
		pinged.emit((now - _answered_at) / 1e6)
	if last != FOR_EVER and data.get("count") is int and data["count"] >= last:
		close()
		return
	_answered_at = now
	send(data)
