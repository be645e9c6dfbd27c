using System;

namespace Podsix
{
    /// <summary>Reads values as a type that the compiler knows: structs without a box for each.</summary>
    internal static unsafe class TypedReader<T>
    {
        private static TypeReader reader;

        internal static bool Read(Value value, bool strict, out T read)
        {
            TypeReader by = reader ?? (reader = TypeReader.Asked(typeof(T)));
            bool right;
            object made;
            if (by.Sample != null)
            {
                made = by.Box;
                right = by.PlaceInto(made, value, strict);
                read = right || !strict ? (T)made : default(T);
                return right;
            }
            right = by.Read(value, strict, out made);
            read = right ? (T)made : strict ? default(T) : (T)by.Blank();
            return right;
        }
    }
}
