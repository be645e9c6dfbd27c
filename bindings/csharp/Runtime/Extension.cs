namespace Podsix
{
    /// <summary>A MessagePack extension of a game's own type.</summary>
    public readonly struct Extension
    {
        /// <summary>The type of integers beyond 64 bits, whose bytes are the digits.</summary>
        public const int BigInteger = 1;

        /// <param name="type">-128 to 127; 1 and 2 are the library's own.</param>
        /// <param name="bytes">What is in it.</param>
        public Extension(int type, byte[] bytes)
        {
            Type = type;
            Bytes = bytes;
        }

        public int Type { get; }
        public byte[] Bytes { get; }
    }
}
