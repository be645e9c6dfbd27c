extends SceneTree
## Runs the cases: godot --headless --path . --script play.gd -- [podsix|enet] [words of a case's name]
## The exit code is 1 if one failed.


func _initialize() -> void:
	var arguments := OS.get_cmdline_user_args()
	var kind: String = arguments[0] if arguments else "podsix"
	var wanted: String = arguments[1] if arguments.size() > 1 else ""
	var check := preload("check.gd").new(self)
	var files := ["game_cases.gd"] if kind == "enet" else ["game_cases.gd", "podsix_cases.gd"]
	var passed := 0
	await process_frame # the tree is whole only now
	for file in files:
		var cases = load("res://" + file).new(self, check, kind)
		for method in cases.get_method_list():
			var name: String = method.name
			if not name.begins_with("test_") or (wanted and not name.contains(wanted)):
				continue
			check.doing = "%s, %s" % [name.trim_prefix("test_"), kind]
			var before := check.failures.size()
			await cases.call(name)
			await cases.finish()
			passed += int(check.failures.size() == before)
	print("%s: %d passed, %d failures" % [kind, passed, check.failures.size()])
	quit(1 if check.failures or passed == 0 else 0)
