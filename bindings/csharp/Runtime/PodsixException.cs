using System;

namespace Podsix
{
    /// <summary>
    /// A mistake in the program, or a resource that the system refused, with the library's words. What
    /// the network does is thrown to who awaits it, as in <see cref="Host.Ask(ulong, string, object, int,
    /// System.Threading.CancellationToken)"/>, and else never: see <see cref="Result"/>.
    /// </summary>
    public class PodsixException : Exception
    {
        public PodsixException(Result code, string words) : base(words)
        {
            Code = code;
        }

        internal PodsixException(Result code, string words, Exception cause) : base(words, cause)
        {
            Code = code;
        }

        internal PodsixException(Result code, string words, Reason reason, int reasonCode) : this(code, words)
        {
            Reason = reason;
            ReasonCode = reasonCode;
        }

        public Result Code { get; }

        /// <summary>
        /// Why a connection has ended that was awaited, or that somebody awaited an answer from; None if it is
        /// about no end.
        /// </summary>
        public Reason Reason { get; }

        /// <summary>The games' own number for that end.</summary>
        public int ReasonCode { get; }
    }

    /// <summary>The native library is missing, or is not the one that this was made for.</summary>
    public sealed class PodsixLibraryException : PodsixException
    {
        internal PodsixLibraryException(string words) : base(Result.Os, words) { }
    }
}
