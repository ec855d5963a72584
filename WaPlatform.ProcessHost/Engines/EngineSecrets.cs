using System.Security.Cryptography;
using System.Text;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>What one engine process and the platform know of each other; made anew for each start, never stored.</summary>
internal sealed record EngineSecrets(string User, string Password, string WebhookToken, string WebhookSecret)
{
    /// <summary>Neither ':' nor ',' may occur in user and password (gowa contract §0.22).</summary>
    public static EngineSecrets Create() => new("wa", Random(), Random(), Random());

    public string Authorization => $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{Password}"))}";

    /// <summary>Every value that must never be seen in the engine's output.</summary>
    public IReadOnlyList<string> All => [Password, WebhookToken, WebhookSecret];

    public override string ToString() => nameof(EngineSecrets);

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
