## Values as the words of tests/golden/session.txt, and back.
extends RefCounted

## What is left of a line.
var rest: String


func _init(line := "") -> void:
	rest = line


## Takes the next word, and the space behind it.
func word() -> String:
	var space := rest.find(" ")
	var taken := rest if space < 0 else rest.left(space)
	rest = rest.substr(taken.length() + 1)
	return taken


## Takes a quoted text.
func text() -> String:
	var taken := ""
	var at := 1
	while rest[at] != '"':
		if rest[at] == "\\":
			at += 1
			if rest[at] == "u":
				taken += char(rest.substr(at + 1, 4).hex_to_int())
				at += 4
			else:
				taken += rest[at]
		else:
			taken += rest[at]
		at += 1
	rest = rest.substr(at + 2)
	return taken


## Takes a value.
func value() -> Variant:
	if rest.begins_with('"'):
		return text()
	var taken := word()
	var digits := taken.substr(1)
	match taken[0]:
		"n":
			return null if taken == "nil" else PodsixExtension.from_digits(digits)
		"t", "f":
			return taken == "true"
		"i":
			return digits.to_int()
		"u":
			return PodsixExtension.from_digits(digits)
		"d":
			var bits := digits.hex_decode()
			bits.reverse()
			return bits.decode_double(0)
		"b":
			return digits.hex_decode()
		"x":
			return PodsixExtension.create(digits.get_slice(":", 0).to_int(), digits.get_slice(":", 1).hex_decode())
		"[":
			return _items("]")
		"(":
			var tuple := _items(")")
			tuple.make_read_only()
			return tuple
	var map := {}
	while not rest.begins_with("}"):
		var key: Variant = value()
		map[key] = value()
	word()
	return map


func _items(end: String) -> Array:
	var items := []
	while not rest.begins_with(end):
		items.append(value())
	word()
	return items


static func quote(plain: String) -> String:
	var words := ""
	for letter in plain:
		if letter == '"' or letter == "\\":
			words += "\\" + letter
		elif letter < " " or letter == char(127):
			words += "\\u%04x" % letter.unicode_at(0)
		else:
			words += letter
	return '"%s"' % words


## The words of a value.
static func of(value: Variant) -> String:
	match typeof(value):
		TYPE_NIL:
			return "nil"
		TYPE_BOOL:
			return "true" if value else "false"
		TYPE_INT:
			return "i%d" % value
		TYPE_FLOAT:
			var bits := PackedByteArray()
			bits.resize(8)
			bits.encode_double(0, value)
			bits.reverse()
			return "d" + bits.hex_encode()
		TYPE_STRING:
			return quote(value)
		TYPE_PACKED_BYTE_ARRAY:
			return "b" + (value as PackedByteArray).hex_encode()
		TYPE_ARRAY:
			var items := "".join((value as Array).map(func(item: Variant) -> String: return of(item) + " "))
			return ("( %s)" if value.is_read_only() else "[ %s]") % items
		TYPE_DICTIONARY:
			var map := ""
			for key: Variant in value:
				map += "%s %s " % [of(key), of(value[key])]
			return "{ %s}" % map
	var extension: PodsixExtension = value
	var digits := extension.get_digits()
	if digits.is_empty():
		return "x%d:%s" % [extension.type_id, extension.bytes.hex_encode()]
	# Up to 2 to the 64th less 1 it is an unsigned integer.
	var is_unsigned := digits[0] != "-" and digits.pad_zeros(20) <= "18446744073709551615" and digits.length() <= 20
	return ("u" if is_unsigned else "n") + digits
