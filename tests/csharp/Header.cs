using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Podsix;

/// <summary>The structs and constants are those of the C header.</summary>
internal static class Header
{
    private static readonly Dictionary<string, Type> Structs = new Dictionary<string, Type>
    {
        { "podsix_config", typeof(NativeConfig) },
        { "podsix_event", typeof(NativeEvent) },
        { "podsix_key", typeof(NativeKey) },
        { "podsix_iter", typeof(NativeIter) },
        { "podsix_log_record", typeof(NativeLogRecord) },
        { "podsix_host_stats", typeof(HostStats) },
        { "podsix_peer_stats", typeof(PeerStats) },
    };

    private static string Read(string file)
    {
        return File.ReadAllText(Path.Combine(Program.Root, file));
    }

    /// <summary>What stands behind a text, up to another; null if the first is not there.</summary>
    private static string Between(string text, string from, string to)
    {
        int begin = text.IndexOf(from, StringComparison.Ordinal);
        if (begin < 0)
            return null;
        begin += from.Length;
        return text.Substring(begin, text.IndexOf(to, begin, StringComparison.Ordinal) - begin);
    }

    public static void Structs_have_its_sizes_and_offsets()
    {
        int checks = 0;
        foreach (string line in Read("src/ffi/layout.rs").Split('\n'))
        {
            string size = Between(line, "(size_of::<", ">"), offset = Between(line, "(offset_of!(", ")"), wanted = Between(line, " == ", ");");
            if (size == null && offset == null)
                continue;
            string[] path = size != null ? new[] { size } : offset.Split(new[] { ", " }, StringSplitOptions.None);
            Type type;
            if (!Structs.TryGetValue(path[0], out type))
            {
                Check.Equal("podsix_handler", path[0], "the struct that C# does without"); // it holds what C would call
                continue;
            }
            if (size != null)
                Check.Equal(Words(wanted), Marshal.SizeOf(type), "the size of " + type);
            else if (path[1] != "reserved")
                Check.Equal(Words(wanted), (int)Marshal.OffsetOf(type, Name(type, path[1])), type + "." + path[1]);
            checks++;
        }
        Check.That(checks > 30, "all were found");
    }

    /// <summary>The value of "32 + 2 * WORD".</summary>
    private static int Words(string sum)
    {
        int all = 0;
        foreach (string part in sum.Split('+'))
        {
            int product = 1;
            foreach (string factor in part.Split('*'))
                product *= factor.Trim() == "WORD" ? IntPtr.Size : int.Parse(factor);
            all += product;
        }
        return all;
    }

    public static void Structs_have_its_fields_in_order()
    {
        string header = Read("include/podsix.h");
        foreach (KeyValuePair<string, Type> pair in Structs)
        {
            string body = Between(header, "typedef struct " + pair.Key + " {", "} " + pair.Key + ";");
            for (string comment; (comment = Between(body, "/*", "*/")) != null;)
                body = body.Replace("/*" + comment + "*/", "");
            var wanted = new List<string>();
            foreach (string field in body.Split(';'))
            {
                string name = field.Substring(field.LastIndexOfAny(new[] { ' ', '*', '\n' }) + 1);
                if (name.Length > 0 && !name.StartsWith("reserved", StringComparison.Ordinal))
                    wanted.Add(Name(pair.Value, name));
            }
            var got = new List<string>();
            FieldInfo[] fields = pair.Value.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
            Array.Sort(fields, (a, b) => (int)Marshal.OffsetOf(pair.Value, a.Name) - (int)Marshal.OffsetOf(pair.Value, b.Name));
            foreach (FieldInfo field in fields)
                if (!field.Name.StartsWith("reserved", StringComparison.Ordinal))
                    got.Add(field.Name);
            Check.That(got.Count > 1, "fields were found");
            Check.Equal(string.Join(" ", wanted), string.Join(" ", got), pair.Key);
        }
    }

    /// <summary>A field's name here: what users see is in their own language.</summary>
    private static string Name(Type type, string field)
    {
        return type.Name.StartsWith("Native", StringComparison.Ordinal) ? field : Pascal(field);
    }

    public static void Constants_have_its_names_and_numbers()
    {
        var enums = new Dictionary<string, Type>
        {
            { "ERR", typeof(Result) }, { "REASON", typeof(Reason) }, { "EVENT", typeof(EventKind) }, { "TYPE", typeof(ValueKind) },
            { "DIRECTION", typeof(Direction) }, { "MODE", typeof(Mode) }, { "SEND", typeof(SendMode) }, { "LOG", typeof(LogLevel) },
        };
        int checks = 0;
        foreach (string line in Read("include/podsix.h").Split('\n'))
        {
            string[] words = line.Split(' ');
            int number;
            if (words.Length != 3 || words[0] != "#define" || !int.TryParse(words[2], out number) || words[1] == "PODSIX_OK")
                continue;
            string[] parts = words[1].Split(new[] { '_' }, 3);
            string name = Pascal(parts[2].ToLowerInvariant());
            Type type;
            if (parts[1] == "ABI")
                Check.Equal(Library.Abi, (uint)number, "the ABI");
            else if (!enums.TryGetValue(parts[1], out type)) // flags, which are bools here
                Check.That((words[1] == "PODSIX_LISTEN_APPROVAL" || words[1] == "PODSIX_PEERS_ALL") && number == 1, "a word for " + line);
            else
                Check.Equal(name == "Nil" ? "Null" : name == "Uint" ? "UInt" : name, Enum.GetName(type, number), line);
            checks++;
        }
        Check.That(checks > 70, "all were found");
    }

    public static void Functions_have_its_types()
    {
        var types = new Dictionary<string, Type>
        {
            { "void", typeof(void) }, { "int32_t", typeof(int) }, { "uint32_t", typeof(uint) }, { "int64_t", typeof(long) },
            { "uint64_t", typeof(ulong) }, { "size_t", typeof(UIntPtr) }, { "float", typeof(float) }, { "double", typeof(double) },
        };
        var promised = new Dictionary<string, string[]>();
        foreach (string line in Read("tests/abi/" + Library.Abi + ".txt").Split('\n'))
            if (line.StartsWith("function ", StringComparison.Ordinal))
            {
                string[] words = line.Split(new[] { ' ' }, 3);
                string[] signature = words[2].TrimEnd(')').Split('(');
                promised.Add(words[1], (signature[0] + (signature[1] == "void" ? "" : ", " + signature[1])).Split(new[] { ", " }, StringSplitOptions.None));
            }
        int checks = 0;
        foreach (MethodInfo method in typeof(Native).GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        {
            var import = (DllImportAttribute)Attribute.GetCustomAttribute(method, typeof(DllImportAttribute));
            if (import == null)
                continue;
            Check.Equal(CallingConvention.Cdecl, import.CallingConvention, method.Name);
            var got = new List<Type> { method.ReturnType };
            foreach (ParameterInfo parameter in method.GetParameters())
                got.Add(parameter.ParameterType);
            string[] wanted = promised[method.Name];
            Check.Equal(wanted.Length, got.Count, method.Name + "'s parameters");
            for (int at = 0; at < wanted.Length; at++)
                if (wanted[at].EndsWith("*", StringComparison.Ordinal))
                    Check.That(got[at].IsPointer || got[at] == typeof(IntPtr) || typeof(SafeHandle).IsAssignableFrom(got[at]), method.Name + " " + at);
                else
                    Check.Equal(types[wanted[at]], got[at], method.Name + " " + at);
            checks++;
        }
        Check.That(checks > 70, "all were found");
    }

    private static string Pascal(string name)
    {
        var pascal = new StringBuilder();
        foreach (string word in name.Split('_'))
            pascal.Append(char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
        return pascal.ToString();
    }
}
