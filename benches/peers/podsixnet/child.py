"""How a process talks with its parent: lines on its output, and the end of its input."""

import os
import sys
import threading

# PodSixNet prints what it does; lines to the parent go where nothing else does.
PARENT = os.fdopen(os.dup(1), "w")
sys.stdout = sys.stderr
OVER = threading.Event()


def say(line):
    print(line, file=PARENT, flush=True)


def check():
    if OVER.is_set():
        sys.exit("ended before it was through")


def begin():
    threading.Thread(target=lambda: (sys.stdin.read(), OVER.set()), daemon=True).start()


def end():
    PARENT.flush()
    # Thousands of sockets are closed more quickly by the system than by PodSixNet.
    os._exit(0)
