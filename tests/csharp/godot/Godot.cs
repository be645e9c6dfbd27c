// Stand-ins for what docs/godot-csharp.md uses of Godot: enough to compile it, and to run its first two scripts.
using System;
using System.Collections.Generic;

namespace Godot
{
    public enum Error { Ok }

    public sealed class ExportAttribute : Attribute { }

    public sealed class RpcAttribute : Attribute
    {
        public RpcAttribute(MultiplayerApi.RpcMode mode) { }
    }

    public struct Vector2
    {
        public float X, Y;
    }

    public struct Variant
    {
        public enum Type { Nil, String = 4 }

        public Type VariantType => Type.Nil;
        public T As<T>() => default(T);
        public string AsString() => "";

        public static implicit operator Variant(long value) => default(Variant);
        public static implicit operator Variant(string value) => default(Variant);
        public static implicit operator Variant(Collections.Dictionary value) => default(Variant);
    }

    public struct Callable
    {
        public static Callable From<T1, T2, T3>(Action<T1, T2, T3> action) => default(Callable);
    }

    public class GodotObject
    {
        public Variant Call(string method, params Variant[] arguments) => default(Variant);
        public Error Connect(string signal, Callable callable) => Error.Ok;
    }

    public class MultiplayerPeer : GodotObject { }

    public class MultiplayerApi : GodotObject
    {
        public enum RpcMode { AnyPeer }

        public MultiplayerPeer MultiplayerPeer { get; set; }
        public event Action ConnectionFailed { add { } remove { } }
        public int GetRemoteSenderId() => 0;
    }

    public static class ClassDB
    {
        public static Variant Instantiate(string name) => default(Variant);
        public static Variant ClassCallStatic(string name, string method, params Variant[] arguments) => default(Variant);
    }

    public static class GD
    {
        public static readonly List<string> Printed = new List<string>();

        public static void Print(params object[] what) => Printed.Add(string.Concat(what));
        public static void PushError(params object[] what) => Printed.Add(string.Concat(what));
    }

    public class Node : GodotObject
    {
        public MultiplayerApi Multiplayer { get; } = new MultiplayerApi();
        public Node GetNode(string path) => null;
        public virtual void _Ready() { }
        public virtual void _Process(double delta) { }
        public virtual void _ExitTree() { }
    }

    public class Node2D : Node
    {
        public Vector2 GetGlobalMousePosition() => new Vector2 { X = 3, Y = 1.5f };
    }
}

namespace Godot.Collections
{
    public class Dictionary
    {
        public Variant this[Variant key] { set { } }
    }
}
