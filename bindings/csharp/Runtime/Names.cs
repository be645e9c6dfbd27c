namespace Podsix
{
    /// <summary>The constants' names in C, such as "PODSIX_ERR_WOULD_BLOCK", for logs.</summary>
    public static unsafe class Names
    {
        public static string Name(this Result result)
        {
            Library.Check();
            return Text.Read(Native.podsix_error_name((int)result));
        }

        public static string Name(this Reason reason)
        {
            Library.Check();
            return Text.Read(Native.podsix_reason_name((int)reason));
        }

        public static string Name(this EventKind kind)
        {
            Library.Check();
            return Text.Read(Native.podsix_event_name((int)kind));
        }
    }
}
