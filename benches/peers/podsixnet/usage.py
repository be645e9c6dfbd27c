"""What a process uses, and percentiles of figures."""

import time


def now():
    return time.monotonic_ns()


def percentile(figures, p):
    figures = sorted(figures)
    return figures[min(int(len(figures) * p), len(figures) - 1)] if figures else 0.0


def peak_kb():
    with open("/proc/self/status") as status:
        return next(float(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096
