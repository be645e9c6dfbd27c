## What is typed into the terminal, line by line.
##
## The engine can only wait for its standard input, so a thread does. Nothing can wake it: leaving the
## tree waits for the next line, or for the input's end.
extends Node

signal line_typed(line: String)
signal ended

const MAX_LINE := 1000 # bytes
const NEWLINE := 10

var _thread := Thread.new()
var _stopped := false


func start() -> void:
	_thread.start(_read)


func _exit_tree() -> void:
	_stopped = true
	if _thread.is_started():
		_thread.wait_to_finish()


func _read() -> void:
	var line: PackedByteArray
	while not _stopped:
		var byte := OS.read_buffer_from_stdin(1) # as a string, an empty line would be the end
		if byte.is_empty():
			ended.emit.call_deferred()
			return
		if byte[0] != NEWLINE:
			if line.size() <= MAX_LINE:
				line.append_array(byte)
			continue
		if line.size() <= MAX_LINE:
			line_typed.emit.call_deferred(line.get_string_from_utf8())
		else:
			printerr("the line is too long")
		line.clear()
