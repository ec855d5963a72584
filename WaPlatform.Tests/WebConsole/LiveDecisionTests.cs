using System.Text.Json;
using WaPlatform.Console.Devices;
using WaPlatform.Console.Events;
using WaPlatform.Console.Live;
using WaPlatform.Console.Texts;

namespace WaPlatform.Tests.WebConsole;

public sealed class LiveDecisionTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 1)]
    [InlineData(4, 8)]
    [InlineData(5, 15)]
    [InlineData(1000, 15)]
    [InlineData(int.MaxValue, 15)]
    public void RedialDelay_Grows_AndEnds(int attempts, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), RedialDelay.After(attempts));

    [Fact]
    public void EventBuffer_ToldTwice_KeepsItOnce()
    {
        var buffer = new EventBuffer(3);

        Assert.True(buffer.Add(Event("1")));
        Assert.False(buffer.Add(Event("1")));
        Assert.Equal(1, buffer.Count);
    }

    [Fact]
    public void EventBuffer_Full_LetsTheOldestGo()
    {
        var buffer = new EventBuffer(3);
        foreach (var id in new[] { "1", "2", "3", "4" })
        {
            buffer.Add(Event(id));
        }

        Assert.Equal(["4", "3", "2"], buffer.Newest.Select(entry => entry.Id));
        Assert.True(buffer.Add(Event("1")));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("+5511", null, true)]
    [InlineData("7777", null, false)]
    [InlineData(null, "message.*", true)]
    [InlineData(null, "device.*, message.received", true)]
    [InlineData(null, "device.*", false)]
    [InlineData("7777", "message.*", false)]
    public void EventFilter_BothConditionsHold(string? device, string? type, bool passes) => Assert.Equal(passes, new EventFilter(device, type).Passes(Event("1")));

    [Theory]
    [InlineData("message.*, device.state_changed", "message.*,device.state_changed")]
    [InlineData("message", null)]
    [InlineData("message.", null)]
    [InlineData("", null)]
    public void EventFilter_WholeType_IsWhatTheApiTakes(string typed, string? asked) => Assert.Equal(asked, new EventFilter(null, typed).WholeType);

    [Theory]
    [InlineData(new double[0], "")]
    [InlineData(new double[] { 5 }, "")]
    [InlineData(new double[] { 0, 10 }, "0,26 100,2")]
    [InlineData(new double[] { 0, 0, 0 }, "0,26 50,26 100,26")]
    public void SparkPoints_ScaleBeginsAtZero(double[] values, string points) => Assert.Equal(points, SparkPoints.Of(values));

    [Theory]
    [InlineData("+55 (11) 99999-9999", "5511999999999")]
    [InlineData("55.11.99999/9999", "5511999999999")]
    [InlineData(null, "")]
    public void PhoneInput_LeavesOutWhatPeoplePutBetweenDigits(string? typed, string digits) => Assert.Equal(digits, PhoneInput.Digits(typed));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(-5, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(3599, "59 min")]
    [InlineData(172_799, "47 h")]
    [InlineData(172_800, "2 d")]
    public void Display_Span_InItsLargestUnit(double seconds, string text) => Assert.Equal(text, Display.Span(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("time=\"…\" level=error msg=\"no\"", true)]
    [InlineData("panic: runtime error", true)]
    [InlineData("time=\"…\" level=info msg=\"no error\"", false)]
    public void LogTone_GoesByTheLevel(string text, bool isError) => Assert.Equal(isError, LogTone.IsError(new LogLine(DateTimeOffset.UnixEpoch, "stderr", text)));

    [Theory]
    [InlineData("pt-PT", "pt-BR")]
    [InlineData("pt", "pt-BR")]
    [InlineData("de-DE", "en")]
    [InlineData(null, "en")]
    public void Languages_Pick_WhatComesNearest(string? wanted, string language) => Assert.Equal(language, Languages.Pick(wanted));

    private static JournalEvent Event(string id) =>
        new(id, "5511999990001", 1, "message.received", DateTimeOffset.UnixEpoch, "webhook", JsonSerializer.SerializeToElement(new { }));
}
