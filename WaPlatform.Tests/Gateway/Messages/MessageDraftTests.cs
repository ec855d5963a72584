using Microsoft.Extensions.Time.Testing;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Messages;

namespace WaPlatform.Tests.Gateway.Messages;

public sealed class MessageDraftTests
{
    private static readonly SendRequest Good = new() { From = "5511999999999", To = "+55 11 8888-8888", Message = "hello" };

    [Theory]
    [InlineData("text")]
    [InlineData(null)]
    public void Read_Text_IsTakenAndCanonical(string? type)
    {
        var errors = new FieldErrors();

        var draft = Read(Good with { Type = type, Message = "olá \"<x>\"\n😀" }, "key-1", errors);

        Assert.False(errors.Any);
        Assert.Equal("551188888888@s.whatsapp.net", draft!.To.Jid);
        Assert.Contains("olá", draft.Body, StringComparison.Ordinal);
        Assert.Equal(5, draft.Priority);
        Assert.NotNull(draft.RequestHash);
    }

    public static TheoryData<string, string> Bad => new()
    {
        { "from", "" }, { "from", "abc" }, { "from", new string('5', 200) },
        { "to", "" }, { "to", "abc" }, { "to", "x@g.us" }, { "to", "1@evil.example" }, { "to", new string('5', 200) },
        { "type", "" }, { "type", "TEXT" }, { "type", "nonsense" },
        { "message", "" }, { "message", " \n" }, { "message", "a\0b" }, { "message", new string('x', 65_537) },
        { "tag", new string('x', 129) }, { "tag", "a\r\nb" },
        { "Idempotency-Key", "" }, { "Idempotency-Key", "a b" }, { "Idempotency-Key", "é" }, { "Idempotency-Key", new string('x', 129) },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Read_FieldNotValid_IsNamed(string field, string value)
    {
        var errors = new FieldErrors();
        var request = field switch
        {
            "from" => Good with { From = value },
            "to" => Good with { To = value },
            "type" => Good with { Type = value },
            "message" => Good with { Message = value },
            "tag" => Good with { Tag = value },
            _ => Good,
        };

        Assert.Null(Read(request, field == "Idempotency-Key" ? value : null, errors));
        Assert.Equal([field], errors.ByField.Keys);
    }

    [Fact]
    public void Read_SameMeaningInAnotherForm_HasTheSameHash()
    {
        var errors = new FieldErrors();

        var first = Read(Good, "k", errors)!;
        var same = Read(Good with { From = "+5511999999999", To = "551188888888@c.us", Type = "text", Wait = false }, "k", errors)!;
        var other = Read(Good with { Message = "hello!" }, "k", errors)!;

        Assert.Equal(first.RequestHash, same.RequestHash);
        Assert.NotEqual(first.RequestHash, other.RequestHash);
    }

    private static MessageDraft? Read(SendRequest request, string? key, FieldErrors errors) =>
        MessageDraft.Read(request, request.From, key, upload: null, DateTimeOffset.UnixEpoch, errors);

    [Fact]
    public void MessageIds_WithinOneMillisecond_Grow()
    {
        var ids = new MessageIds(new FakeTimeProvider());

        var made = Enumerable.Range(0, 10_000).Select(_ => ids.Next().ToString()).ToList();

        Assert.Equal(made.Order(StringComparer.Ordinal), made);
        Assert.Equal(made.Count, made.Distinct().Count());
        Assert.All(made, id => Assert.Equal('7', id[14]));
        Assert.All(made, id => Assert.Contains(id[19], "89ab"));
    }
}
