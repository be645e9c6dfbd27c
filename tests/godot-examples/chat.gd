## Somebody types into the chat's window, and reads there what others say: chat.gd -- ADDRESS PICTURE.
extends "window.gd"


func test(words: PackedStringArray) -> void:
	var window: Control = load("res://window.tscn").instantiate()
	root.add_child(window)
	var talk: RichTextLabel = window.get_node("%Talk")
	expect("it asks where to go", window.get_node("%Door").visible)
	window.get_node("%Address").text = words[0]
	window.get_node("%Nickname").text = "ann"
	window.get_node("%Nickname").text_submitted.emit("ann")
	await until("the others", func() -> bool: return window.get_node("%Players").get_child_count() > 0)
	expect("it lets in", not window.get_node("%Door").visible)

	for letter in "hi":
		_type(KEY_NONE, letter.unicode_at(0))
	_type(KEY_ENTER, 0)
	await until("an answer", func() -> bool: return "bob  [b]hello[/b]" in talk.get_parsed_text())
	expect("what was typed", "ann  hi" in talk.get_parsed_text())
	(await picture()).save_png(words[1])

	window.get_node("%Leave").pressed.emit()
	await until("the way out", func() -> bool: return window.get_node("%Door").visible)
	print("as expected")


func _type(key: Key, letter: int) -> void:
	for is_down: bool in [true, false]:
		var event := InputEventKey.new()
		event.keycode = key
		event.unicode = letter
		event.pressed = is_down
		Input.parse_input_event(event)
