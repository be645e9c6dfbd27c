namespace Podsix
{
    /// <summary>What an event tells. Its name for handlers stands at the end.</summary>
    public enum EventKind
    {
        None = 0,
        /// <summary>A connection is open; Data: the reply (outbound) or hello (inbound). "connected"</summary>
        Connected = 1,
        /// <summary>A client asks to be let in: Accept or Refuse it; Data: its hello. "request"</summary>
        Request = 2,
        /// <summary>A message; Action and Data.</summary>
        Message = 3,
        /// <summary>The end, and the peer's last event; Reason, Code, Text, OsError: why. "disconnected"</summary>
        Disconnected = 4,
        /// <summary>
        /// A connect failed, or was closed before its Connected was polled (the peer's last event); or what listens
        /// met trouble (peer 0). "error"
        /// </summary>
        Error = 5,
        /// <summary>After a WouldBlock: half of the peer's out-buffer has drained. "writable"</summary>
        Writable = 6,
        /// <summary>The other end's game has not polled for Code milliseconds. "stalled"</summary>
        Stalled = 7,
        /// <summary>The other end's game polls again. "resumed"</summary>
        Resumed = 8,
    }

    /// <summary>Who connected to whom.</summary>
    public enum Direction
    {
        None = 0,
        /// <summary>The peer connected to this host.</summary>
        Inbound = 1,
        /// <summary>This host connected to the peer.</summary>
        Outbound = 2,
    }

    /// <summary>What a value is.</summary>
    public enum ValueKind
    {
        /// <summary>Nothing is there: a missing key, or an event without a message.</summary>
        None = 0,
        /// <summary>Nil, the null of JSON.</summary>
        Null = 1,
        Bool = 2,
        /// <summary>An integer that a long can hold.</summary>
        Int = 3,
        /// <summary>An integer too large for a long that a ulong can hold.</summary>
        UInt = 4,
        Double = 5,
        String = 6,
        Bytes = 7,
        /// <summary>A list, or a tuple of Python's.</summary>
        List = 8,
        Map = 9,
        /// <summary>A MessagePack extension; an integer beyond 64 bits is one of type 1.</summary>
        Extension = 10,
    }

    /// <summary>Who does a host's input and output.</summary>
    public enum Mode
    {
        /// <summary>A thread of its own.</summary>
        Threaded = 0,
        /// <summary>Whoever pumps, polls, waits, flushes or sends, inside that call.</summary>
        Inline = 1,
    }

    /// <summary>When what a host with Mode.Inline sends leaves.</summary>
    public enum SendMode
    {
        /// <summary>At once; but what is sent while a batch of events is walked through leaves together when its last one
        /// is taken.</summary>
        AtOnce = 0,
        /// <summary>With the next Pump, Poll, Wait or Flush.</summary>
        Gathered = 1,
    }

    /// <summary>How bad a log record is.</summary>
    public enum LogLevel
    {
        None = 0,
        /// <summary>Something does not work.</summary>
        Error = 1,
        /// <summary>Something may not work as it should.</summary>
        Warning = 2,
        /// <summary>Something worth knowing has happened.</summary>
        Info = 3,
        /// <summary>For who looks for a fault.</summary>
        Debug = 4,
    }
}
