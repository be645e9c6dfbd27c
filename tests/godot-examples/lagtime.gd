## The plot of round trips, at the server and at the client: lagtime.gd -- PICTURE [ADDRESS]. The server tells its
## address.
extends "window.gd"

const ROUND_TRIPS := 8


func test(words: PackedStringArray) -> void:
	var window: Control = load("res://window.tscn").instantiate()
	if words.size() > 1:
		window.role = window.Role.CLIENT
		window.address = words[1]
	else:
		window.role = window.Role.SERVER
		window.addresses = PackedStringArray(["127.0.0.1:0"])
	root.add_child(window)
	print(window.get_node("%Status").text)
	var plot: Control = window.get_node("%Plot")
	await until("round trips", func() -> bool:
		return not plot.lines.is_empty() and plot.lines.values()[0].seconds.size() >= ROUND_TRIPS)
	var image: Image = await picture()
	image.save_png(words[0])
	var color: Color = plot.lines.values()[0].color
	var area: Rect2 = plot.get_global_rect()
	var newest := 0
	for y in range(area.position.y, area.end.y):
		var seen := image.get_pixel(int(area.end.x) - 9, y)
		newest += 1 if absf(seen.r - color.r) + absf(seen.g - color.g) + absf(seen.b - color.b) < 0.1 else 0
	expect("the newest at the right edge, not %d pixels" % newest, newest >= 4)
	print("as expected")
