using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Podsix;

/// <summary>
/// What stands around the snippets of docs/unity.md where they are compiled: each becomes the methods, or
/// the statements of a method, of a class derived from this.
/// </summary>
public abstract class Around : Client
{
    protected struct Place
    {
        public float x, z;
    }

    protected sealed class Step
    {
        public string action;
        public Place to;
    }

    protected sealed class Guest
    {
        public int Score;

        public Guest() { }

        public Guest(ulong who) { }
    }

    protected struct Jump
    {
        public float height;
    }

    protected sealed class Buying
    {
        public string item;
    }

    protected sealed class Bot : Client
    {
        public Bot(string address, object hello, Config config) : base(address, hello, config) { }
    }

    /// <summary>In the place of PodsixBehaviour.</summary>
    protected struct Component
    {
        public Host Host;

        public Task<Connection> ConnectAsync(string address, object hello)
        {
            return Host.ConnectAsync(address, hello);
        }

        public Task<Message> Ask(string action, object question)
        {
            return Host.Ask(0, action, question);
        }
    }

    protected Component network;
    protected string name;
    protected bool playing;
    protected Place[] places;
    protected Queue<Message> later;

    protected void Move(ulong peer, float x) { }
    protected void Move(float x, float y, float z) { }
    protected void Leave(ulong peer) { }
    protected void Join(string who) { }
    protected void Score(string who, long points) { }
    protected void Parry() { }
    protected void Log(string words) { }
    protected void Later(Action what) { }

    protected Task Buy(string item)
    {
        return Task.CompletedTask;
    }

    protected void Keep(int number) { }
}
