## What is said in the engine's output, as errors or warnings, while this is there. Godot 4.5 and later.
extends Logger

var _mutex := Mutex.new()
var _said := []
## Called with each text, in the midst of whatever says it.
var then := Callable()


func _log_error(_function: String, _file: String, _line: int, code: String, rationale: String, _notify: bool, _type: int, _backtraces: Array[ScriptBacktrace]) -> void:
	var text := code if rationale.is_empty() else rationale
	_mutex.lock()
	_said.append(text)
	_mutex.unlock()
	if then.is_valid():
		then.call(text)


## All of it so far.
func said() -> Array:
	_mutex.lock()
	var said := _said.duplicate()
	_mutex.unlock()
	return said


## The same, which is then forgotten.
func take() -> Array:
	_mutex.lock()
	var said := _said
	_said = []
	_mutex.unlock()
	return said
