"""Describes a value in text, the same way as tests/description/mod.rs does."""

import struct


def describe(value):
    kind = type(value)
    if value is None:
        return "n"
    if kind is bool:
        return "T" if value else "F"
    if kind is int:
        return "i%d;" % value
    if kind is float:
        return "fnan;" if value != value else "f%s;" % struct.pack(">d", value).hex()
    if kind is str:
        return "s%s;" % value.encode("utf8", "surrogatepass").hex()
    if kind is bytes:
        # podsix gives text where the original fails for some other string in the same message.
        try:
            return describe(value.decode("utf8"))
        except UnicodeDecodeError:
            return "b%s;" % value.hex()
    if kind is list:
        return "[%s]" % "".join(map(describe, value))
    if kind is tuple:
        return "(%s)" % "".join(map(describe, value))
    if kind is dict:
        return "{%s}" % "".join(describe(key) + describe(item) for key, item in value.items())
    raise TypeError(kind)


def describe_payload(payload):
    """What the original's loads makes of a payload, or "refused"."""
    from PodSixNet.rencode import loads

    try:
        try:
            value = loads(payload)
        except UnicodeDecodeError:
            # The one kind of string that podsix reads and the original does not.
            value = loads(payload, decode_utf8=False)
        return describe(value)
    except Exception:
        return "refused"
