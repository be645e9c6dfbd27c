namespace Podsix
{
    /// <summary>
    /// What became of a call. Sends and the like return what others may bring about, by being slow, by
    /// leaving, by their limits, or by what they sent and the game passes on: Ok, WouldBlock, Memory,
    /// UnknownPeer, NotConnected, NotRequested, TooLarge, TooDeep, TooManyValues, Unsendable, Terminator; so
    /// no stranger can end a game's loop. The program's own mistakes are thrown, as the Code of a
    /// <see cref="PodsixException"/>. A newer library may give numbers that have no name here.
    /// </summary>
    public enum Result
    {
        Ok = 0,
        /// <summary>An argument is out of range or of no known kind.</summary>
        BadArgument = -1,
        /// <summary>A setting is out of range or contradicts another one.</summary>
        BadConfig = -2,
        /// <summary>An address that cannot be read, or cannot be used for this call.</summary>
        BadAddress = -3,
        /// <summary>Not a well-formed message: broken MessagePack, an unbalanced or empty message.</summary>
        BadMessage = -4,
        /// <summary>Text that is not JSON.</summary>
        BadJson = -5,
        /// <summary>Text that has no UTF-8: half of a surrogate pair.</summary>
        BadUtf8 = -6,
        /// <summary>Larger than MaxMessage, this end's or the other end's; a hello or reply over 4,096 bytes.</summary>
        TooLarge = -7,
        /// <summary>A message nested deeper than MaxDepth, this end's or the other end's.</summary>
        TooDeep = -8,
        /// <summary>A message of more values than MaxValues, this end's or the other end's.</summary>
        TooManyValues = -9,
        /// <summary>The peer's out-buffer is full and nothing was taken; send again after EventKind.Writable.</summary>
        WouldBlock = -10,
        /// <summary>The host's MemoryBudget is used up; nothing was taken.</summary>
        Memory = -11,
        /// <summary>No such peer: never there, gone, or of another host.</summary>
        UnknownPeer = -12,
        /// <summary>The peer is there but nothing can be sent to it: not accepted yet, or being closed.</summary>
        NotConnected = -13,
        /// <summary>Accept or Refuse for a peer that is not, or no longer, waiting for an answer; Answer to what asks nothing.</summary>
        NotRequested = -14,
        /// <summary>Nothing listens under this id.</summary>
        UnknownListener = -15,
        /// <summary>The host has MaxPeers peers already.</summary>
        TooManyPeers = -16,
        /// <summary>Another call is under way, where only one may be.</summary>
        Busy = -17,
        /// <summary>The library made a mistake and caught it; the host can only be disposed of.</summary>
        Panic = -18,
        /// <summary>
        /// The deadline of a Flush passed with bytes still waiting, or that of a Close with connections left, or a question
        /// was not answered in time.
        /// </summary>
        Timeout = -19,
        /// <summary>The operating system refused; the words name its error.</summary>
        Os = -20,
        /// <summary>A value of another type.</summary>
        WrongType = -21,
        /// <summary>A number that the wanted type cannot hold.</summary>
        OutOfRange = -22,
        /// <summary>A part of the message has no form in what the peer speaks.</summary>
        Unsendable = -23,
        /// <summary>A string holds the five bytes that end each of PodSixNet's messages.</summary>
        Terminator = -24,
        /// <summary>This process is a forked child, and the host its parent's.</summary>
        Forked = -26,
        /// <summary>Close was called: nothing new can begin on this host.</summary>
        Closing = -27,
    }
}
