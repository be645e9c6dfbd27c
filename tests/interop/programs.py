"""Programs that run beside each other: those of podsix in C, and those of the original in Python.

PODSIX_EXAMPLES is the folder with the C programs; the Python that runs this has PodSixNet.
"""

import os
import re
import subprocess
import sys
import threading
import unittest

DEADLINE = 30  # seconds, for each thing waited for

EXAMPLES = os.environ["PODSIX_EXAMPLES"]
ORIGINALS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "original")


class Program:
    """A process, and the lines that it has printed so far."""

    def __init__(self, test, command, codec="rencode"):
        self.test = test
        self.command = command
        self.lines = []
        self.ended = False
        self.news = threading.Condition()
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, bufsize=0, env={**os.environ, "CODEC": codec}
        )
        self.reader = threading.Thread(target=self._read)
        self.reader.start()
        test.addCleanup(self._stop)

    def _read(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.decode(errors="replace").rstrip("\n"))
                self.news.notify_all()
        with self.news:
            self.ended = True
            self.news.notify_all()

    def _stop(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdin.close()
        self.process.stdout.close()

    def wait_for(self, pattern, times=1):
        """Waits until so many lines match as a whole; returns the last of them."""

        def found():
            return [line for line in self.lines if re.fullmatch(pattern, line)]

        with self.news:
            self.news.wait_for(lambda: len(found()) >= times or self.ended, DEADLINE)
            if len(found()) < times:
                self._fail("did not say %d times: %s" % (times, pattern))
            return found()[-1]

    def wait_said(self, line, times=1):
        return self.wait_for(re.escape(line), times)

    def say(self, *lines):
        self.process.stdin.write("".join(line + "\n" for line in lines).encode())

    def leave(self):
        """Ends its input, after which it ends as it should."""
        self.process.stdin.close()
        self.expect_end(0)

    def expect_end(self, code):
        try:
            self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self._fail("did not end")
        self.reader.join()
        if self.process.returncode != code:
            self._fail("ended with %s, not %s" % (self.process.returncode, code))

    def expect_lines(self, lines):
        """All that it has printed, exactly."""
        self.test.assertEqual(self.lines, lines, self)

    def _fail(self, what):
        self.test.fail("%s %s. It printed:\n%s" % (self, what, "\n".join(self.lines)))

    def __str__(self):
        return " ".join(self.command)


class Server(Program):
    """A server that listens on free ports of this machine."""

    def __init__(self, test, command, codec, listeners):
        super().__init__(test, command, codec)
        line = "server launched at (.*)://(.*)"
        self.wait_for(line, listeners)
        self.ports = dict(re.fullmatch(line, text).groups() for text in self.lines[:listeners])

    def launched(self):
        """What it prints first."""
        return ["server launched at %s://%s" % item for item in self.ports.items()]

    def at(self, scheme, instead_of=None):
        """Its address with this scheme; or the wrong one, where it speaks another."""
        return "%s://%s" % (scheme, self.ports[instead_of or scheme])


def ours(name, *arguments):
    """The command of an example in C."""
    return [os.path.join(EXAMPLES, name), *arguments]


def original(name, *arguments):
    """The command of a program of the original."""
    script = os.path.join(ORIGINALS, name + ".py")
    return [sys.executable, "-B", "-u", "-W", "ignore", script, *arguments]


def our_server(test, name, *schemes):
    command = ours(name, "server", *(scheme + "://127.0.0.1:0" for scheme in schemes))
    return Server(test, command, "rencode", len(schemes))


def original_server(test, name, codec="rencode", *arguments):
    return Server(test, original(name + "_server", *arguments), codec, 1)


__all__ = ["Program", "Server", "our_server", "original_server", "ours", "original", "unittest"]
