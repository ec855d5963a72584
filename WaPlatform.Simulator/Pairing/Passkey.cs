using System.Security.Cryptography;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Pairing;

/// <summary>How far the passkey ceremony is (gowa contract §7.6).</summary>
internal enum PasskeyStage
{
    AwaitingResponse,
    AwaitingConfirmation,
}

/// <summary>A passkey ceremony that WhatsApp demands before it links.</summary>
/// <param name="Confirm">The phone wants a code compared after the response.</param>
internal sealed record Passkey(PasskeyStage Stage, bool Confirm, string AdJid)
{
    private static readonly char[] Alphabet = [.. "123456789ABCDEFGHJKLMNPQRSTVWXYZ"];

    public JsonObject Challenge { get; } = GoJson.Struct(
        ("challenge", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_')),
        ("timeout", 60000),
        ("rpId", "whatsapp.com"),
        ("userVerification", "preferred"));

    public string Code { get; } = new(RandomNumberGenerator.GetItems<char>(Alphabet, 8));

    public string Status => Stage == PasskeyStage.AwaitingResponse ? "awaiting_response" : "awaiting_confirmation";
}
