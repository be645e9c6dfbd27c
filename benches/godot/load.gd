## How long it takes to load the addon into the running engine.
extends SceneTree


func _initialize() -> void:
	var began := Time.get_ticks_usec()
	GDExtensionManager.load_extension("res://addons/podsix/podsix.gdextension")
	print("  loaded in %.1f ms" % ((Time.get_ticks_usec() - began) / 1000.0))
	quit()
