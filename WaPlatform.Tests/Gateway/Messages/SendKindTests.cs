using System.Text.Json;
using WaPlatform.Contracts.Messages;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Messages;

namespace WaPlatform.Tests.Gateway.Messages;

public sealed class SendKindTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"message":"hi"}""", """{"message":"hi"}""")]
    [InlineData("""{"type":"text","message":"hi","mentions":["+55 11 8888-8888","@everyone","123@lid"],"replyTo":"3EB0","duration":86400,"isForwarded":true}""",
        """{"message":"hi","mentions":["551188888888","@everyone","123@lid"],"reply_message_id":"3EB0","duration":86400,"is_forwarded":true}""")]
    [InlineData("""{"type":"image","mediaUrl":"https://x.example/a.png","caption":"c","viewOnce":true,"compress":false,"hd":true,"replyTo":"A"}""",
        """{"caption":"c","view_once":true,"compress":false,"hd":true,"reply_message_id":"A"}""")]
    [InlineData("""{"type":"file","mediaUrl":"https://x.example/a","fileName":"a.pdf"}""", "{}")]
    [InlineData("""{"type":"video","mediaUrl":"https://x.example/a","gifPlayback":true}""", """{"gif_playback":true}""")]
    [InlineData("""{"type":"audio","mediaUrl":"https://x.example/a","ptt":true}""", """{"ptt":true}""")]
    [InlineData("""{"type":"sticker","mediaUrl":"https://x.example/a","duration":0}""", """{"duration":0}""")]
    [InlineData("""{"type":"contact","contactName":"Ana","contactPhone":"+55 11"}""", """{"contact_name":"Ana","contact_phone":"+55 11"}""")]
    [InlineData("""{"type":"link","link":"https://x.example/?q=é","caption":"c"}""", """{"link":"https://x.example/?q=é","caption":"c"}""")]
    [InlineData("""{"type":"location","latitude":-23.5505,"longitude":"-46.633300"}""", """{"latitude":"-23.5505","longitude":"-46.6333"}""")]
    [InlineData("""{"type":"location","latitude":1e-7,"longitude":180}""", """{"latitude":"0.0000001","longitude":"180"}""")]
    [InlineData("""{"type":"poll","question":"q","options":["a","b"]}""", """{"question":"q","options":["a","b"],"max_answer":1}""")]
    [InlineData("""{"type":"poll","question":"q","options":["a","b"],"maxAnswer":2}""", """{"question":"q","options":["a","b"],"max_answer":2}""")]
    [InlineData("""{"type":"presence","presence":"available","to":null}""", """{"type":"available"}""")]
    [InlineData("""{"type":"chatPresence","action":"start"}""", """{"action":"start"}""")]
    [InlineData("""{"message":"hi","unknown":[1,{"a":2}],"caption":null,"mediaUrl":""}""", """{"message":"hi"}""")]
    public void Read_EveryKind_IsTheEnginesBody(string json, string body)
    {
        var draft = Read(json, out var errors);

        Assert.Empty(errors);
        Assert.Equal(body, draft!.Body);
    }

    [Fact]
    public void Read_Presence_IsKeptUnderTheDevicesOwnName()
    {
        var draft = Read("""{"type":"presence","presence":"unavailable","to":"nobody"}""", out _);

        Assert.Equal((MessageType.Presence, "5511999999999@s.whatsapp.net"), (draft!.Type, draft.To.Jid));
    }

    [Theory]
    [InlineData("""{"type":"poll","options":["a","a",""],"maxAnswer":4}""", "question", "options[2]", "options", "maxAnswer")]
    [InlineData("""{"type":"location","latitude":"91","longitude":"NaN"}""", "latitude", "longitude")]
    [InlineData("""{"type":"location"}""", "latitude", "longitude")]
    [InlineData("""{"type":"contact","contactName":" "}""", "contactName", "contactPhone")]
    [InlineData("""{"type":"link","link":"example","caption":""}""", "link", "caption")]
    [InlineData("""{"type":"link","link":"javascript:alert(1)","caption":"c"}""", "link")]
    [InlineData("""{"type":"image","message":"m","latitude":1}""", "message", "latitude", "mediaUrl")]
    [InlineData("""{"type":"image","mediaUrl":"file:///etc/passwd"}""", "mediaUrl")]
    [InlineData("""{"type":"sticker","mediaUrl":"https://x.example/a","caption":"c","replyTo":"A","simulateTyping":true}""", "simulateTyping", "replyTo", "caption")]
    [InlineData("""{"type":"presence","presence":"away","duration":0}""", "presence", "duration")]
    [InlineData("""{"type":"chatPresence","action":"stop","isForwarded":true}""", "isForwarded")]
    [InlineData("""{"message":"m","duration":5,"replyTo":"a b","mentions":["x",""]}""", "mentions[0]", "mentions[1]", "replyTo", "duration")]
    [InlineData("""{"mediaUrl":"https://x.example/a.png","message":"m"}""", "type")]
    [InlineData("""{"type":"Image","mediaUrl":"https://x.example/a.png"}""", "type")]
    [InlineData("""{"message":"m","caption":"a\u0000b"}""", "caption")]
    public void Read_WhatTheKindDoesNotTake_IsNamedAllAtOnce(string json, params string[] fields)
    {
        Assert.Null(Read(json, out var errors));
        Assert.Equal(fields, errors.Keys);
    }

    [Theory]
    [InlineData("2026-05-01T12:00:01Z", "2026-05-01T12:00:01Z")]
    [InlineData("2026-05-01T10:00:00-03:00", "2026-05-01T13:00:00Z")]
    [InlineData("2027-05-01T11:59:59.123456789Z", "2027-05-01T11:59:59.123456Z")]
    [InlineData("2026-05-01T12:00:00Z", null)]
    [InlineData("2020-01-01T00:00:00Z", null)]
    public void ToMessage_SendAt_IsDueThen(string sendAt, string? due)
    {
        var draft = Read($$"""{"message":"m","sendAt":"{{sendAt}}","ttlSeconds":60}""", out _);

        var message = draft!.ToMessage(Guid.NewGuid(), Now);

        DateTimeOffset? scheduled = due is null ? null : DateTimeOffset.Parse(due, null);
        Assert.Equal(scheduled, message.ScheduledAt);
        Assert.Equal(scheduled ?? Now, message.DueAt);
        Assert.Equal((scheduled ?? Now).AddSeconds(60), message.ExpiresAt);
        Assert.Equal(due is null ? MessageStatus.Queued : MessageStatus.Scheduled, message.Status);
    }

    [Theory]
    [InlineData("sendAt", "\"2027-05-01T12:00:01Z\"")]
    [InlineData("sendAt", "\"2026-06-01T12:00:00\"")]
    [InlineData("sendAt", "\"2026-06-01\"")]
    [InlineData("sendAt", "\"tomorrow\"")]
    [InlineData("sendAt", "\"2026-02-30T12:00:00Z\"")]
    [InlineData("ttlSeconds", "0")]
    [InlineData("ttlSeconds", "31536001")]
    public void Read_TimesThatCannotBe_AreNamed(string field, string value)
    {
        Assert.Null(Read($$"""{"message":"m","{{field}}":{{value}}}""", out var errors));
        Assert.Equal([field], errors.Keys);
    }

    [Theory]
    [InlineData("""{"message":"m"}""")]
    [InlineData("""{"message":"m","simulateTyping":true}""")]
    [InlineData("""{"message":"m","sendAt":"2026-06-01T12:00:00Z"}""")]
    [InlineData("""{"message":"m","ttlSeconds":5}""")]
    [InlineData("""{"message":"m","replyTo":"A"}""")]
    [InlineData("""{"type":"image","mediaUrl":"https://x.example/a"}""")]
    [InlineData("""{"type":"image","mediaUrl":"https://x.example/b"}""")]
    [InlineData("""{"type":"image","mediaUrl":"https://x.example/a","fileName":"a.png"}""")]
    public void Read_AnythingThatChangesWhatIsSent_ChangesTheHash(string json)
    {
        var other = Read("""{"message":"m","priority":4}""", out _);

        Assert.NotEqual(other!.RequestHash, Read(json, out _)!.RequestHash);
        Assert.Equal(Read(json, out _)!.RequestHash, Read(json, out _)!.RequestHash);
        Assert.Single(Seen(), hash => hash == Read(json, out _)!.RequestHash);
    }

    [Fact]
    public void Read_Uploads_DifferByContentAndName()
    {
        var hashes = ((string?, string)[])[("a.png", "1"), ("a.png", "2"), ("b.png", "1")];

        var read = hashes.Select(upload => Read("""{"type":"image"}""", out _, new Upload("k", 3, "image/png", upload.Item1, upload.Item2))!.RequestHash).ToList();

        Assert.Equal(3, read.Distinct().Count());
    }

    [Theory]
    [InlineData("""{"type":"image"}""", "text/html", 3L, "media")]
    [InlineData("""{"type":"image"}""", "image/png", 0L, "media")]
    [InlineData("""{"type":"image","mediaUrl":"https://x.example/a"}""", "image/png", 3L, "mediaUrl")]
    [InlineData("""{"message":"m"}""", "image/png", 3L, "type")]
    [InlineData("""{"type":"text","message":"m"}""", "image/png", 3L, "media")]
    public void Read_FileThatDoesNotFit_IsNamed(string json, string contentType, long size, string field)
    {
        Assert.Null(Read(json, out var errors, new Upload("k", size, contentType, null, "1")));
        Assert.Equal([field], errors.Keys);
    }

    private static IEnumerable<string?> Seen() => ((string[])
    [
        """{"message":"m"}""", """{"message":"m","simulateTyping":true}""", """{"message":"m","sendAt":"2026-06-01T12:00:00Z"}""", """{"message":"m","ttlSeconds":5}""",
        """{"message":"m","replyTo":"A"}""", """{"type":"image","mediaUrl":"https://x.example/a"}""", """{"type":"image","mediaUrl":"https://x.example/b"}""",
        """{"type":"image","mediaUrl":"https://x.example/a","fileName":"a.png"}""",
    ]).Select(json => Read(json, out _)!.RequestHash);

    private static MessageDraft? Read(string json, out IReadOnlyDictionary<string, string[]> errors, Upload? upload = null)
    {
        var request = JsonSerializer.Deserialize(json, SendJson.Send)!;
        var found = new FieldErrors();
        var draft = MessageDraft.Read(request.To is null ? request with { To = "551188888888" } : request, "5511999999999", "key", upload, Now, found);
        errors = found.ByField;
        return draft;
    }
}
