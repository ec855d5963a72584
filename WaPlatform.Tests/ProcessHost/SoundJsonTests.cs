using System.Text;
using System.Text.Json;
using WaPlatform.ProcessHost.Events;

namespace WaPlatform.Tests.ProcessHost;

public sealed class SoundJsonTests
{
    [Theory]
    [InlineData("""{"a":"\ud800"}""", """{"a":"\ufffd"}""")]
    [InlineData("""{"a":"\uDC00x\n"}""", """{"a":"\ufffdx\n"}""")]
    [InlineData("""{"a":"\ud800\ud83d\ude00\udc00"}""", """{"a":"\ufffd\ud83d\ude00\ufffd"}""")]
    [InlineData("""{"\ud800":1,"b":["\ud800\u0041"]}""", """{"\ufffd":1,"b":["\ufffd\u0041"]}""")]
    public void Of_HalvesOfCharacters_AreReplaced(string json, string expected) => Assert.Equal(expected, Sound(json));

    [Theory]
    [InlineData("""{"a":"\ud83d\ude00"}""")]
    [InlineData("""{"a":"\\ud800"}""")]
    [InlineData("""{"a":"\\\\ud800\"\\"}""")]
    [InlineData("""{"a":"é 😀","n":1.50}""")]
    [InlineData("null")]
    public void Of_Text_StaysAsItIs(string json) => Assert.Equal(json, Sound(json));

    [Fact]
    public void Of_BytesThatAreNoUtf8_CanBeWrittenAgain()
    {
        byte[] bytes = [.. "{\"a\":\"x"u8, 0xC3, 0x28, .. "\"}"u8];
        var reader = new Utf8JsonReader(bytes);

        var sound = SoundJson.Of(JsonElement.ParseValue(ref reader));

        Assert.Equal("x\ufffd(", sound.GetProperty("a").GetString());
    }

    [Fact]
    public void Of_Nothing_IsNothing() => Assert.Equal(JsonValueKind.Undefined, SoundJson.Of(default).ValueKind);

    // What a writer takes is what it was about.
    private static string Sound(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        var sound = SoundJson.Of(JsonElement.ParseValue(ref reader));
        JsonSerializer.SerializeToUtf8Bytes(sound);
        return sound.GetRawText();
    }
}
