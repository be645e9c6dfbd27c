using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Numerics;
using System.Text;
using Podsix;

/// <summary>The golden session, tests/golden/session.txt: its transcript must be the file.</summary>
internal static class Golden
{
    public static void Is_played_with_a_thread()
    {
        Play(Mode.Threaded);
    }

    public static void Is_played_without()
    {
        Play(Mode.Inline);
    }

    private static void Play(Mode mode)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Program.Root, "tests/golden/session.txt"));
        var session = new Session(mode);
        for (int at = 0; at < lines.Length; at++)
            Check.Equal(lines[at], session.Play(lines[at]), "line " + (at + 1));
        Check.That(lines.Length > 100, "a whole session");
        session.MustBeOver();
    }

    private sealed class End
    {
        internal Host Host;
        internal readonly Dictionary<string, ulong> Peers = new Dictionary<string, ulong>();
        internal readonly Dictionary<ulong, string> Names = new Dictionary<ulong, string>();
        internal readonly List<string> Seen = new List<string>();

        internal void Meet(ulong peer, string name)
        {
            Peers[name] = peer;
            Names[peer] = name;
        }
    }

    private sealed class Session
    {
        private readonly Mode mode;
        private readonly Message message = new Message();
        private readonly Dictionary<string, End> ends = new Dictionary<string, End>();
        private Result result;
        private string address, newcomer;

        internal Session(Mode mode)
        {
            this.mode = mode;
        }

        /// <summary>Plays a line and gives the transcript's.</summary>
        internal string Play(string line)
        {
            var words = new Words(line);
            switch (words.Word())
            {
                case ">":
                    try
                    {
                        result = Step(words.Word(), words);
                    }
                    catch (PodsixException e)
                    {
                        result = e.Code;
                    }
                    return line;
                case "=":
                    return "= " + result.Name();
                case "<":
                    string host = words.Word();
                    return "< " + host + " " + Next(host);
                default:
                    return line;
            }
        }

        internal void MustBeOver()
        {
            Check.Equal(0, ends.Count, "hosts that are left");
        }

        private Result Step(string name, Words words)
        {
            string verb = words.Word();
            if (verb == "new")
            {
                var config = new Config { Mode = mode };
                while (words.Rest.Length > 0)
                {
                    string setting = words.Word();
                    int value = int.Parse(words.Word(), CultureInfo.InvariantCulture);
                    if (setting == "max_message")
                        config.MaxMessage = value;
                    else if (setting == "max_depth")
                        config.MaxDepth = value;
                    else
                        config.MaxValues = value;
                }
                ends.Add(name, new End { Host = new Host(config) });
                return Result.Ok;
            }
            End end = ends[name];
            Host host = end.Host;
            switch (verb)
            {
                case "free":
                    Check.Equal(0, end.Seen.Count, "events that nobody asked for");
                    host.Dispose();
                    ends.Remove(name);
                    return Result.Ok;
                case "listen":
                    address = host.ListeningAddress(host.Listen("127.0.0.1:0", words.Word() == "approval"));
                    return Result.Ok;
                case "connect":
                    end.Meet(words.Rest == "-" ? host.Connect(address) : host.Connect(address, Message(words)), "server");
                    newcomer = name;
                    return Result.Ok;
                case "many":
                    host.SendMany(host.GetPeers(), Message(words));
                    return Result.Ok;
            }
            string other = words.Word();
            ulong peer;
            end.Peers.TryGetValue(other, out peer);
            switch (verb)
            {
                case "broadcast":
                    return host.Broadcast(Message(words), peer);
                case "accept":
                    return words.Rest == "-" ? host.Accept(peer) : host.Accept(peer, Message(words));
                case "send":
                    return host.Send(peer, Message(words));
                case "json":
                    return host.SendJson(peer, words.Rest);
                case "msgpack":
                    return host.SendMessagePack(peer, Words.Unhex(words.Rest));
                case "drop":
                    return host.Drop(peer);
            }
            int code = int.Parse(words.Word(), CultureInfo.InvariantCulture);
            return verb == "refuse" ? host.Refuse(peer, code, words.Text()) : host.Disconnect(peer, code, words.Text());
        }

        private Message Message(Words words)
        {
            words.Value(message.Clear());
            return message;
        }

        private string Next(string name)
        {
            List<string> seen = ends[name].Seen;
            for (int tries = 0; seen.Count == 0; tries++)
            {
                if (tries > 10000)
                    return "nothing";
                foreach (End end in ends.Values)
                    Turn(end);
            }
            string next = seen[0];
            seen.RemoveAt(0);
            return next;
        }

        private void Turn(End end)
        {
            PodsixEvent ev;
            while (end.Host.Wait(1, out ev))
            {
                if (ev.Kind == EventKind.Stalled || ev.Kind == EventKind.Resumed)
                    continue;
                if (!end.Names.ContainsKey(ev.Peer))
                    end.Meet(ev.Peer, newcomer);
                end.Seen.Add(string.Join(" ", Brief(ev.Kind.Name()), end.Names[ev.Peer], ev.Direction.ToString().ToLowerInvariant(),
                    Brief(ev.Reason.Name()), ev.Code.ToString(CultureInfo.InvariantCulture), Words.Quoted(ev.Text), Words.Quoted(ev.Action), Words.Of(ev.Data)));
            }
        }

        /// <summary>"CLOSED" of "PODSIX_REASON_CLOSED".</summary>
        private static string Brief(string name)
        {
            return name.Split(new[] { '_' }, 3)[2];
        }
    }

    /// <summary>Values as the words of the session, and back.</summary>
    private sealed class Words
    {
        internal Words(string line)
        {
            Rest = line;
        }

        internal string Rest { get; private set; }

        internal string Word()
        {
            int end = Rest.IndexOf(' ');
            return Take(end < 0 ? Rest.Length : end);
        }

        private string Take(int end)
        {
            string taken = Rest.Substring(0, end);
            Rest = Rest.Substring(Math.Min(Rest.Length, end + 1));
            return taken;
        }

        internal string Text()
        {
            var text = new StringBuilder();
            int at = 1;
            for (; Rest[at] != '"'; at++)
            {
                if (Rest[at] != '\\')
                {
                    text.Append(Rest[at]);
                }
                else if (Rest[++at] == 'u')
                {
                    text.Append((char)int.Parse(Rest.Substring(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    at += 4;
                }
                else
                {
                    text.Append(Rest[at]);
                }
            }
            Take(at + 1);
            return text.ToString();
        }

        internal void Value(Message message)
        {
            if (Rest[0] == '"')
            {
                message.Add(Text());
                return;
            }
            string word = Word(), digits = word.Substring(1);
            switch (word[0])
            {
                case 'n':
                    if (word == "nil")
                        message.AddNull();
                    else
                        message.Add(BigInteger.Parse(digits, CultureInfo.InvariantCulture));
                    break;
                case 't':
                case 'f':
                    message.Add(word == "true");
                    break;
                case 'i':
                    message.Add(long.Parse(digits, CultureInfo.InvariantCulture));
                    break;
                case 'u':
                    message.Add(ulong.Parse(digits, CultureInfo.InvariantCulture));
                    break;
                case 'd':
                    message.Add(BitConverter.Int64BitsToDouble(long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
                    break;
                case 'b':
                    message.Add(Unhex(digits));
                    break;
                case 'x':
                    int colon = digits.IndexOf(':');
                    message.Add(new Extension(int.Parse(digits.Substring(0, colon), CultureInfo.InvariantCulture), Unhex(digits.Substring(colon + 1))));
                    break;
                case '[':
                    Items(message.OpenList(), ']');
                    break;
                case '(':
                    Items(message.OpenTuple(), ')');
                    break;
                case '{':
                    message.OpenMap();
                    while (Rest[0] != '}')
                    {
                        if (Rest[0] == '"')
                            message.Key(Text());
                        else
                            message.Key(long.Parse(Word().Substring(1), CultureInfo.InvariantCulture));
                        Value(message);
                    }
                    Word();
                    message.Close();
                    break;
                default:
                    throw new Exception(word + " is no value");
            }
        }

        private void Items(Message message, char end)
        {
            while (Rest[0] != end)
                Value(message);
            Word();
            message.Close();
        }

        internal static byte[] Unhex(string digits)
        {
            var bytes = new byte[digits.Length / 2];
            for (int at = 0; at < bytes.Length; at++)
                bytes[at] = byte.Parse(digits.Substring(at * 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return bytes;
        }

        internal static string Quoted(string text)
        {
            var words = new StringBuilder("\"");
            foreach (char c in text)
            {
                if (c == '"' || c == '\\')
                    words.Append('\\').Append(c);
                else if (c < ' ' || c == 127)
                    words.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                else
                    words.Append(c);
            }
            return words.Append('"').ToString();
        }

        internal static string Of(Value value)
        {
            switch (value.Kind)
            {
                case ValueKind.None:
                    return "-";
                case ValueKind.Null:
                    return "nil";
                case ValueKind.Bool:
                    bool truth;
                    return value.TryRead(out truth) && truth ? "true" : "false";
                case ValueKind.Int:
                    long number;
                    value.TryRead(out number);
                    return "i" + number.ToString(CultureInfo.InvariantCulture);
                case ValueKind.UInt:
                    ulong large;
                    value.TryRead(out large);
                    return "u" + large.ToString(CultureInfo.InvariantCulture);
                case ValueKind.Double:
                    double real;
                    value.TryRead(out real);
                    return "d" + BitConverter.DoubleToInt64Bits(real).ToString("x16", CultureInfo.InvariantCulture);
                case ValueKind.String:
                    return Quoted(value.AsString());
                case ValueKind.Bytes:
                    return "b" + Messages.Hex(value.AsBytes());
                case ValueKind.Extension:
                    BigInteger integer;
                    Extension extension;
                    if (value.TryRead(out integer))
                        return "n" + integer.ToString(CultureInfo.InvariantCulture);
                    value.TryRead(out extension);
                    return "x" + extension.Type.ToString(CultureInfo.InvariantCulture) + ":" + Messages.Hex(extension.Bytes);
                case ValueKind.List:
                    var list = new StringBuilder(value.IsTuple ? "(" : "[");
                    foreach (Value item in value)
                        list.Append(' ').Append(Of(item));
                    return list.Append(value.IsTuple ? " )" : " ]").ToString();
                case ValueKind.Map:
                    var map = new StringBuilder("{");
                    foreach (Entry entry in value.Entries)
                        map.Append(' ').Append(Of(entry.Key)).Append(' ').Append(Of(entry.Value));
                    return map.Append(" }").ToString();
                default:
                    throw new Exception("a value of a kind that nobody knows");
            }
        }
    }
}
