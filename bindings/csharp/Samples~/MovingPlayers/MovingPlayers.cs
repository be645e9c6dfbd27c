using System.Collections.Generic;
using Podsix;
using Podsix.Unity;
using UnityEngine;

/// <summary>
/// Everybody moves a cube with the arrow keys, sees the others' cubes, and talks to them. Put it on an empty
/// object of an empty scene and press Play; then host a table, or sit down at one. Two players on one
/// machine: a build beside the editor.
/// </summary>
[RequireComponent(typeof(PodsixBehaviour))]
public sealed class MovingPlayers : MonoBehaviour
{
    private const float Speed = 4; // in metres per second
    private const int MaxLines = 12, MaxName = 20, MaxText = 200;

    private static readonly Keys Moved = new Keys("id", "x", "z");

    private readonly Dictionary<ulong, GameObject> cubes = new Dictionary<ulong, GameObject>();
    private readonly List<string> chat = new List<string>();
    private readonly Message move = new Message(); // kept: what is sent each frame makes no garbage

    private PodsixBehaviour network; // the way to the table, wherever it is
    private Table table; // if it is here
    private string address = "localhost", playerName = "ada", typed = "";
    private ulong me; // 0 before the welcome
    private bool playing;

    private void Start()
    {
        network = GetComponent<PodsixBehaviour>(); // which finds the Network_ methods below
    }

    private void Update()
    {
        if (table != null)
            table.Pump();
        if (!cubes.TryGetValue(me, out GameObject mine))
            return;
        var step = new Vector3(Input.GetAxis("Horizontal"), 0, Input.GetAxis("Vertical")) * (Speed * Time.deltaTime);
        if (step == Vector3.zero)
            return;
        Transform cube = mine.transform;
        cube.position += step;
        // Should the connection be too slow for this one, the next frame's will do.
        network.Send(move.Begin("move").Set("x", cube.position.x).Set("z", cube.position.z));
    }

    private void OnDestroy()
    {
        if (table == null)
            return;
        table.Close(200, 0, "the table is closed"); // in milliseconds: a scene that ends should not stand still for long
        table.Dispose();
    }

    // ---- what the network brings: a server too may be a stranger's, and say anything

    private void Network_welcome(Value data)
    {
        me = data["you"].AsULong();
        AddCube(me, playerName, 0, 0);
        foreach (Value player in data["players"])
            Network_came(player);
        Say("use the arrow keys");
    }

    private void Network_came(Value data)
    {
        AddCube(data["id"].AsULong(), data["name"].Printable(MaxName), data["x"].AsFloat(), data["z"].AsFloat());
    }

    private void Network_moved(Value data)
    {
        data.Fields(Moved, out Value id, out Value x, out Value z);
        if (cubes.TryGetValue(id.AsULong(), out GameObject cube))
            cube.transform.position = new Vector3(x.AsFloat(), 0, z.AsFloat());
    }

    private void Network_said(Value data)
    {
        if (cubes.TryGetValue(data["id"].AsULong(), out GameObject cube))
            Say(cube.name + ": " + data["text"].Printable(MaxText));
    }

    private void Network_left(Value data)
    {
        if (RemoveCube(data["id"].AsULong(), out string who))
            Say(who + " has left");
    }

    private void Network_disconnected(PodsixEvent ev)
    {
        foreach (GameObject cube in cubes.Values)
            Destroy(cube);
        cubes.Clear();
        playing = false;
        me = 0;
        Say("the game is over: " + ev.Text);
    }

    private void Network_error(PodsixEvent ev)
    {
        playing = false;
        Say(ev.Text);
    }

    // ---- what is seen

    private void OnGUI()
    {
        if (playing)
        {
            typed = GUILayout.TextField(typed, GUILayout.Width(300));
            if (GUILayout.Button("Say") && typed.Length > 0)
            {
                network.Send(new { action = "say", text = typed });
                typed = "";
            }
        }
        else
        {
            playerName = GUILayout.TextField(playerName, GUILayout.Width(300));
            address = GUILayout.TextField(address);
            if (GUILayout.Button("Host a table"))
                Play(true);
            if (GUILayout.Button("Sit down at " + address))
                Play(false);
        }
        foreach (string line in chat)
            GUILayout.Label(line);
    }

    private void Play(bool here)
    {
        try
        {
            if (here && table == null)
            {
                table = new Table("*");
                table.OnHandlerError += (peer, error) => Debug.LogException(error);
            }
            network.Connect(here ? "localhost" : address, new { name = playerName });
            playing = true;
        }
        catch (PodsixException e) // an address that is none, or a port that somebody else has
        {
            Say(e.Message);
        }
    }

    private void AddCube(ulong id, string who, float x, float z)
    {
        RemoveCube(id, out string before);
        GameObject cube = GameObject.CreatePrimitive(PrimitiveType.Cube);
        cube.name = who;
        cube.transform.position = new Vector3(x, 0, z);
        cube.GetComponent<Renderer>().material.color = Color.HSVToRGB(id % 7 / 7f, 0.8f, 1);
        cubes.Add(id, cube);
        Say(who + " is here");
    }

    private bool RemoveCube(ulong id, out string who)
    {
        bool there = cubes.TryGetValue(id, out GameObject cube);
        who = there ? cube.name : null;
        if (there)
            Destroy(cube);
        return cubes.Remove(id);
    }

    private void Say(string line)
    {
        chat.Add(line);
        if (chat.Count > MaxLines)
            chat.RemoveAt(0);
    }
}
