using System.Text.Json;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Pairing;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.App;

/// <summary><c>/app/passkey</c>: the WebAuthn ceremony some accounts demand (gowa contract §7.6).</summary>
internal static class PasskeyRoutes
{
    public static void AddPasskeyRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Get("/app/passkey", (context, _) => StatusAsync(context.Slot));
        routes.Post("/app/passkey/response", (context, cancellationToken) => RespondAsync(gowa, context, cancellationToken));
        routes.Post("/app/passkey/confirm", (context, cancellationToken) => ConfirmAsync(gowa, context.Slot, cancellationToken));
    }

    private static async Task<Answer> StatusAsync(Slot slot)
    {
        using (await slot.SlotLock.ReadAsync())
        {
            var passkey = slot.Pairing?.Passkey;
            return Answer.Success("Passkey pairing status", GoJson.Map(
                ("challenge", passkey?.Challenge.DeepClone()),
                ("code", passkey is { Stage: PasskeyStage.AwaitingConfirmation } ? passkey.Code : ""),
                ("device_id", slot.Id),
                ("skip_handoff_ux", false),
                ("status", passkey?.Status ?? "none")));
        }
    }

    private static async Task<Answer> RespondAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var slot = context.Slot;
        using var document = BodyBinder.Parse(await context.ReadBodyAsync(cancellationToken));
        if (BadBase64(document.RootElement) is { } at)
        {
            return Answer.Text(400, $"invalid WebAuthn assertion payload: bind from body: illegal base64 data at input byte {at}");
        }

        new Rules().Required("id", Text(document.RootElement, "id")).Required("type", Text(document.RootElement, "type")).Throw();
        RequireClient(slot);
        if (slot.Pairing is not { Passkey: { Stage: PasskeyStage.AwaitingResponse } passkey } offer)
        {
            throw ApiException.Internal($"no pending passkey pairing request for device {slot.Id}");
        }

        await gowa.Scan.AnswerPasskeyAsync(slot, offer, passkey, cancellationToken);
        return Answer.Success("Passkey response sent", GoJson.Map(("device_id", slot.Id)));
    }

    private static async Task<Answer> ConfirmAsync(Gowa gowa, Slot slot, CancellationToken cancellationToken)
    {
        RequireClient(slot);
        if (slot.Pairing?.Passkey is not { Stage: PasskeyStage.AwaitingConfirmation } passkey)
        {
            throw ApiException.Internal($"no pending passkey confirmation for device {slot.Id}");
        }

        await gowa.Scan.PairAsync(slot, passkey.AdJid, cancellationToken);
        return Answer.Success("Passkey pairing confirmed", GoJson.Map(("device_id", slot.Id)));
    }

    private static void RequireClient(Slot slot)
    {
        if (!slot.HasClient)
        {
            throw ApiException.InvalidClient();
        }
    }

    private static string Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? ""
            : "";

    // Position of the first character that is not base64url, in the first field that has one; null when all are well formed.
    private static int? BadBase64(JsonElement root)
    {
        var response = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("response", out var value) ? value : root;
        string[] texts =
        [
            Text(root, "rawId"), Text(response, "clientDataJSON"), Text(response, "authenticatorData"), Text(response, "signature"),
            Text(response, "userHandle"),
        ];
        foreach (var text in texts)
        {
            for (var at = 0; at < text.Length; at++)
            {
                if (!char.IsAsciiLetterOrDigit(text[at]) && text[at] is not ('-' or '_' or '=' or '+' or '/'))
                {
                    return at;
                }
            }
        }

        return null;
    }
}
