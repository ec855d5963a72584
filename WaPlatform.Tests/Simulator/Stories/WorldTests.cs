using System.Net.Http.Json;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>The simulated world keeps what is done in it.</summary>
public sealed class WorldTests
{
    private const string Slot = "num-1";
    private const string Friend = "306900000001@s.whatsapp.net";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_SentAndReceived_ShowUpAndCanBeChanged()
    {
        await using var simulator = await PairedAsync();
        var sent = await PostAsync(simulator, "/send/message", new { phone = Friend, message = "one" });
        await simulator.ControlAsync("incoming", new { from = "306900000001", text = "two", name = "Eleni" }, CancellationToken);
        var id = sent.GetProperty("results").GetProperty("message_id").GetString()!;

        await PostAsync(simulator, $"/message/{id}/update", new { phone = Friend, message = "one, corrected" });
        await PostAsync(simulator, $"/message/{id}/reaction", new { phone = Friend, emoji = "👍" });
        var messages = await MessagesAsync(simulator);
        Assert.Equal(["one, corrected", "two"], messages.Select(message => message.GetProperty("content").GetString()!).Order());
        var reacted = messages.Single(message => message.TryGetProperty("reactions", out _));
        Assert.Equal((id, "👍"), (reacted.GetProperty("id").GetString(), reacted.GetProperty("reactions")[0].GetProperty("emoji").GetString()));

        await PostAsync(simulator, $"/message/{id}/revoke", new { phone = Friend });
        Assert.Equal(["two"], (await MessagesAsync(simulator)).Select(message => message.GetProperty("content").GetString()!));
        var chats = (await simulator.ResultsAsync("/chats", Slot, CancellationToken)).GetProperty("data").EnumerateArray();
        Assert.Contains(chats, chat => chat.GetProperty("jid").GetString() == Friend);
    }

    [Fact]
    public async Task Group_ChangedAndProcessRestarted_IsAsItWasLeft()
    {
        await using var simulator = await PairedAsync();
        var created = await PostAsync(simulator, "/group", new { title = "Harbour", participants = new[] { "306900000001", "306900000002" } });
        var group = created.GetProperty("results").GetProperty("group_id").GetString()!;
        await PostAsync(simulator, "/group/participants/promote", new { group_id = group, participants = new[] { "306900000001" } });
        await PostAsync(simulator, "/group/participants/remove", new { group_id = group, participants = new[] { "306900000002" } });
        await PostAsync(simulator, "/group/topic", new { group_id = group, topic = "Ferries" });
        await simulator.StopAsync(CancellationToken);

        await using var second = await SimulatorProcess.StartAsync(simulator.Start with { Directory = simulator.Directory }, CancellationToken);
        await second.OnlineAsync(Slot, CancellationToken);

        var info = await second.ResultsAsync($"/group/info?group_id={group}", Slot, CancellationToken);
        Assert.Equal(("Harbour", "Ferries"), (info.GetProperty("Name").GetString(), info.GetProperty("Topic").GetString()));
        using var export = await second.GetAsync($"/group/participants/export?group_id={group}", Slot, CancellationToken);
        Assert.Equal($"attachment; filename=\"group-{group[..^5]}-participants.csv\"", export.Content.Headers.GetValues("Content-Disposition").Single());
        var lines = (await export.Content.ReadAsStringAsync(CancellationToken)).TrimEnd('\n').Split('\n');
        Assert.Equal("participant_jid,phone_number,lid,display_name,role", lines[0]);
        Assert.Equal(["superadmin", "admin"], lines[1..].Select(line => line.Split(',')[^1]));
    }

    [Fact]
    public async Task Group_NotAnAdmin_MayNotChangeIt()
    {
        await using var simulator = await PairedAsync();
        var groups = (await simulator.ResultsAsync("/user/my/groups", Slot, CancellationToken)).GetProperty("data").EnumerateArray();
        var foreign = groups.First(group => group.GetProperty("OwnerJID").GetString() != $"{SimulatorPhone.Number}@s.whatsapp.net").GetProperty("JID").GetString();

        using var response = await simulator.PostAsync("/group/name", Slot, new { group_id = foreign, name = "Mine" }, CancellationToken);

        Assert.Equal(
            """{"code":"INTERNAL_SERVER_ERROR","message":"info query returned status 403: forbidden"}""",
            await response.Content.ReadAsStringAsync(CancellationToken));
    }

    [Fact]
    public async Task Send_NumberWithoutWhatsApp_IsRefusedAndUnknownToTheCheck()
    {
        await using var simulator = await PairedAsync();

        using var response = await simulator.PostAsync("/send/message", Slot, new { phone = "306900000000", message = "hi" }, CancellationToken);
        var check = await simulator.ResultsAsync("/user/check?phone=306900000000", Slot, CancellationToken);

        Assert.Equal(
            """{"code":"INVALID_JID","message":"Phone 306900000000@s.whatsapp.net is not on whatsapp"}""",
            await response.Content.ReadAsStringAsync(CancellationToken));
        Assert.False(check.GetProperty("is_on_whatsapp").GetBoolean());
    }

    private static async Task<SimulatorProcess> PairedAsync()
    {
        var simulator = await SimulatorProcess.StartAsync(new SimulatorStart().With("SIM_PAIR_GAP", "100"), CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken);
        return simulator;
    }

    private static async Task<JsonElement> PostAsync(SimulatorProcess simulator, string path, object body)
    {
        using var response = await simulator.PostAsync(path, Slot, body, CancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        Assert.Equal("SUCCESS", answer.GetProperty("code").GetString());
        return answer;
    }

    private static async Task<JsonElement[]> MessagesAsync(SimulatorProcess simulator) =>
        [.. (await simulator.ResultsAsync($"/chat/{Friend}/messages", Slot, CancellationToken)).GetProperty("data").EnumerateArray()];
}
