## Runs the tests: godot --headless --path . -s run.gd -- [KEY=VALUE...] [NAME...]
##
## Each method test_* of each file *_test.gd, or of those named, in a node of its own. The exit code is 1 if
## a check failed. KEY=VALUE is what a test asks for by `setting`.
extends SceneTree


func _initialize() -> void:
	var wanted: Array[String] = []
	var settings := {}
	for argument in OS.get_cmdline_user_args():
		var equals := argument.find("=")
		if equals < 0:
			wanted.append(argument)
		else:
			settings[argument.left(equals)] = argument.substr(equals + 1)
	_run.call_deferred(wanted, settings)


func _run(wanted: Array[String], settings: Dictionary) -> void:
	var tests := 0
	var checks := 0
	var failures := 0
	for file in DirAccess.get_files_at("res://"):
		var name := file.get_basename()
		if not name.ends_with("_test") or not (wanted.is_empty() or name.trim_suffix("_test") in wanted):
			continue
		var script: GDScript = load("res://" + file)
		for method in script.get_script_method_list():
			if not method.name.begins_with("test_"):
				continue
			var case: Node = script.new()
			case.settings = settings
			root.add_child(case)
			var began := Time.get_ticks_msec()
			await case.call(method.name)
			print("%s  %s %s (%d ms)" % ["failed" if case.failures else "ok    ", name, method.name.trim_prefix("test_"), Time.get_ticks_msec() - began])
			tests += 1
			checks += case.checks
			failures += case.failures
			if case.checks == 0:
				printerr("  it checked nothing")
				failures += 1
			case.free()
	print("%d tests, %d checks, %d failed" % [tests, checks, failures])
	quit(1 if failures > 0 or tests == 0 else 0)
