using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Control;

/// <summary>How often each route was called, by method and pattern.</summary>
internal sealed class Counters
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, int> _calls = new(StringComparer.Ordinal);

    public void Add(string route)
    {
        lock (_gate)
        {
            _calls[route] = _calls.GetValueOrDefault(route) + 1;
        }
    }

    public JsonObject Read()
    {
        lock (_gate)
        {
            return GoJson.Struct([.. _calls.Select(static call => (call.Key, (JsonNode?)call.Value))]);
        }
    }
}
