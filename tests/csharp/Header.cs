using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
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

    public static void Structs_have_its_sizes_and_offsets()
    {
        string layout = Read("src/ffi/layout.rs");
        int checks = 0;
        foreach (Match size in Regex.Matches(layout, @"size_of::<(\w+)>\(\) == (.*)\);"))
        {
            Type type;
            if (!Structs.TryGetValue(size.Groups[1].Value, out type))
            {
                Check.Equal("podsix_handler", size.Groups[1].Value, "the struct that C# does not need"); // its function pointer would be called from C
                continue;
            }
            Check.Equal(Words(size.Groups[2].Value), Marshal.SizeOf(type), "the size of " + type);
            checks++;
        }
        foreach (Match offset in Regex.Matches(layout, @"offset_of!\((\w+), (\w+)\) == (.*)\);"))
        {
            Type type;
            string field = offset.Groups[2].Value;
            if (!Structs.TryGetValue(offset.Groups[1].Value, out type) || field == "reserved")
                continue;
            if (type == typeof(HostStats) || type == typeof(PeerStats))
                field = Pascal(field);
            Check.Equal(Words(offset.Groups[3].Value), (int)Marshal.OffsetOf(type, field), type + "." + field);
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
            Match body = Regex.Match(header, @"typedef struct " + pair.Key + @" \{(.*?)\} " + pair.Key + ";", RegexOptions.Singleline);
            Check.That(body.Success, pair.Key + " is in the header");
            string code = Regex.Replace(body.Groups[1].Value, @"/\*.*?\*/", "", RegexOptions.Singleline);
            var wanted = new List<string>();
            foreach (Match field in Regex.Matches(code, @"(\w+)(\[\w+\])?;"))
                if (field.Groups[1].Value != "reserved")
                    wanted.Add(pair.Value.Name.StartsWith("Native", StringComparison.Ordinal) ? field.Groups[1].Value : Pascal(field.Groups[1].Value));
            var got = new List<string>();
            foreach (FieldInfo field in pair.Value.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                if (!field.Name.StartsWith("reserved", StringComparison.Ordinal))
                    got.Add(field.Name);
            Check.Equal(string.Join(" ", wanted), string.Join(" ", got), pair.Key);
        }
    }

    public static void Constants_have_its_names_and_numbers()
    {
        var enums = new Dictionary<string, Type>
        {
            { "ERR", typeof(Result) }, { "REASON", typeof(Reason) }, { "EVENT", typeof(EventKind) }, { "TYPE", typeof(ValueKind) },
            { "DIRECTION", typeof(Direction) }, { "MODE", typeof(Mode) }, { "LOG", typeof(LogLevel) },
        };
        int checks = 0;
        foreach (Match constant in Regex.Matches(Read("include/podsix.h"), @"^#define PODSIX_([A-Z]+)_([A-Z0-9_]+) +(-?\d+)$", RegexOptions.Multiline))
        {
            string family = constant.Groups[1].Value, name = Pascal(constant.Groups[2].Value.ToLowerInvariant());
            int number = int.Parse(constant.Groups[3].Value);
            Type type;
            if (family == "ABI")
                Check.Equal(Library.Abi, (uint)number, "the ABI");
            else if (!enums.TryGetValue(family, out type)) // flags, which are bools here
                Check.That((family + "_" + name == "LISTEN_Approval" || family + "_" + name == "PEERS_All") && number == 1, "no word for " + constant.Value);
            else
                Check.Equal(name == "Nil" ? "Null" : name == "Uint" ? "UInt" : name, Enum.GetName(type, number), constant.Value);
            checks++;
        }
        Check.That(checks > 70, "all were found");
    }

    private static string Pascal(string name)
    {
        return Regex.Replace(name, "(^|_)([a-z0-9])", match => match.Groups[2].Value.ToUpperInvariant());
    }
}
