## What is typed into the terminal, line by line.
##
## The engine can only wait for its standard input, so a thread does. Nothing can wake it: leaving the
## tree waits for the next line, or for the input's end.
extends Node

signal line_typed(line: String)
signal ended

const MAX_LINE := 1000 # bytes, with its end

var _thread := Thread.new()
var _stopped := false


func start() -> void:
	_thread.start(_read)


func _exit_tree() -> void:
	_stopped = true
	if _thread.is_started():
		_thread.wait_to_finish()


func _read() -> void:
	var is_rest := false # of a line that is too long
	while not _stopped:
		var line := OS.read_string_from_stdin(MAX_LINE + 1)
		if line.is_empty():
			ended.emit.call_deferred()
			return
		var is_whole := line.ends_with("\n")
		if is_whole and not is_rest:
			line_typed.emit.call_deferred(line.trim_suffix("\n"))
		elif is_whole:
			printerr("the line is too long")
		is_rest = not is_whole
