## Every type of Variant: what goes out, and what comes back.
extends "case.gd"


func _back(value: Variant) -> Variant:
	var got := []
	var keep := func(_peer: int, _action: String, data: Variant) -> void: got.append(data)
	server.message.connect(keep)
	equal(client.send(value), OK, client.get_last_error())
	await until(func() -> bool: return not got.is_empty(), "a message")
	server.message.disconnect(keep)
	return got[0] if got else null


func test_what_comes_back_as_it_was() -> void:
	await open()
	var values := [
		null, true, false, 0, -1, 9223372036854775807, -9223372036854775807 - 1, 0.5, -0.0, INF, -INF, NAN, 1e300,
		"", "grüße 🎮", "a text that is longer than the short ones which are made once",
		PackedByteArray(), PackedByteArray([0, 255]), [], [1, [2.5, ["x"]]], {}, {"a": {"b": [null]}},
		{1: "int", true: "bool", null: "nil", 1.5: "float", "s": "text", PackedByteArray([1]): "bytes", Vector2i(3, -4): "vector"},
		Vector2(1.5, -2), Vector2i(1, -2147483648), Vector3(1, 2, 3), Vector3i(1, 2, 3), Vector4(1, 2, 3, 4), Vector4i(1, 2, 3, 4),
		Rect2(1, 2, 3, 4), Rect2i(1, 2, 3, 4), Plane(0, 1, 0, 5), Quaternion(0.5, 0.5, 0.5, 0.5), AABB(Vector3(1, 2, 3), Vector3(4, 5, 6)),
		Color(0.1, 0.2, 0.3, 0.4), Transform2D(1.5, Vector2(3, 4)), Basis(Vector3(0, 1, 0), 0.5),
		Transform3D(Basis(Vector3(0, 1, 0), 0.5), Vector3(1, 2, 3)), Projection.create_perspective(70, 1.5, 0.1, 100),
		PackedInt32Array([1, -2147483648]), PackedInt64Array([1, -9223372036854775807]), PackedFloat32Array([0.5, INF]), PackedFloat64Array([1e300]),
		PackedVector2Array([Vector2(1, 2), Vector2(3, 4)]), PackedVector3Array([Vector3(1, 2, 3)]), PackedVector4Array([Vector4(1, 2, 3, 4)]),
		PackedColorArray([Color.RED, Color.BLUE]), PackedVector2Array(),
	]
	for value: Variant in values:
		equal(await _back(value), value, type_string(typeof(value)))
	equal(await _back(values), values, "all of them at once")


func test_what_comes_back_as_something_else() -> void:
	await open()
	equal(await _back(&"name"), "name", "StringName")
	equal(await _back(^"a/b:c"), "a/b:c", "NodePath")
	equal(await _back(PackedStringArray(["a", "ß"])), ["a", "ß"], "PackedStringArray")
	var typed: Array[int] = [1, 2]
	equal(await _back(typed), [1, 2], "typed array")
	var by_name: Dictionary[String, int] = {"a": 1}
	equal(await _back(by_name), {"a": 1}, "typed dictionary")
	equal(await _back({&"key": 1}), {"key": 1}, "a StringName as key")


func test_plain_values_are_lists_of_numbers() -> void:
	client = new_client()
	client.plain_values = true
	await open()
	equal(await _back(Vector2(1.5, 2)), [1.5, 2.0])
	equal(await _back(Vector3i(1, 2, 3)), [1, 2, 3])
	equal(await _back(Color(0.5, 0.25, 0, 1)), [0.5, 0.25, 0.0, 1.0])
	equal(await _back(Rect2(1, 2, 3, 4)), [1.0, 2.0, 3.0, 4.0])
	equal(await _back(Transform2D(Vector2(1, 2), Vector2(3, 4), Vector2(5, 6))), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
	equal(await _back(PackedInt32Array([1, 2])), [1, 2])
	equal(await _back(PackedVector2Array([Vector2(1, 2), Vector2(3, 4)])), [[1.0, 2.0], [3.0, 4.0]])
	failed(client, client.send({Vector2i(1, 2): 3}), ERR_INVALID_DATA, Podsix.ERR_BAD_MESSAGE, "a list is no key")
	# The other direction is for the server to decide.
	var got := []
	client.message.connect(func(_peer: int, _action: String, data: Variant) -> void: got.append(data))
	equal(server.send_to(peer, Vector2(1, 2)), OK)
	await until(func() -> bool: return not got.is_empty(), "a vector")
	equal(got, [Vector2(1, 2)])


func test_what_has_no_form_is_named_with_its_place() -> void:
	await open()
	var cases := {
		"players[2].node: Object cannot be sent": {"players": [1, 2, {"node": self}]},
		"Object cannot be sent": self,
		"[0][1]: Callable cannot be sent": [[1, check]],
		"a.b: Signal cannot be sent": {"a": {"b": ready}},
		"[1]: RID cannot be sent": [0, RID()],
		"a[(1, 2)]: Callable cannot be sent": {"a": {Vector2i(1, 2): check}},
		"a: the key Callable cannot be sent": {"a": {check: 1}},
		"a �: RID cannot be sent": {"a\n\u009b": RID()},
		"x".repeat(79) + "…: RID cannot be sent": {"x".repeat(1000): RID()},
	}
	for words: String in cases:
		failed(client, client.send(cases[words]), ERR_INVALID_DATA, Podsix.ERR_UNSENDABLE)
		equal(client.get_last_error(), words)
	failed(client, client.send({[{}]: 2}), ERR_INVALID_DATA, Podsix.ERR_BAD_MESSAGE)
	check("a key cannot be a map" in client.get_last_error(), client.get_last_error())
	failed(client, client.send({"map": {{1.5: {2.5: 3}}: 4}}), ERR_INVALID_DATA, Podsix.ERR_BAD_MESSAGE)
	check("a key cannot be a map" in client.get_last_error(), client.get_last_error())
	equal(await _back("still there"), "still there")


func test_an_array_inside_itself_is_too_deep() -> void:
	await open()
	var array := []
	array.append(array)
	failed(client, client.send(array), ERR_PARAMETER_RANGE_ERROR, Podsix.ERR_TOO_DEEP)
	var dictionary := {}
	dictionary["self"] = dictionary
	dictionary["and again"] = [dictionary, dictionary]
	failed(client, client.send(dictionary), ERR_PARAMETER_RANGE_ERROR, Podsix.ERR_TOO_DEEP)
	check("nested deeper" in client.get_last_error(), client.get_last_error())
	array.clear()
	dictionary.clear()


func test_a_tuple_is_an_array_that_cannot_be_changed() -> void:
	await open()
	var tuple := [1, "two"]
	tuple.make_read_only()
	var got: Array = await _back([tuple, [1]])
	equal(got, [[1, "two"], [1]])
	check(got[0].is_read_only() and not got[1].is_read_only(), "only the first is a tuple")


func test_an_array_as_a_key_is_a_tuple() -> void:
	await open()
	var cell: Array[int] = [1, 3]
	var walls := {[1, 2]: "wall", cell: "door", [[1, 2], [1, 3]]: true, []: null}
	var got: Dictionary = await _back(walls)
	check(got == walls, str(got))
	equal([got[[1, 2]], got[cell], got.has([2, 1])], ["wall", "door", false])
	check(got.keys()[0].is_read_only(), "a tuple is an array that cannot be changed")


func test_what_gdscript_has_no_type_for() -> void:
	await open()
	var extension: PodsixExtension = await _back(PodsixExtension.create(5, PackedByteArray([1, 2])))
	equal([extension.type_id, extension.bytes, extension.get_digits()], [5, PackedByteArray([1, 2]), ""])
	for digits: String in ["9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775809"]:
		var integer: PodsixExtension = await _back([PodsixExtension.from_digits(digits)][0])
		equal(integer.get_digits(), digits)
	equal(await _back(PodsixExtension.from_digits("7")), 7, "64 bits hold it")
	failed(client, client.send(PodsixExtension.from_digits("seven")), ERR_INVALID_DATA, Podsix.ERR_BAD_MESSAGE)
	failed(client, client.send(PodsixExtension.create(128, PackedByteArray())), ERR_INVALID_DATA, Podsix.ERR_UNSENDABLE)
	equal(client.get_last_error(), "an extension's type is -128 to 127, not 128")
	# Type 71 is Godot's own; what Godot would not write stays an extension.
	var bytes := PackedByteArray([TYPE_VECTOR2I, 1, 0, 0, 0, 2, 0, 0, 0])
	equal(await _back(PodsixExtension.create(71, bytes)), Vector2i(1, 2))
	for wrong: PackedByteArray in [PackedByteArray(), bytes.slice(0, 8), PackedByteArray([TYPE_OBJECT, 1]), PackedByteArray([255]), PackedByteArray([TYPE_PACKED_INT32_ARRAY, 1])]:
		extension = await _back(PodsixExtension.create(71, wrong))
		equal(extension.bytes, wrong)


func test_texts_that_look_alike_are_kept_apart() -> void:
	await open()
	var texts := []
	for index in 3000:
		texts.append("key%d" % index)
	texts += texts.slice(0, 100)
	equal(await _back(texts), texts)


func test_what_others_wrote_is_shown_on_one_line() -> void:
	var hostile := "a\n\u001b[2J\u009b\u202e\u2028"
	equal(Podsix.printable(hostile, 100), "a \ufffd[2J\ufffd\ufffd ", "what a terminal obeys")
	equal(Podsix.printable(hostile, 3), "a …", "what is cut")
	equal(Podsix.printable("grüße 🎮", 7), "grüße 🎮", "what people write")
	equal(Podsix.printable("x".repeat(1_000_000), 1000).length(), 1000, "a million characters")
	equal(Podsix.printable(null, 9), "", "what is missing")
	equal(Podsix.printable(["\n"], 9), str(["\n"]).replace("\n", " "), "what is no text")
	equal(Podsix.printable("text", -1), "", "no room")
