using WaPlatform.Contracts.Messages;
using WaPlatform.Gateway.Media;
using WaPlatform.Gateway.Messages;

namespace WaPlatform.Tests.Gateway.Media;

public sealed class MediaRuleTests
{
    [Theory]
    [InlineData(MessageType.Image, "image/png; charset=x", "a", "image/png")]
    [InlineData(MessageType.Image, "IMAGE/JPEG", "a", "image/jpeg")]
    [InlineData(MessageType.Image, "application/octet-stream", "a.PNG", "image/png")]
    [InlineData(MessageType.Image, null, "a.jpg", "image/jpeg")]
    [InlineData(MessageType.Image, "image/webp", "a.png", null)]
    [InlineData(MessageType.Image, null, "a", null)]
    [InlineData(MessageType.Image, "text/html", "a.png", null)]
    [InlineData(MessageType.Sticker, "image/webp", "a", "image/webp")]
    [InlineData(MessageType.Video, null, "a.mkv", "video/x-matroska")]
    [InlineData(MessageType.Video, "video/quicktime", "a.mp4", null)]
    [InlineData(MessageType.Audio, null, "a.ogg", "audio/ogg")]
    [InlineData(MessageType.Audio, null, "a.opus", "audio/ogg")]
    [InlineData(MessageType.Audio, "audio/mp4", "a", "audio/m4a")]
    [InlineData(MessageType.Audio, "audio/ogg; codecs=opus", "a", "audio/ogg")]
    [InlineData(MessageType.File, "text/html", "a", "text/html")]
    [InlineData(MessageType.File, "not a type", "a.pdf", "application/pdf")]
    [InlineData(MessageType.File, null, "a", "application/octet-stream")]
    public void Takes_DeclaredOrGuessed_WhatTheEngineTakes(MessageType type, string? header, string name, string? expected)
    {
        var takes = SendKinds.Of(type).Media!.Takes(MediaRule.Declared(header), name, out var contentType);

        Assert.Equal(expected is not null, takes);
        if (takes)
        {
            Assert.Equal(expected, contentType);
        }
    }

    [Fact]
    public void Limits_LeaveRoomForTheFrame_WithinTheEnginesRequest()
    {
        Assert.Equal([20_000_000, 50_000_000, 99_000_000, 50_000_000, 20_000_000], SendKinds.All.Select(kind => kind.Media?.Limit).OfType<long>());
        Assert.Equal(99_000_000, MediaRule.LargestLimit);
        Assert.True(SendForm.MaxBody > MediaRule.LargestLimit);
    }
}
