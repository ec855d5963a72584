using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.Tests.Engines.Releases;
using WaPlatform.Tests.Platform.Messages;

namespace WaPlatform.Tests.Platform.Engines;

/// <summary>What an administrator does with the engine through HTTP alone.</summary>
internal static class ReleasedEngines
{
    private static readonly string[] Ends = ["done", "rolled_back", "failed"];

    /// <summary>A platform that gets its engine from a feed, in as little time as a rollout can be shown.</summary>
    public static StandaloneStart StartOn(string feed) => new StandaloneStart()
        .With("ENGINE", "gowa").With("ENGINE_PATH", null).With("ENGINE_RELEASES_URL", feed)
        .With("Supervision__EagerStatusInterval", "00:00:00.200")
        .With("Rollout__CanarySoak", "00:00:01").With("Rollout__BatchSoak", "00:00:01").With("Rollout__StepInterval", "00:00:00.200").With("Rollout__ConnectTimeout", "00:00:30");

    extension(IPlatform platform)
    {
        public Task<JsonElement> EngineAsync(CancellationToken cancellationToken) => platform.Client.GetFromJsonAsync<JsonElement>("/api/system/engine", cancellationToken)!;

        /// <summary>Sends a command, and returns its answer; a refusal as problem.</summary>
        public async Task<JsonElement> CommandAsync(HttpMethod method, string command, object? body, CancellationToken cancellationToken)
        {
            using var request = new HttpRequestMessage(method, $"/api/system/engine/{command}") { Content = body is null ? null : JsonContent.Create(body) };
            using var answer = await platform.Client.SendAsync(request, cancellationToken);
            return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }

        public Task<JsonElement> CommandAsync(string command, object? body, CancellationToken cancellationToken) =>
            platform.CommandAsync(HttpMethod.Post, command, body, cancellationToken);

        /// <summary>Waits until the first engine is there, and its rollout has ended: another one would be refused before.</summary>
        public async Task WaitForEngineAsync(string version, CancellationToken cancellationToken)
        {
            await platform.WaitForRolloutAsync(version, cancellationToken);
            Assert.Equal(version, (await platform.EngineAsync(cancellationToken)).GetProperty("current").GetString());
        }

        /// <summary>Begins a rollout.</summary>
        public async Task RollOutAsync(string version, IReadOnlyList<string> canaries, CancellationToken cancellationToken)
        {
            var answer = await platform.CommandAsync("rollout", new { version, canary = canaries }, cancellationToken);
            Assert.True(answer.TryGetProperty("rollout", out var rollout) && rollout.GetProperty("version").GetString() == version, $"{answer}");
        }

        /// <summary>Waits until the rollout has come to its end; how it stands then.</summary>
        public async Task<JsonElement> WaitForRolloutAsync(string version, CancellationToken cancellationToken)
        {
            JsonElement rollout = default;
            await platform.WaitForAsync(
                async () =>
                {
                    rollout = (await platform.EngineAsync(cancellationToken)).GetProperty("rollout");
                    return rollout.ValueKind == JsonValueKind.Object && rollout.GetProperty("version").GetString() == version && Ends.Contains(rollout.StateOf());
                },
                cancellationToken);
            return rollout;
        }

        /// <summary>Brings a version out, has the feed asked, and waits for the end of its rollout.</summary>
        public async Task<JsonElement> ReleaseAsync(
            ReleaseServer server, string version, byte[] archive, IReadOnlyList<string> canaries, CancellationToken cancellationToken, string? digest = null)
        {
            server.Publish(version, archive, digest);
            var check = await platform.CommandAsync("check", null, cancellationToken);
            Assert.True(check.TryGetProperty("newest", out var newest) && newest.GetProperty("version").GetString() == version, $"{check}");
            await platform.RollOutAsync(version, canaries, cancellationToken);
            return await platform.WaitForRolloutAsync(version, cancellationToken);
        }
    }

    public static string StateOf(this JsonElement rollout) => rollout.GetProperty("state").GetString()!;

    public static string? ReasonOf(this JsonElement rollout) => rollout.GetProperty("reason").GetString();

    /// <summary>How many of its devices are in each state.</summary>
    public static Dictionary<string, int> Devices(this JsonElement rollout) =>
        rollout.GetProperty("devices").EnumerateArray().CountBy(device => device.StateOf()).ToDictionary();

    public static string? EngineVersionOf(this JsonElement device) =>
        device.GetProperty("process") is { ValueKind: JsonValueKind.Object } process ? process.GetProperty("engineVersion").GetString() : null;
}
