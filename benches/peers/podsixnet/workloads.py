"""The workloads: what the Rust program does with the other libraries, with the same figures."""

import os
import signal
import sys
import time

from PodSixNet.Channel import Channel

from child import OVER, check
from net import Count, gather, open_all, poll_for, poll_until_over
from usage import now, peak_kb, percentile, resident

HZ = 60


class Pace:
    """Ticks at a steady rate."""

    def __init__(self, per_second):
        self.start = time.monotonic()
        self.per_second = per_second
        self.ticks = 0

    def next(self):
        self.ticks += 1
        due = self.start + self.ticks / self.per_second
        time.sleep(max(0.0, due - time.monotonic()))
        return time.monotonic() - due > 1 / self.per_second

    def seconds(self):
        return time.monotonic() - self.start


class Pingpong:
    WARM = 1000
    PATIENCE = 8.0
    SPINNING, NAPPING, WAITING = 0, 1, 2

    @classmethod
    def turn(cls, net, mode):
        arrived = []

        def on_message(_, data):
            arrived.append(data["data"])

        net.on_message = on_message
        net.poll(0.5 if mode == cls.WAITING else 0.0)
        if mode == cls.NAPPING and not arrived:
            time.sleep(0.00002)
        return arrived[0] if arrived else None

    @staticmethod
    def ping(net, data):
        net.conns[0].Send({"action": "ping", "data": data})
        # Sending puts into a queue that the pump writes; the first write is tried at once.
        Channel.Pump(net.conns[0])

    @classmethod
    def cpu(cls, start, cpu):
        share = (time.process_time() - cpu) / ((now() - start) / 1e9)
        return {"cpu_percent": share * 100.0}

    @classmethod
    def server(cls, net, params):
        start, cpu, trips = now(), time.process_time(), 0
        while True:
            check()
            data = cls.turn(net, params["mode"])
            if data == "":
                return cls.cpu(start, cpu)
            if data is not None:
                cls.ping(net, data)
                trips += 1
                if trips == cls.WARM:
                    start, cpu = now(), time.process_time()

    @classmethod
    def client(cls, net, port, params):
        open_all(net, port, 1)

        def trips(most, patience):
            took, end = [], time.monotonic() + patience
            while len(took) < most and time.monotonic() < end:
                sent = now()
                cls.ping(net, "7" * 44)
                while cls.turn(net, params["mode"]) is None:
                    check()
                took.append((now() - sent) / 1e3)
            return took

        trips(cls.WARM, cls.PATIENCE / 4)
        start, cpu = now(), time.process_time()
        took = trips(params["trips"], cls.PATIENCE)
        figures = cls.cpu(start, cpu)
        for name, p in (("p50_us", 0.5), ("p99_us", 0.99), ("p999_us", 0.999)):
            figures[name] = percentile(took, p)
        cls.ping(net, "")
        poll_until_over(net)
        return figures


class Flood:
    """Sends as long as PodSixNet has written what was sent before."""

    AT_ONCE = 512

    @staticmethod
    def server(net, params):
        before, messages = peak_kb(), params["messages"]
        state = {"count": 0, "start": 0, "cpu": 0.0, "sum": 0.0}

        def on_message(_, data):
            if state["count"] == 0:
                state["start"], state["cpu"] = now(), time.process_time()
            state["sum"] += data["id"] + data["x"] + data["y"] + data["t"]
            state["count"] += 1

        net.on_message = on_message
        while state["count"] < messages:
            check()
            net.poll(0.1)
        seconds = (now() - state["start"]) / 1e9
        return {
            "per_second": messages / seconds,
            "cpu_s": time.process_time() - state["cpu"],
            "peak_kb": peak_kb() - before,
        }

    @classmethod
    def client(cls, net, port, params):
        before = peak_kb()
        open_all(net, port, 1)
        cpu, conn = time.process_time(), net.conns[0]
        for n in range(params["messages"]):
            x, y = n * 0.5, -float(n)
            conn.Send({"action": "move", "id": n & 0x3F, "x": x, "y": y, "t": 1_000_000 + n})
            if n % cls.AT_ONCE == cls.AT_ONCE - 1:
                while len(conn.sendqueue) > cls.AT_ONCE // 2 or conn.producer_fifo:
                    check()
                    net.poll(0.01)
        while not OVER.is_set():
            net.poll(0.01)
        return {"cpu_s": time.process_time() - cpu, "peak_kb": peak_kb() - before}


class Broadcast:
    WARM = 30
    FIRST = 100_000
    GRACE = 1.5

    @classmethod
    def server(cls, net, params):
        gather(net, params["clients"])
        before, gone = peak_kb(), Count()
        net.on_disconnected = gone
        data = "1" * (params["size"] - 45)
        took, missed, pace, cpu = [], 0, Pace(HZ), 0.0
        for tick in range(cls.WARM + params["ticks"]):
            if tick == cls.WARM:
                pace, cpu = Pace(HZ), time.process_time()
            late, begin = pace.next(), now()
            net.poll()
            state = {"action": "state", "tick": cls.FIRST + tick, "sent": now(), "data": data}
            net.broadcast(state)
            net.poll()
            if tick >= cls.WARM:
                took.append((now() - begin) / 1e3)
                missed += late
        cpu_percent = (time.process_time() - cpu) / pace.seconds() * 100.0
        poll_for(net, cls.GRACE)
        return {
            "cpu_percent": cpu_percent,
            "tick_us": percentile(took, 0.5),
            "tick_p99_us": percentile(took, 0.99),
            "missed": missed,
            "gone": gone.count,
            "peak_kb": peak_kb() - before,
        }

    @classmethod
    def client(cls, net, port, params):
        clients = params["clients"] - params.get("frozen", 0)
        delays = []

        def on_message(_, data):
            if data["tick"] >= cls.FIRST + cls.WARM:
                delays.append((now() - data["sent"]) / 1e6)

        net.on_message = on_message
        open_all(net, port, clients)
        poll_until_over(net)
        return {
            "lost": clients * params["ticks"] - len(delays),
            "delay_p50_ms": percentile(delays, 0.5),
            "delay_p99_ms": percentile(delays, 0.99),
        }

    @staticmethod
    def frozen(net, port, _):
        told = Count()
        net.on_message = told
        open_all(net, port, 1)
        while not told.count:
            check()
            net.poll(0.02)
        while not OVER.is_set():
            os.kill(os.getpid(), signal.SIGSTOP)
        return {}


class FanIn:
    WARM = 30
    SLOTS_PER_SECOND = 1000

    @classmethod
    def server(cls, net, params):
        gather(net, params["clients"])
        sent_at, delays, took, pace, cpu = [], [], [], Pace(HZ), 0.0
        net.on_message = lambda _, data: sent_at.append(data["sent"])
        for frame in range(cls.WARM + params["frames"]):
            if frame == cls.WARM:
                pace, cpu, delays = Pace(HZ), time.process_time(), []
            pace.next()
            begin = now()
            net.poll()
            end = now()
            delays += [(end - sent) / 1e6 for sent in sent_at]
            sent_at.clear()
            if frame >= cls.WARM:
                took.append((end - begin) / 1e3)
        cpu_percent = (time.process_time() - cpu) / pace.seconds() * 100.0
        expected = params["clients"] * params["frames"]
        if len(delays) < expected * 0.98:
            sys.exit("%d of %d messages arrived" % (len(delays), expected))
        return {
            "cpu_percent": cpu_percent,
            "frame_us": percentile(took, 0.5),
            "message_ns": sum(took) * 1e3 / len(delays),
            "delay_p99_ms": percentile(delays, 0.99),
        }

    @classmethod
    def talk(cls, net, clients, messages):
        pace, said, slot = Pace(cls.SLOTS_PER_SECOND), 0, 0
        while not OVER.is_set() and said < messages:
            slot += 1
            pace.next()
            while said < min(messages, slot * clients * HZ // cls.SLOTS_PER_SECOND):
                seq = said // clients
                move = {"action": "input", "seq": seq, "sent": now(), "x": 0.5, "y": -0.5}
                net.conns[said % clients].Send(move)
                said += 1
            net.poll()

    @classmethod
    def client(cls, net, port, params):
        open_all(net, port, params["clients"])
        cls.talk(net, params["clients"], float("inf"))
        return {}


class Idle:
    @staticmethod
    def server(net, params):
        gather(net, params["warm"])
        before = resident()
        seconds = gather(net, params["clients"])
        poll_for(net, 0.5)
        bytes_each = (resident() - before) / params["clients"]
        pace, cpu = Pace(HZ), time.process_time()
        for _ in range(params["ticks"]):
            pace.next()
            net.poll()
        return {
            "bytes_each": bytes_each,
            "per_second": params["clients"] / seconds,
            "cpu_percent": (time.process_time() - cpu) / pace.seconds() * 100.0,
        }

    @staticmethod
    def client(net, port, params):
        open_all(net, port, params["warm"])
        poll_for(net, 0.2)
        open_all(net, port, params["clients"])
        while not OVER.is_set():
            net.poll(0.1)
        return {}


class Load:
    SLACK = 0.2

    @staticmethod
    def server(net, params):
        counted = net.on_message = Count()
        gather(net, params["clients"])
        # PodSixNet writes its greetings when it is polled.
        poll_for(net, 0.05)
        before, early = peak_kb(), counted.count
        messages = params["clients"] * params["seconds"] * HZ
        time.sleep(params["seconds"] + Load.SLACK)
        start = now()
        while counted.count < messages:
            check()
            net.poll(0.02)
        return {
            "counted": counted.count,
            "early": early,
            "through_ms": (now() - start) / 1e6,
            "peak_kb": peak_kb() - before,
        }

    @staticmethod
    def client(net, port, params):
        open_all(net, port, params["clients"])
        start = now()
        FanIn.talk(net, params["clients"], params["clients"] * params["seconds"] * HZ)
        talked_ms = (now() - start) / 1e6
        poll_until_over(net)
        return {"talked_ms": talked_ms}


class Poll:
    @staticmethod
    def server(net, params):
        start, polls = now(), 0
        while now() - start < params["milliseconds"] * 1_000_000:
            for _ in range(1000):
                net.poll()
            polls += 1000
        return {"poll_ns": (now() - start) / polls}


WORKLOADS = {
    "pingpong": Pingpong,
    "flood": Flood,
    "broadcast": Broadcast,
    "stall": Broadcast,
    "fan": FanIn,
    "idle": Idle,
    "load": Load,
    "poll": Poll,
}
