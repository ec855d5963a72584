using WaPlatform.Console.Messages;

namespace WaPlatform.Tests.WebConsole;

public sealed class SendDraftTests
{
    private readonly SendDraft _draft = new("5511999999999") { To = " 5511888888888 " };

    [Fact]
    public void ToJson_Text_HasWhatTheApiAsksFor()
    {
        Choose("text");
        _draft["message"] = "Olá";

        Assert.Equal("""{"from":"5511999999999","to":"5511888888888","type":"text","message":"Ol\u00E1","wait":false}""", _draft.ToJson().ToJsonString());
    }

    [Fact]
    public void ToJson_Poll_OptionsAreAList()
    {
        Choose("poll");
        _draft["question"] = "Which?";
        _draft["options"] = "One\n\n Two \n";

        Assert.Equal("""["One","Two"]""", _draft.ToJson()["options"]!.ToJsonString());
        Assert.Equal(["One", "Two"], _draft.ToParts().Where(part => part.Name == "options").Select(part => part.Value));
    }

    [Fact]
    public void ToJson_Presence_HasNoRecipient()
    {
        Choose("presence");

        Assert.Null(_draft.ToJson()["to"]);
        Assert.Equal("available", (string?)_draft.ToJson()["presence"]);
    }

    [Fact]
    public void Choose_AnotherKind_ForgetsTheMembersOfTheOneBefore()
    {
        Choose("text");
        Choose("image");
        _draft["viewOnce"] = "true";

        Assert.Null(_draft.ToJson()["message"]);
        Assert.True((bool?)_draft.ToJson()["viewOnce"]);
    }

    [Fact]
    public void Curl_QuotesWhatAShellWouldChange()
    {
        Choose("text");
        _draft["message"] = "It's $HOME `id` \"now\"";

        var command = Curl.Json(new Uri("http://localhost:3000/"), "api/messages/send", _draft.ToJson());

        Assert.Contains("curl 'http://localhost:3000/api/messages/send' -H \"Authorization: Bearer $TOKEN\"", command, StringComparison.Ordinal);
        Assert.Contains("It'\\''s $HOME `id` \\\"now\\\"", command, StringComparison.Ordinal);
    }

    [Fact]
    public void Curl_Form_SendsTextsAsTexts()
    {
        Choose("image");
        _draft["caption"] = "@secret;type=x";

        var command = Curl.Form(new Uri("http://localhost:3000/"), "api/messages/send", _draft.ToParts(), "a\"b.png");

        Assert.Contains("--form-string 'caption=@secret;type=x'", command, StringComparison.Ordinal);
        Assert.Contains("""-F 'media=@"a\"b.png"'""", command, StringComparison.Ordinal);
    }

    private void Choose(string kind) => _draft.Choose(SendKind.All.Single(known => known.Name == kind));
}
