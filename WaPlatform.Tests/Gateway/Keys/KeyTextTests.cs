using WaPlatform.Gateway.Keys;

namespace WaPlatform.Tests.Gateway.Keys;

public sealed class KeyTextTests
{
    private const string Good = "wak_0123456789ab_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ";

    [Fact]
    public void Create_IsReadBackAndMatchesItsHashOnly()
    {
        var (text, prefix, hash) = KeyText.Create();
        var (otherText, otherPrefix, otherHash) = KeyText.Create();

        Assert.True(KeyText.TryRead(text, out var readPrefix, out var secret));
        Assert.Equal(prefix, readPrefix);
        Assert.True(KeyText.Matches(hash, secret));
        Assert.False(KeyText.Matches(otherHash, secret));
        Assert.Matches("^wak_[A-Za-z0-9]{12}_[A-Za-z0-9]{43}$", text);
        Assert.DoesNotContain(secret, hash, StringComparison.Ordinal);
        Assert.NotEqual((text, prefix), (otherText, otherPrefix));
    }

    [Theory]
    [InlineData(Good, true)]
    [InlineData("", false)]
    [InlineData("wak_", false)]
    [InlineData("WAK_0123456789ab_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ", false)]
    [InlineData(Good + "x", false)]
    [InlineData("wak_0123456789ab-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ", false)]
    [InlineData("wak_0123456789a%_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ", false)]
    [InlineData("wak_0123456789ab_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO\u00e9Q", false)]
    [InlineData("wak_0123456789ab_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO\0Q", false)]
    public void TryRead_TakesTheFormOnly(string text, bool expected) => Assert.Equal(expected, KeyText.TryRead(text, out _, out _));
}
