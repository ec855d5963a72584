using System.Text.Json;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.Cluster;

/// <summary>What a client of the hub hears of some devices.</summary>
internal static class Hearing
{
    private static readonly string[] Methods = ["whatsapp-websocket-message", "message-status", "event"];

    extension(HubClient hub)
    {
        /// <summary>Waits until it heard, after a moment, of each device what its engine says, what became of a message, and what is in the journal.</summary>
        public Task HearsOfAsync(IReadOnlyCollection<string> phones, long since, CancellationToken cancellationToken) =>
            Eventually.TrueAsync(_ => Task.FromResult(Array.TrueForAll(Methods, method => hub.HeardOf(method, since).IsSupersetOf(phones))), ServiceProcess.Patience, cancellationToken);

        private HashSet<string> HeardOf(string method, long since) => [.. hub.Timed(method).Where(frame => frame.At > since).Select(frame => PhoneOf(frame.Payload))];
    }

    private static string PhoneOf(JsonElement frame) => (frame.TryGetProperty("phoneNumber", out var phone) ? phone : frame.GetProperty("from")).GetString()!;
}
