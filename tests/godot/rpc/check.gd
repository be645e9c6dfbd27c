extends RefCounted
## Waits for what must come, and counts what did not.

const DEADLINE_MS := 10_000

var failures: Array[String] = []
var tree: SceneTree
## What is being tested, for the words of a failure.
var doing := ""


func _init(of: SceneTree) -> void:
	tree = of


## Waits until a condition holds; a failure if it does not in time.
func until(condition: Callable, what: String) -> bool:
	var deadline := Time.get_ticks_msec() + DEADLINE_MS
	while not condition.call():
		if Time.get_ticks_msec() > deadline:
			fail("did not come: " + what)
			return false
		await tree.process_frame
	return true


func equal(found: Variant, wanted: Variant, what: String) -> void:
	if found != wanted:
		fail("%s is %s, not %s" % [what, var_to_str(found), var_to_str(wanted)])


func holds(fact: bool, what: String) -> void:
	if not fact:
		fail("not so: " + what)


func fail(text: String) -> void:
	failures.append("%s: %s" % [doing, text])
	printerr("FAILED %s: %s" % [doing, text])
