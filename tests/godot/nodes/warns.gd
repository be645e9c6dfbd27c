## Sets properties before, while and after a server and a client run: godot --headless --path . --script warns.gd
extends SceneTree

var server := PodsixServer.new()
var client := PodsixClient.new()


func _initialize() -> void:
	server.name = "Server"
	client.name = "Client"
	server.limits = PodsixLimits.new()
	client.limits = PodsixLimits.new()
	for node: Node in [server, client]:
		root.add_child(node)
	_run.call_deferred()


func _run() -> void:
	_set_all("before")
	server.address = "127.0.0.1:0"
	server.approval = false
	client.limits.max_peers = 8
	server.start()
	await client.connect_and_wait(server.get_addresses()[0])
	_set_all("while")
	# What is as it was is not warned of.
	server.approval = server.approval
	server.limits.max_peers = server.limits.max_peers
	client.hello = client.hello
	client.close()
	while client.get_peer() != 0:
		await process_frame
	server.stop()
	_set_all("after")
	quit()


func _set_all(word: String) -> void:
	for limits: PodsixLimits in [server.limits, client.limits]:
		limits.max_peers += 1
		limits.set_largest(limits.max_message + 1)
		limits.resource_name = word
	server.address = "127.0.0.1:0,"
	server.approval = not server.approval
	client.hello = {"word": word}
	for node: Node in [server, client]:
		node.limits = node.limits.duplicate() if word != "before" else node.limits
		node.threaded = not node.threaded
		# These count at once.
		node.plain_values = not node.plain_values
		node.max_events_per_frame += 1
		node.listener_group = word
		node.process_callback = PodsixServer.PROCESS_PHYSICS
		node.process_callback = PodsixServer.PROCESS_IDLE
	server.auto_start = word == "while"
	client.auto_start = word == "while"
