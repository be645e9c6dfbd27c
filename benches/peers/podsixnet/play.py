"""The original PodSixNet in the roles of `peers`: the same words in, the same figures out.

    play.py server podsixnet CELL NAME=NUMBER...
    play.py client podsixnet CELL PORT NAME=NUMBER...
    play.py frozen podsixnet CELL PORT NAME=NUMBER...
"""

import json
import os
import sys

import child
from net import Listening, Net, poll_until_over
from workloads import WORKLOADS


def main():
    role, _, cell, *words = sys.argv[1:]
    child.begin()
    workload = WORKLOADS[cell.split("-")[0]]
    port = None if role == "server" else int(words.pop(0))
    params = {name: int(number) for name, number in (word.split("=") for word in words)}
    if params.get("apart"):
        os.sched_setaffinity(0, {0 if role == "server" else 1})
    if role == "server":
        server = Listening()
        child.say(server.socket.getsockname()[1])
        child.say(json.dumps(workload.server(server.net, params)))
        poll_until_over(server.net)
    else:
        child.say(json.dumps(getattr(workload, role)(Net(), port, params)))
    child.end()


if __name__ == "__main__":
    main()
