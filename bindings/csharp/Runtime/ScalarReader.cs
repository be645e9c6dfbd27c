using System;

namespace Podsix
{
    /// <summary>What is one number or text on the way, and some bytes here.</summary>
    internal enum ScalarForm
    {
        None,
        Bool,
        SByte,
        Byte,
        Int16,
        UInt16,
        Int32,
        UInt32,
        Int64,
        UInt64,
        Single,
        Double,
        Char,
        Decimal,
        Guid,
        DateTime,
        DateTimeOffset,
        TimeSpan,
    }

    /// <summary>Reads numbers, enums, truth values, letters, times and Guids.</summary>
    internal sealed unsafe class ScalarReader : TypeReader
    {
        private readonly ScalarForm form;

        internal ScalarReader(Type type, ScalarForm form) : base(type)
        {
            this.form = form;
            Sample = new byte[SizeOf(form)];
            for (int at = 0; at < Sample.Length; at++)
                Sample[at] = (byte)(at + 1); // 1 is the one byte of true
        }

        internal static ScalarForm FormOf(Type type)
        {
            if (type == typeof(Guid))
                return ScalarForm.Guid;
            if (type == typeof(DateTimeOffset))
                return ScalarForm.DateTimeOffset;
            if (type == typeof(TimeSpan))
                return ScalarForm.TimeSpan;
            switch (Type.GetTypeCode(type)) // an enum's is that of its number
            {
                case TypeCode.Boolean:
                    return ScalarForm.Bool;
                case TypeCode.SByte:
                    return ScalarForm.SByte;
                case TypeCode.Byte:
                    return ScalarForm.Byte;
                case TypeCode.Int16:
                    return ScalarForm.Int16;
                case TypeCode.UInt16:
                    return ScalarForm.UInt16;
                case TypeCode.Int32:
                    return ScalarForm.Int32;
                case TypeCode.UInt32:
                    return ScalarForm.UInt32;
                case TypeCode.Int64:
                    return ScalarForm.Int64;
                case TypeCode.UInt64:
                    return ScalarForm.UInt64;
                case TypeCode.Single:
                    return ScalarForm.Single;
                case TypeCode.Double:
                    return ScalarForm.Double;
                case TypeCode.Char:
                    return ScalarForm.Char;
                case TypeCode.Decimal:
                    return ScalarForm.Decimal;
                case TypeCode.DateTime:
                    return ScalarForm.DateTime;
                default:
                    return ScalarForm.None;
            }
        }

        private static int SizeOf(ScalarForm form)
        {
            switch (form)
            {
                case ScalarForm.Bool:
                case ScalarForm.SByte:
                case ScalarForm.Byte:
                    return 1;
                case ScalarForm.Int16:
                case ScalarForm.UInt16:
                case ScalarForm.Char:
                    return 2;
                case ScalarForm.Int32:
                case ScalarForm.UInt32:
                case ScalarForm.Single:
                    return 4;
                case ScalarForm.Decimal:
                    return sizeof(decimal);
                case ScalarForm.Guid:
                    return sizeof(Guid);
                case ScalarForm.DateTimeOffset:
                    return sizeof(DateTimeOffset);
                default:
                    return 8;
            }
        }

        internal override bool Read(Value value, bool strict, out object read)
        {
            long* memory = stackalloc long[2];
            bool right = Take(value, (byte*)memory, strict);
            read = right ? InBox((byte*)memory) : null;
            return right;
        }

        internal override bool Place(Value value, byte* to, bool strict)
        {
            long* read = stackalloc long[2];
            if (!Take(value, (byte*)read, strict))
                return false;
            for (int at = 0; at < Sample.Length; at++)
                to[at] = ((byte*)read)[at];
            return true;
        }

        /// <summary>As Place, where it does not matter what stays.</summary>
        private bool Take(Value value, byte* to, bool strict)
        {
            switch (form)
            {
                case ScalarForm.Bool:
                    return value.TryRead(out *(bool*)to);
                case ScalarForm.UInt64:
                    return TryRead(value, strict, out *(ulong*)to);
                case ScalarForm.Single:
                case ScalarForm.Double:
                    return TakeReal(value, to, strict);
                case ScalarForm.Char:
                    return Forms.TryRead(value, out *(char*)to);
                case ScalarForm.Decimal:
                    return Forms.TryRead(value, strict, out *(decimal*)to);
                case ScalarForm.Guid:
                    return Forms.TryRead(value, out *(Guid*)to);
                case ScalarForm.DateTime:
                    return Forms.TryRead(value, out *(DateTime*)to);
                case ScalarForm.DateTimeOffset:
                    return Forms.TryRead(value, out *(DateTimeOffset*)to);
                case ScalarForm.TimeSpan:
                    return Forms.TryRead(value, out *(TimeSpan*)to);
                default:
                    long whole;
                    return TryRead(value, strict, out whole) && TakeInteger(whole, to);
            }
        }

        /// <summary>Puts an integer there, if it fits.</summary>
        private bool TakeInteger(long number, byte* to)
        {
            switch (form)
            {
                case ScalarForm.SByte:
                    if (number != (sbyte)number)
                        return false;
                    *(sbyte*)to = (sbyte)number;
                    return true;
                case ScalarForm.Byte:
                    if (number != (byte)number)
                        return false;
                    *(byte*)to = (byte)number;
                    return true;
                case ScalarForm.Int16:
                    if (number != (short)number)
                        return false;
                    *(short*)to = (short)number;
                    return true;
                case ScalarForm.UInt16:
                    if (number != (ushort)number)
                        return false;
                    *(ushort*)to = (ushort)number;
                    return true;
                case ScalarForm.Int32:
                    if (number != (int)number)
                        return false;
                    *(int*)to = (int)number;
                    return true;
                case ScalarForm.UInt32:
                    if (number != (uint)number)
                        return false;
                    *(uint*)to = (uint)number;
                    return true;
                default:
                    *(long*)to = number;
                    return true;
            }
        }

        private bool TakeReal(Value value, byte* to, bool strict)
        {
            double real;
            if (!value.TryRead(out real))
            {
                // The nearest one to a large integer is right only where nobody asks for more.
                if (strict || value.Kind != ValueKind.Int && value.Kind != ValueKind.UInt)
                    return false;
                real = value.AsDouble();
            }
            if (form == ScalarForm.Single)
                *(float*)to = (float)real;
            else
                *(double*)to = real;
            return true;
        }

        /// <summary>An integer; unless strictly, a floating-point number too, if it is whole.</summary>
        private static bool TryRead(Value value, bool strict, out long read)
        {
            if (value.TryRead(out read))
                return true;
            if (strict || value.Kind != ValueKind.Double)
                return false;
            read = value.AsLong(0);
            return read != 0 || value.AsLong(1) == 0;
        }

        private static bool TryRead(Value value, bool strict, out ulong read)
        {
            if (value.TryRead(out read))
                return true;
            if (strict || value.Kind != ValueKind.Double)
                return false;
            read = value.AsULong(0);
            return read != 0 || value.AsULong(1) == 0;
        }

        private object InBox(byte* memory)
        {
            object boxed = BoxNumber(memory);
            return Type.IsEnum ? Enum.ToObject(Type, boxed) : boxed;
        }

        private object BoxNumber(byte* memory)
        {
            switch (form)
            {
                case ScalarForm.Bool:
                    return *(bool*)memory;
                case ScalarForm.SByte:
                    return *(sbyte*)memory;
                case ScalarForm.Byte:
                    return *memory;
                case ScalarForm.Int16:
                    return *(short*)memory;
                case ScalarForm.UInt16:
                    return *(ushort*)memory;
                case ScalarForm.Int32:
                    return *(int*)memory;
                case ScalarForm.UInt32:
                    return *(uint*)memory;
                case ScalarForm.Int64:
                    return *(long*)memory;
                case ScalarForm.UInt64:
                    return *(ulong*)memory;
                case ScalarForm.Single:
                    return *(float*)memory;
                case ScalarForm.Double:
                    return *(double*)memory;
                case ScalarForm.Char:
                    return *(char*)memory;
                case ScalarForm.Decimal:
                    return *(decimal*)memory;
                case ScalarForm.Guid:
                    return *(Guid*)memory;
                case ScalarForm.DateTime:
                    return *(DateTime*)memory;
                case ScalarForm.DateTimeOffset:
                    return *(DateTimeOffset*)memory;
                default:
                    return *(TimeSpan*)memory;
            }
        }
    }
}
