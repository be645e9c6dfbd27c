using System;

namespace Podsix
{
    /// <summary>
    /// A mistake in the program, or a resource that the system refused, with the library's words. What
    /// the network does is never thrown: see <see cref="Result"/>.
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

        public Result Code { get; }
    }

    /// <summary>The native library is missing, or is not the one that this was made for.</summary>
    public sealed class PodsixLibraryException : PodsixException
    {
        internal PodsixLibraryException(string words) : base(Result.Os, words) { }
    }
}
