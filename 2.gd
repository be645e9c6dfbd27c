if client.send(data) != OK:
	push_warning(client.get_last_error())
match client.send(data):
	OK: pass
	Podsix.ERR_WOULD_BLOCK: wait_for_writable()
	Podsix.ERR_NOT_CONNECTED: back_to_menu()
