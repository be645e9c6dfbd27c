extends RefCounted
## A long line: a relay that carries bytes with a delay, in each frame of a tree. Call `cut` when it is no longer needed.

const PIECE := 16 << 10
## The most bytes on their way in one direction: what is beyond that waits with its sender.
const WINDOW := 64 << 10

var port: int
var _tree: SceneTree
var _to: int
var _delay_ms: int
var _entrance := TCPServer.new()
var _ways: Array[Way] = []


class Way:
	extends RefCounted
	var from: StreamPeerTCP
	var to: StreamPeerTCP
	var pieces := [] # [when it is due, bytes]; without bytes it is the end
	var waiting := 0
	var is_over := false

	func carry(now: int, delay: int) -> void:
		from.poll()
		to.poll()
		var is_there := from.get_status() == StreamPeerTCP.STATUS_CONNECTED
		var size := mini(from.get_available_bytes(), PIECE) if is_there else 0
		if size > 0 and waiting < WINDOW:
			pieces.append([now + delay, from.get_data(size)[1]])
			waiting += size
		elif size == 0 and not is_there and not is_over:
			is_over = true
			pieces.append([now + delay, PackedByteArray()])
		while pieces and pieces[0][0] <= now and to.get_status() == StreamPeerTCP.STATUS_CONNECTED:
			var bytes: PackedByteArray = pieces[0][1]
			if bytes.is_empty():
				to.disconnect_from_host()
				return
			var sent: int = to.put_partial_data(bytes)[1]
			waiting -= sent
			pieces[0][1] = bytes.slice(sent)
			if sent < bytes.size():
				return
			pieces.pop_front()


## A line of so many milliseconds, one way, to a port of this machine.
func _init(tree: SceneTree, to: int, delay_ms: int) -> void:
	_tree = tree
	_to = to
	_delay_ms = delay_ms
	_entrance.listen(0, "127.0.0.1")
	port = _entrance.get_local_port()
	_tree.process_frame.connect(_carry)


func cut() -> void:
	_tree.process_frame.disconnect(_carry)
	_ways.clear()
	_entrance.stop()


func _carry() -> void:
	while _entrance.is_connection_available():
		var here := _entrance.take_connection()
		var there := StreamPeerTCP.new()
		there.connect_to_host("127.0.0.1", _to)
		for ends: Array in [[here, there], [there, here]]:
			var way := Way.new()
			way.from = ends[0]
			way.to = ends[1]
			_ways.append(way)
	for way in _ways:
		way.carry(Time.get_ticks_msec(), _delay_ms)
