## Who plays: a row each, under the player's colour and number. Pointing at one tells whose lines to show.
extends VBoxContainer

const Board := preload("board.gd")

signal pointed_at(id: String) ## "": at nobody

const BADGE := 28


func show_board(board: Board, own_id: String) -> void:
	for row in get_children():
		row.queue_free()
	pointed_at.emit("")
	for player: Board.Player in board.players.values():
		add_child(_row(player, player.id == own_id))


func _row(player: Board.Player, is_own: bool) -> Control:
	var row := HBoxContainer.new()
	row.add_theme_constant_override("separation", 10)
	row.mouse_filter = Control.MOUSE_FILTER_STOP
	row.tooltip_text = "You draw in this colour" if is_own else "Shows what this player has drawn"
	row.mouse_entered.connect(pointed_at.emit.bind(player.id))
	row.mouse_exited.connect(pointed_at.emit.bind(""))
	row.add_child(_badge(player))
	var label := Label.new()
	label.text = "you" if is_own else "player %s" % player.id
	row.add_child(label)
	return row


func _badge(player: Board.Player) -> Control:
	var circle := StyleBoxFlat.new()
	circle.bg_color = player.color
	circle.set_corner_radius_all(BADGE / 2)
	var badge := Label.new()
	badge.text = player.id
	badge.custom_minimum_size = Vector2(BADGE, BADGE)
	badge.horizontal_alignment = HORIZONTAL_ALIGNMENT_CENTER
	badge.vertical_alignment = VERTICAL_ALIGNMENT_CENTER
	badge.add_theme_color_override("font_color", Color.WHITE)
	badge.add_theme_font_size_override("font_size", 14)
	badge.add_theme_stylebox_override("normal", circle)
	return badge
