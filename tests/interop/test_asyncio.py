"""Hosts in Python's own event loop, which waits for their descriptors and for nothing else."""

import asyncio
import ctypes
import unittest
from pathlib import Path

from programs import DEADLINE, EXAMPLES

# Beside the folder of the C programs, in which those of the other languages have theirs.
LIBRARIES = (folder / "release/libpodsix.so" for folder in Path(EXAMPLES).resolve().parents)
LIBRARY = next(library for library in LIBRARIES if library.exists())
NUL = ctypes.c_size_t(-1)
CONNECTED, MESSAGE, DISCONNECTED = 1, 3, 4  # PODSIX_EVENT_*
OUTBOUND = 2
TIMEOUT = -19
ROUNDS = 200


class Event(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int32) for name in ("kind", "reason", "code", "os_error")),
        ("peer", ctypes.c_uint64),
        *((name, ctypes.c_uint32) for name in ("listener", "direction")),
        ("rest", ctypes.c_uint64 * 12),
    ]


class Host:
    def __init__(self, test, mode, on_event):
        self.test, self.on_event = test, on_event
        self.library = ctypes.CDLL(LIBRARY)
        config, self.handle = (ctypes.c_uint32 * 64)(), ctypes.c_void_p()
        self.call("config_init", config, ctypes.c_size_t(ctypes.sizeof(config)))
        config[1] = mode
        self.call("host_new", config, ctypes.byref(self.handle), None, ctypes.c_size_t(0))
        test.addCleanup(self.library.podsix_host_free, self.handle)
        descriptor = ctypes.c_ssize_t()
        self.call("host_get_descriptor", self.handle, ctypes.byref(descriptor))
        asyncio.get_running_loop().add_reader(descriptor.value, self.poll)

    def call(self, name, *arguments):
        code = getattr(self.library, "podsix_" + name)(*arguments)
        self.test.assertGreaterEqual(code, 0, name)
        return code

    def poll(self):
        event = Event()
        while self.call("poll", self.handle, ctypes.byref(event)) > 0:
            self.on_event(self, event)

    def send(self, peer):
        self.call("send_json", self.handle, ctypes.c_uint64(peer), b"1", NUL, ctypes.c_uint32(0))


class EventLoop(unittest.TestCase):
    def test_messages_go_back_and_forth_and_a_host_closes(self):
        for mode in (0, 1):  # PODSIX_MODE_*
            with self.subTest(mode=mode):
                asyncio.run(asyncio.wait_for(self.play(mode), DEADLINE))

    async def play(self, mode):
        messages, over = 0, asyncio.Event()

        def on_event(host, event):
            nonlocal messages
            if event.kind == MESSAGE:
                messages += 1
            if messages == ROUNDS:
                over.set()
            elif event.kind == MESSAGE or (event.kind == CONNECTED and event.direction == OUTBOUND):
                host.send(event.peer)
            if event.kind == DISCONNECTED:
                over.set()

        server, client = Host(self, mode, on_event), Host(self, mode, on_event)
        listener = ctypes.c_uint32()
        server.call("listen", server.handle, b"127.0.0.1:0", NUL, ctypes.c_uint32(0), ctypes.byref(listener))
        address = b"127.0.0.1:%d" % server.call("listener_get_port", server.handle, listener)
        client.call("connect", client.handle, address, NUL, None, ctypes.c_uint32(0), None)
        await over.wait()
        self.assertEqual(messages, ROUNDS)

        over.clear()
        code = server.library.podsix_host_close(server.handle, 0, 7, b"bye", NUL)
        self.assertIn(code, (0, TIMEOUT))
        await over.wait()
