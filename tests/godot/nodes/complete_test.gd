## Everything that is registered is tested: each method, property, signal and constant of the addon's classes
## stands in some test.
extends "case.gd"

const CLASSES := ["PodsixServer", "PodsixClient", "PodsixLimits", "PodsixExtension"]


func test_everything_registered_stands_in_a_test() -> void:
	var words := {}
	var word := RegEx.create_from_string("\\w+")
	for file in DirAccess.get_files_at("res://"):
		if file.ends_with(".gd"):
			for found in word.search_all(FileAccess.get_file_as_string("res://" + file)):
				words[found.get_string()] = true
	var names := 0
	for type: String in CLASSES:
		var properties := ClassDB.class_get_property_list(type, true).map(func(info: Dictionary) -> String: return info.name)
		var members := properties.duplicate()
		for info in ClassDB.class_get_method_list(type, true):
			# A property's methods are the property.
			if not info.name.trim_prefix("get_").trim_prefix("set_") in properties:
				members.append(info.name)
		for info in ClassDB.class_get_signal_list(type, true):
			members.append(info.name)
		members.append_array(ClassDB.class_get_integer_constant_list(type, true))
		for member: String in members:
			check(words.has(member) or member.begins_with("_"), "%s.%s is in no test" % [type, member])
			names += 1
	check(names > 100, "%d names" % names)
	# Nothing else of ours is registered but the numbers, and Godot's own multiplayer, which has tests of its own.
	var ours := []
	for type in ClassDB.get_class_list():
		if type.begins_with("Podsix") and type != "PodsixMultiplayerPeer":
			ours.append(type)
	ours.sort()
	equal(ours, ["Podsix", "PodsixClient", "PodsixExtension", "PodsixLimits", "PodsixServer"])
