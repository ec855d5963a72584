using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Devices;

/// <summary>The two shapes in which gowa lists slots.</summary>
internal static class DeviceList
{
    /// <summary><c>{name, device, jid}</c> each; null when there is no slot.</summary>
    public static async Task<JsonNode?> ShortAsync(Gowa gowa)
    {
        var list = new JsonArray();
        foreach (var slot in await gowa.Slots.ListAsync())
        {
            await slot.WaitForClientAsync();
            list.Add((JsonNode)GoJson.Struct(("name", slot.DisplayName), ("device", slot.Id), ("jid", slot.Jid)));
        }

        return list.Count == 0 ? null : list;
    }

    /// <summary>Device objects; null when there is no slot.</summary>
    public static async Task<JsonNode?> FullAsync(Gowa gowa)
    {
        var list = new JsonArray();
        foreach (var slot in await gowa.Slots.ListAsync())
        {
            list.Add((JsonNode)await DescribeAsync(slot));
        }

        return list.Count == 0 ? null : list;
    }

    public static async Task<JsonObject> DescribeAsync(Slot slot)
    {
        await slot.WaitForClientAsync();
        var device = GoJson.Struct(("id", slot.Id));
        if (slot.DisplayName.Length > 0)
        {
            device["display_name"] = slot.DisplayName;
        }

        device["state"] = slot.State;
        if (slot.Jid.Length > 0)
        {
            device["jid"] = slot.Jid;
        }

        device["created_at"] = GoTime.Nano(slot.CreatedAt);
        return device;
    }
}
