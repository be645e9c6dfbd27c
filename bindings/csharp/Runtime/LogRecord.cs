namespace Podsix
{
    /// <summary>One record of a host's log.</summary>
    public readonly struct LogRecord
    {
        internal LogRecord(LogLevel level, ulong atMs, string text)
        {
            Level = level;
            AtMs = atMs;
            Text = text;
        }

        public LogLevel Level { get; }
        /// <summary>In milliseconds since the host was made.</summary>
        public ulong AtMs { get; }
        public string Text { get; }

        public override string ToString()
        {
            return AtMs + " ms " + Level + ": " + Text;
        }
    }
}
