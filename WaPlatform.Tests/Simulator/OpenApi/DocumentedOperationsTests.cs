using System.Text.Json;

namespace WaPlatform.Tests.Simulator.OpenApi;

/// <summary>Every operation of gowa's description is served to a paired number, in the documented shape.</summary>
public sealed class DocumentedOperationsTests(PairedSimulator paired) : IClassFixture<PairedSimulator>
{
    private const string OwnPhone = "6281234567890";

    // The parts of a passkey's answer that must be base64.
    private static readonly string[] Assertion = ["id", "rawId", "clientDataJSON", "authenticatorData", "signature", "userHandle"];

    public static TheoryData<string> Operations => [.. Operation.All.Select(operation => operation.Name)];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_GoodRequest_AnswersInTheDocumentedShape(string name)
    {
        var operation = Operation.All.Single(operation => operation.Name == name);
        var (slot, known) = await CircumstancesAsync(name);

        using var request = new Sample(operation, known).Request(slot);
        using var response = await paired.Simulator.Client.SendAsync(request, CancellationToken);
        var text = await response.Content.ReadAsStringAsync(CancellationToken);

        Assert.True(response.IsSuccessStatusCode, $"{request.RequestUri}: {(int)response.StatusCode} {text}");
        if (operation.Answer.Type != "application/json")
        {
            Assert.StartsWith(operation.Answer.Type, response.Content.Headers.ContentType?.ToString() ?? "", StringComparison.Ordinal);
            Assert.NotEmpty(text);
            return;
        }

        using var body = JsonDocument.Parse(text);
        var mismatches = Shape.Of(operation, body.RootElement).Distinct().ToArray();
        Assert.True(mismatches.Length == 0, $"{string.Join('\n', mismatches)}\nin {text}");
    }

    [Fact]
    public void Description_Read_Has87OperationsAndTwoWebhooks()
    {
        Assert.Equal(2, Operation.All.Count(operation => operation.Path.StartsWith("/chatwoot/webhook", StringComparison.Ordinal)));
        Assert.Equal(89, Operation.All.Count);
    }

    [Fact]
    public void Corrections_Compared_NameDocumentedOperations() =>
        Assert.All(Correction.All, correction => Assert.Contains(Operation.All, operation => operation.Name == correction.Operation));

    // What an example cannot know: ids of this world, and a slot that may be ended.
    private async Task<(string Slot, Dictionary<string, string> Known)> CircumstancesAsync(string name)
    {
        var slot = PairedSimulator.Paired;
        var known = new Dictionary<string, string>
        {
            ["message_id"] = paired.PictureId,
            ["chat_jid"] = paired.Chat,
            ["group_id"] = paired.GroupId,
            ["link"] = name.Contains("/group/", StringComparison.Ordinal) ? paired.GroupLink : "https://example.com",
            ["participants"] = OwnPhone,
            ["newsletter_id"] = "120363144038483540@newsletter",
            ["device_id"] = slot,
        };
        Array.ForEach(Assertion, part => known[part] = "AA");
        switch (name)
        {
            case "POST /devices":
                known["device_id"] = "documented";
                break;
            case "GET /app/login" or "GET /app/login-with-code" or "GET /app/logout" or "DELETE /devices/{device_id}" or "GET /devices/{device_id}/login"
                or "POST /devices/{device_id}/login/code" or "POST /devices/{device_id}/logout":
                known["device_id"] = slot = await paired.NewSlotAsync(CancellationToken);
                known["phone"] = OwnPhone;
                break;
            case "POST /app/passkey/response" or "POST /app/passkey/confirm":
                slot = await PasskeyAsync(answered: name.EndsWith("confirm", StringComparison.Ordinal));
                break;
            case "GET /user/info" or "GET /user/avatar":
                known["phone"] = paired.Chat;
                break;
            case "GET /user/business-profile":
                known["phone"] = "491701234567";
                break;
            case "POST /message/{message_id}/delete" or "POST /message/{message_id}/revoke":
                // Others need the message.
                known["message_id"] = "3EB0ABCDEF0123456789AB";
                break;
            case var message when message.Contains("/message/{message_id}/", StringComparison.Ordinal):
                known["phone"] = paired.Chat;
                break;
            case "POST /group/leave" or "POST /group/participants/remove" or "POST /group/participants/promote" or "POST /group/participants/demote":
                known["group_id"] = await paired.NewGroupAsync(CancellationToken);
                break;
            case "POST /send/poll":
                known["max_answer"] = "1";
                break;
            case "POST /newsletter/unfollow":
                known["newsletter_id"] = "120363024512399999@newsletter";
                break;
            case "POST /chatwoot/webhook" or "POST /chatwoot/webhook/{device_id}":
                known["secret"] = PairedSimulator.Secret;
                break;
            case "GET /chatwoot/configs" or "GET /devices/{device_id}/chatwoot/config":
                await ConfigureChatwootAsync();
                break;
        }

        return (slot, known);
    }

    private async Task<string> PasskeyAsync(bool answered)
    {
        var slot = await paired.NewSlotAsync(CancellationToken);
        using (await paired.Simulator.GetAsync("/app/login", slot, CancellationToken))
        {
        }

        await paired.Simulator.ControlAsync("passkey", new { device_id = slot, confirm = true }, CancellationToken);
        if (answered)
        {
            var operation = Operation.All.Single(operation => operation.Name == "POST /app/passkey/response");
            using var request = new Sample(operation, Assertion.ToDictionary(part => part, _ => "AA")).Request(slot);
            using var response = await paired.Simulator.Client.SendAsync(request, CancellationToken);
            response.EnsureSuccessStatusCode();
        }

        return slot;
    }

    private async Task ConfigureChatwootAsync()
    {
        var operation = Operation.All.Single(operation => operation.Name == "PUT /devices/{device_id}/chatwoot/config");
        using var request = new Sample(operation, new Dictionary<string, string> { ["device_id"] = PairedSimulator.Paired }).Request(PairedSimulator.Paired);
        using var response = await paired.Simulator.Client.SendAsync(request, CancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
