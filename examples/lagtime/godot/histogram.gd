## How round trips spread: counted by their time, so that it takes the same room however many there are.
extends RefCounted

## Upper ends of the bars, in microseconds; the last bar has none.
const BAR_ENDS: Array[int] = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000,
	10_000, 20_000, 50_000, 100_000, 200_000, 500_000]
const WIDTH := 50

var count := 0

var _bars: Array[int]


func _init() -> void:
	_bars.resize(BAR_ENDS.size() + 1)


func add(seconds: float) -> void:
	_bars[BAR_ENDS.bsearch(ceili(seconds * 1e6))] += 1
	count += 1


## A line for each bar from the shortest time to the longest.
func lines() -> PackedStringArray:
	var texts: PackedStringArray
	var most: int = _bars.max()
	for bar in _bars.size():
		if _bars[bar] > 0:
			var end := "to %7d" % BAR_ENDS[bar] if bar < BAR_ENDS.size() else "beyond    "
			var stars := "*".repeat(ceili(float(WIDTH * _bars[bar]) / most))
			texts.append("  %s us %6d %s" % [end, _bars[bar], stars])
	return texts
