using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Messages;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.Tests.ProcessHost;

public sealed class SendPolicyTests
{
    [Theory]
    [InlineData(200, """{"code":"SUCCESS","message":"ok","results":{"message_id":"3EB0","status":"ok"}}""", "Sent")]
    [InlineData(200, """{"code":"SUCCESS","message":"ok","results":{"status":"ok"}}""", "Unacknowledged")]
    [InlineData(400, """{"code":"VALIDATION_ERROR","message":"message: cannot be blank."}""", "Permanent")]
    [InlineData(400, """{"code":"INVALID_JID","message":"Phone x is not on whatsapp"}""", "Permanent")]
    [InlineData(401, """{"code":"AUTHENTICATION_ERROR","message":"you are not connect"}""", "Unavailable")]
    [InlineData(500, """{"code":"INVALID_WA_CLI","message":"your WhatsApp CLI is invalid or empty"}""", "Unavailable")]
    [InlineData(429, """{"code":"WA_REACHOUT_TIMELOCK","message":"463"}""", "Timelock")]
    [InlineData(429, """{"code":"TOO_MANY","message":"x"}""", "Unavailable")]
    [InlineData(408, """{"code":"CONTEXT_ERROR","message":"x"}""", "Unacknowledged")]
    [InlineData(504, """{"code":"GATEWAY_TIMEOUT","message":"Request timed out"}""", "Unacknowledged")]
    [InlineData(500, """{"code":"UPLOAD_MEDIA_ERROR","message":"x"}""", "Transient")]
    [InlineData(500, """{"code":"INTERNAL_SERVER_ERROR","message":"failed to send message: server returned error 479"}""", "Transient")]
    [InlineData(500, """{"code":"INTERNAL_SERVER_ERROR","message":"websocket not connected"}""", "Unavailable")]
    [InlineData(500, """{"code":"INTERNAL_SERVER_ERROR","message":"bind from body: unexpected end of JSON input"}""", "Permanent")]
    [InlineData(500, """{"code":"INTERNAL_SERVER_ERROR","message":"timed out waiting for message send response"}""", "Unacknowledged")]
    [InlineData(502, "Bad Gateway", "Unacknowledged")]
    [InlineData(401, "Unauthorized", "Unavailable")]
    [InlineData(413, "Request Entity Too Large", "Permanent")]
    public void From_WhatTheEngineAnswers_SaysWhetherToSendAgain(int status, string body, string expected) =>
        Assert.Equal(expected, SendOutcome.From(EngineAnswer.Parse(status, Encoding.UTF8.GetBytes(body))).Class.ToString());

    [Fact]
    public void From_NothingListened_MaySendAgain() =>
        Assert.Equal(SendClass.Unavailable, SendOutcome.From(new HttpRequestException("x", new EngineUnreachableException("x", new SocketException()))).Class);

    [Fact]
    public void From_ConnectionCutOrTimeOut_NobodyKnows()
    {
        Assert.Equal(SendClass.Unknown, SendOutcome.From(new HttpRequestException("cut off")).Class);
        Assert.Equal(SendClass.Unacknowledged, SendOutcome.From(new TimeoutException()).Class);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("""{"message":"x"}""")]
    [InlineData("""{"code":5}""")]
    [InlineData("")]
    public void Parse_RubbishWithStatus200_IsRefused(string body) =>
        Assert.Throws<EngineGarbageException>(() => EngineAnswer.Parse(200, Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData(MessageStatus.Sent, "delivered", MessageStatus.Delivered)]
    [InlineData(MessageStatus.Sent, "read", MessageStatus.Read)]
    [InlineData(MessageStatus.Delivered, "read", MessageStatus.Read)]
    [InlineData(MessageStatus.Uncertain, "delivered", MessageStatus.Delivered)]
    [InlineData(MessageStatus.Read, "delivered", null)]
    [InlineData(MessageStatus.Delivered, "delivered", null)]
    [InlineData(MessageStatus.Sent, "read-self", null)]
    [InlineData(MessageStatus.Failed, "delivered", null)]
    [InlineData(MessageStatus.Sent, null, null)]
    public void Next_Receipts_NeverMoveAStatusBackwards(MessageStatus current, string? receipt, MessageStatus? expected) =>
        Assert.Equal(expected, ReceiptProgress.Next(current, receipt));

    [Theory]
    [InlineData(1, 1000, new double[] { }, 0)]
    [InlineData(1, 1000, new double[] { 300 }, 700)]
    [InlineData(1, 1000, new double[] { 1000 }, 0)]
    [InlineData(2, 1000, new double[] { 300 }, 0)]
    [InlineData(2, 1000, new double[] { 900, 300 }, 100)]
    [InlineData(1, 0, new double[] { 0, 0, 0 }, 0)]
    public void Wait_StartsInTheInterval_AreNeverMoreThanTheCap(int cap, int intervalMs, double[] ages, double expectedMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), Pacing.Wait([.. ages.Select(TimeSpan.FromMilliseconds)], new QueueSettings(1, intervalMs, cap)));

    [Theory]
    [InlineData(1, 0.5, 1)]
    [InlineData(2, 0.5, 2)]
    [InlineData(4, 0.5, 8)]
    [InlineData(4, 0, 6.4)]
    [InlineData(4, 1, 9.6)]
    [InlineData(1000, 0.5, 300)]
    public void After_EachFailure_DoublesThePauseWithJitterUpToTheLongest(int failures, double random, double seconds) =>
        Assert.Equal(seconds, RetryDelay.After(failures, new SendingOptions(), random).TotalSeconds, 3);

    [Theory]
    [InlineData(0, 0.8)]
    [InlineData(50, 3)]
    [InlineData(60_000, 8)]
    public void TypingTime_OfAText_IsAPersonsWithinReason(int characters, double seconds) =>
        Assert.Equal(seconds, MessageSender.TypingTime(characters).TotalSeconds, 3);

    // What gowa keeps of a sent message, by kind (usecase/send.go).
    [Theory]
    [InlineData(MessageType.Text, """{"message":"hi"}""", "hi", "", true)]
    [InlineData(MessageType.Text, """{"message":"hi"}""", "hi there", "", false)]
    [InlineData(MessageType.Image, """{"caption":"sea"}""", "🖼️ sea", "image", true)]
    [InlineData(MessageType.Image, """{"caption":"sea"}""", "🖼️ sea", "video", false)]
    [InlineData(MessageType.Image, """{}""", "🖼️ Image", "image", true)]
    [InlineData(MessageType.File, """{"caption":"bill"}""", "📄 bill", "document", true)]
    [InlineData(MessageType.Audio, """{"ptt":true}""", "🎵 Audio", "audio", true)]
    [InlineData(MessageType.Contact, """{"contact_name":"Ana","contact_phone":"55"}""", "👤 Ana", "", true)]
    [InlineData(MessageType.Link, """{"link":"https://a.example","caption":"look"}""", "🔗 look", "", true)]
    [InlineData(MessageType.Location, """{"latitude":"-23.5","longitude":"-46.6"}""", "📍 -23.5, -46.6", "", true)]
    [InlineData(MessageType.Poll, """{"question":"When?"}""", "📊 When?", "", true)]
    [InlineData(MessageType.Poll, """{"question":"When?"}""", "📊 Where?", "", false)]
    [InlineData(MessageType.ChatPresence, """{"action":"start"}""", "start", "", false)]
    public void Matches_RowsOfTheChatStorage_KnowsOurOwn(MessageType type, string body, string content, string mediaType, bool expected) =>
        Assert.Equal(expected, SentContent.Matches(type, JsonNode.Parse(body)!.AsObject(), new EngineChat("3EB0", content, mediaType)));

    [Theory]
    [InlineData("""{"data":[{"id":"A","content":"x","media_type":""},{"id":"B"},{"content":"no id"}]}""", 2)]
    [InlineData("""{"data":null}""", 0)]
    [InlineData("""{"data":"rubbish"}""", null)]
    [InlineData("""{}""", null)]
    public void Rows_OfAnAnswer_AreReadOrRefused(string results, int? expected) =>
        Assert.Equal(expected, EngineChat.Rows(EngineAnswer.Parse(200, Encoding.UTF8.GetBytes($$"""{"code":"SUCCESS","message":"ok","results":{{results}}}""")))?.Count);
}
