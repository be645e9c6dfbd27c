namespace Podsix
{
    /// <summary>Why a connection ended, or was never made.</summary>
    public enum Reason
    {
        /// <summary>The event is about no end.</summary>
        None = 0,
        /// <summary>The other end's game closed it; code and text are its own.</summary>
        Closed = 1,
        /// <summary>This end's game closed it; code and text are its own.</summary>
        Local = 2,
        /// <summary>The listening end's game refused the client; code and text are its own.</summary>
        Refused = 3,
        /// <summary>It broke without a goodbye; after Close also: the other end did not close in time.</summary>
        Lost = 4,
        /// <summary>The other end was silent for IdleTimeoutMs, or stalled for StallLimitMs.</summary>
        Timeout = 5,
        /// <summary>Something that is no frame or no value came.</summary>
        Protocol = 6,
        /// <summary>A message larger than MaxMessage came.</summary>
        TooLarge = 7,
        /// <summary>The peer was slow: a broadcast would have made more than SlowPeerBytes wait, or it took nothing for
        /// SlowPeerMs while one waited.</summary>
        SlowPeer = 8,
        /// <summary>The MemoryBudget was used up, and this peer held most of it.</summary>
        Memory = 9,
        /// <summary>The other end has MaxPeers peers already.</summary>
        Full = 10,
        /// <summary>The greeting took longer than HandshakeTimeoutMs.</summary>
        HandshakeTimeout = 11,
        /// <summary>The other end's game did not answer within ApprovalTimeoutMs.</summary>
        ApprovalTimeout = 12,
        /// <summary>Name look-up and connecting took longer than ConnectTimeoutMs.</summary>
        ConnectTimeout = 13,
        /// <summary>The name could not be looked up.</summary>
        Unresolved = 14,
        /// <summary>None of the addresses could be connected.</summary>
        Unreachable = 15,
        /// <summary>The other end speaks another version of the protocol.</summary>
        Version = 16,
        /// <summary>The other end speaks something else; the text says what, if it is known.</summary>
        WrongProtocol = 17,
        /// <summary>The other end's host was disposed of.</summary>
        Shutdown = 18,
    }
}
