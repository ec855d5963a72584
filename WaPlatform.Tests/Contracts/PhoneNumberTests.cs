using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;

namespace WaPlatform.Tests.Contracts;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("5511999999999")]
    [InlineData("+5511999999999")]
    [InlineData("5511999999999@s.whatsapp.net")]
    [InlineData("+5511999999999@c.us")]
    public void TryParse_EveryAcceptedForm_GivesTheDigits(string text)
    {
        Assert.True(PhoneNumber.TryParse(text, out var number));
        Assert.Equal("5511999999999", number.Digits);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("123456")]
    [InlineData("1234567890123456")]
    [InlineData("0511999999999")]
    [InlineData("55119999x9999")]
    [InlineData("++5511999999999")]
    [InlineData("../5511999999999")]
    [InlineData("5511999999999\r\nX: y")]
    [InlineData("٥٥١١٩٩٩٩٩٩٩٩٩")]
    [InlineData("5511999999999@g.us")]
    public void TryParse_AnythingElse_IsRefused(string? text) => Assert.False(PhoneNumber.TryParse(text, out _));

    [Fact]
    public void Masked_HidesAllButTheLastFour() => Assert.Equal("*********9999", PhoneNumber.Parse("5511999999999").Masked);

    [Theory]
    [InlineData("+55 11 98888-7777", "5511988887777@s.whatsapp.net")]
    [InlineData("(5511) 98888.7777", "5511988887777@s.whatsapp.net")]
    [InlineData("5511988887777@c.us", "5511988887777@s.whatsapp.net")]
    [InlineData("120363025246125486@g.us", "120363025246125486@g.us")]
    [InlineData("5511988887777-1623456789@g.us", "5511988887777-1623456789@g.us")]
    [InlineData("251556368777322@lid", "251556368777322@lid")]
    [InlineData("120363024512399999@newsletter", "120363024512399999@newsletter")]
    public void Recipient_EveryAcceptedForm_GivesTheCanonicalJid(string text, string jid)
    {
        Assert.True(Recipient.TryParse(text, out var recipient));
        Assert.Equal(jid, recipient.Jid);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("abc")]
    [InlineData("123@example.com")]
    [InlineData("@g.us")]
    [InlineData("1-2@lid")]
    [InlineData("551198888\r\n7777")]
    public void Recipient_AnythingElse_IsRefused(string? text) => Assert.False(Recipient.TryParse(text, out _));
}
