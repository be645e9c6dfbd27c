## An example's window under test: what drives it, and what is seen in it. A test ends with "as expected" or
## "FAILED: …" on a line of its own.
extends SceneTree

const DEADLINE := 30.0 # seconds, for each thing waited for


func _initialize() -> void:
	_run.call_deferred()


func _run() -> void:
	await test(OS.get_cmdline_user_args())


## What a test overrides.
func test(_words: PackedStringArray) -> void:
	pass


## Waits for the frame in which it is so.
func until(what: String, is_so: Callable) -> void:
	var end := Time.get_ticks_msec() + DEADLINE * 1000
	while not is_so.call():
		if Time.get_ticks_msec() > end:
			fail("not in time: %s" % what)
		await process_frame


func expect(what: String, is_so: bool) -> void:
	if not is_so:
		fail(what)


func fail(what: String) -> void:
	print("FAILED: ", what)
	OS.kill(OS.get_process_id())


func picture() -> Image:
	for _frame in 2: # the first one may have begun before what is to be seen
		await RenderingServer.frame_post_draw
	return root.get_texture().get_image()


func expect_color(image: Image, at: Vector2, color: Color) -> void:
	var seen := image.get_pixelv(Vector2i(at))
	expect("%s at %s is %s" % [color.to_html(false), Vector2i(at), seen.to_html(false)],
		absi(seen.r8 - color.r8) + absi(seen.g8 - color.g8) + absi(seen.b8 - color.b8) < 12)


func press(at: Vector2, is_down: bool) -> void:
	var event := InputEventMouseButton.new()
	event.button_index = MOUSE_BUTTON_LEFT
	event.button_mask = MOUSE_BUTTON_MASK_LEFT if is_down else 0
	event.pressed = is_down
	event.position = at
	event.global_position = at
	Input.parse_input_event(event)


func move(at: Vector2) -> void:
	var event := InputEventMouseMotion.new()
	event.button_mask = MOUSE_BUTTON_MASK_LEFT
	event.position = at
	event.global_position = at
	Input.parse_input_event(event)
