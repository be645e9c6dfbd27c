"""Times the original's codecs: for each line `codec message` it is given, dumps and loads together.

The answer is nanoseconds for one of each, the best of a few rounds.
"""

import json
import sys
import timeit
import warnings
from pathlib import Path

warnings.simplefilter("ignore", DeprecationWarning)

from PodSixNet.rencode import dumps, loads

CODECS = {
    "rencode": (dumps, loads),
    "json": (lambda value: json.dumps(value).encode(), json.loads),
}
MESSAGES = {
    "move": json.loads(sys.argv[1]),
    "world": json.loads(Path(sys.argv[2]).read_text()),
}

for line in sys.stdin:
    codec, name = line.split()
    write, read = CODECS[codec]
    message = MESSAGES[name]
    assert read(write(message)) == message
    timer = timeit.Timer(lambda: read(write(message)))
    number, _ = timer.autorange()
    print(min(timer.repeat(3, number)) / number * 1e9, flush=True)
