using System.Net.Http.Json;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.OpenApi;

/// <summary>One simulator with a paired number, an unpaired slot, Chatwoot and a little history, shared by all operations.</summary>
public sealed class PairedSimulator : IAsyncLifetime
{
    public const string Paired = "num-1";
    public const string Secret = "chatwoot-secret";

    private SimulatorProcess? _simulator;
    private int _slots;

    public SimulatorProcess Simulator => _simulator ?? throw new InvalidOperationException("Not started.");

    /// <summary>Id of a picture that came in the chat <see cref="Chat"/>.</summary>
    public string PictureId { get; private set; } = "";

    public string Chat { get; private set; } = "";

    public string GroupId { get; private set; } = "";

    public string GroupLink { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        _simulator = await SimulatorProcess.StartAsync(
            new SimulatorStart().With("CHATWOOT_ENABLED", "true").With("CHATWOOT_WEBHOOK_SECRET", Secret), token);
        await Simulator.PairAsync(Paired, token);

        var chats = await Simulator.ResultsAsync("/chats?has_media=true", Paired, token);
        Chat = chats.GetProperty("data")[0].GetProperty("jid").GetString()!;
        var messages = await Simulator.ResultsAsync($"/chat/{Chat}/messages?media_only=true", Paired, token);
        PictureId = messages.GetProperty("data")[0].GetProperty("id").GetString()!;
        using (await Simulator.PostAsync($"/message/{PictureId}/reaction", Paired, new { phone = Chat, emoji = "👍" }, token))
        {
        }

        var groups = await Simulator.ResultsAsync("/user/my/groups", Paired, token);
        GroupId = groups.GetProperty("data")[0].GetProperty("JID").GetString()!;
        GroupLink = (await Simulator.ResultsAsync($"/group/invite-link?group_id={GroupId}", Paired, token)).GetProperty("invite_link").GetString()!;
    }

    /// <summary>A slot of one's own, for what would end the shared one.</summary>
    public async Task<string> NewSlotAsync(CancellationToken cancellationToken)
    {
        var slot = $"own-{Interlocked.Increment(ref _slots)}";
        await Simulator.CreateSlotAsync(slot, cancellationToken);
        return slot;
    }

    /// <summary>A group of the paired number with a fresh member.</summary>
    public async Task<string> NewGroupAsync(CancellationToken cancellationToken)
    {
        using var response = await Simulator.PostAsync("/group", Paired, new { title = "New", participants = (string[])["6281234567890"] }, cancellationToken);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return body.GetProperty("results").GetProperty("group_id").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }
    }
}
