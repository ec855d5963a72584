using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using WaPlatform.Contracts.Events;
using WaPlatform.Gateway.Lists;
using WaPlatform.Tests.Gateway.Hosting;
using static WaPlatform.Tests.Gateway.Access.TwoDevices;

namespace WaPlatform.Tests.Gateway.Access;

/// <summary>Somebody whose key is good for one device wants to reach another one.</summary>
public sealed class OtherDeviceTests(TwoDevices devices) : IClassFixture<TwoDevices>
{
    private static readonly string Encoded = string.Concat(Other.Select(digit => $"%3{digit}"));
    private static readonly string Text = $$"""{"from":"{{Other}}","to":"5511888888888","message":"hi","wait":false}""";

    private static readonly Dictionary<string, Func<HttpRequestMessage>> Ways = new()
    {
        ["device"] = () => Get($"/api/devices/{Other}"),
        ["device, encoded"] = () => Get($"/api/devices/{Encoded}"),
        ["device, plus"] = () => Get($"/api/devices/+{Other}"),
        ["device, encoded plus"] = () => Get($"/api/devices/%2B{Other}"),
        ["device, JID"] = () => Get($"/api/devices/{Other}@s.whatsapp.net"),
        ["device, encoded JID"] = () => Get($"/api/devices/{Other}%40S.WhatsApp.net"),
        ["device, old JID"] = () => Get($"/api/devices/%2b{Other}@c.us"),
        ["device, slash behind"] = () => Get($"/api/devices/{Other}/"),
        ["device, double slash"] = () => Get($"/api//devices//{Other}"),
        ["device, other letters"] = () => Get($"/API/Devices/{Other}"),
        ["device, dot segments"] = () => Get($"/api/devices/{Own}/../{Other}"),
        ["device, encoded dot segments"] = () => Get($"/api/devices/{Own}/%2e%2e/{Other}"),
        ["device, encoded slash"] = () => Get($"/api/devices/{Own}%2F..%2F{Other}"),
        ["device, own in the query"] = () => Get($"/api/devices/{Other}?phone={Own}&device={Own}"),
        ["device, own in headers"] = () => Header(Get($"/api/devices/{Other}"), "X-Device-Id", Own),
        ["device, other method by header"] = () => Header(Post($"/api/devices/{Other}/start"), "X-HTTP-Method-Override", "GET"),
        ["change"] = () => Send("PATCH", $"/api/devices/{Other}", """{"name":"mine"}"""),
        ["remove"] = () => Send("DELETE", $"/api/devices/{Other}?erase=true"),
        ["start"] = () => Post($"/api/devices/{Other}/start"),
        ["log out"] = () => Post($"/api/devices/{Other}/logout"),
        ["QR code"] = () => Get($"/api/devices/{Other}/qr"),
        ["QR code as a picture"] = () => Header(Get($"/api/devices/{Other}/qr"), "Accept", "image/png"),
        ["pairing code"] = () => Post($"/api/devices/{Other}/pairing-code"),
        ["logs"] = () => Get($"/api/devices/{Other}/logs"),
        ["logs as a stream"] = () => Header(Get($"/api/devices/{Other}/logs"), "Accept", "text/event-stream"),
        ["status"] = () => Get($"/api/devices/{Other}/status"),
        ["history"] = () => Get($"/api/devices/{Other}/history"),
        ["history, cursor"] = () => Get($"/api/devices/{Other}/history?after={PageRequest.Encode("999999")}"),
        ["devices"] = () => Get("/api/devices"),
        ["devices, search"] = () => Get($"/api/devices?search={Mark}"),
        ["devices, state"] = () => Get("/api/devices?state=stopped&limit=500"),
        ["devices, cursor"] = () => Get($"/api/devices?after={PageRequest.Encode(Own)}"),
        ["register"] = () => Post("/api/devices", $$"""{"phoneNumber":"{{Other}}","autoStart":false}"""),
        ["register anew"] = () => Post("/api/devices", """{"phoneNumber":"5551000000043","autoStart":false}"""),
        ["health of devices"] = () => Get("/api/health/devices"),
        ["send"] = () => Post("/api/messages/send", Text),
        ["send, JID"] = () => Post("/api/messages/send", Text.Replace(Other, $"+{Other}@s.whatsapp.net", StringComparison.Ordinal)),
        ["send, two senders"] = () => Post("/api/messages/send", Text.Replace("\"to\"", $"\"from\":\"{Own}\",\"from\":\"{Other}\",\"to\"", StringComparison.Ordinal)),
        ["send, other letters"] = () => Post("/api/messages/send", Text.Replace("\"from\"", "\"FROM\"", StringComparison.Ordinal)),
        ["send, idempotency key of another"] = () => Header(Post("/api/messages/send", Text), "Idempotency-Key", "the-key"),
        ["send, own in headers"] = () => Header(Post("/api/messages/send", Text), "X-Instance-Id", Own),
        ["send, form"] = () => new HttpRequestMessage(HttpMethod.Post, "/api/messages/send")
        {
            Content = new MultipartFormDataContent
            {
                { new StringContent(Own), "from" },
                { new StringContent(Other), "from" },
                { new StringContent("5511888888888"), "to" },
                { new StringContent("hi"), "message" },
            },
        },
        ["send, form with a file"] = () => new HttpRequestMessage(HttpMethod.Post, "/api/messages/send")
        {
            Content = new MultipartFormDataContent
            {
                { new StringContent(Other), "from" },
                { new StringContent("5511888888888"), "to" },
                { new StringContent("file"), "type" },
                { new ByteArrayContent([1, 2, 3]), "media", "a.bin" },
            },
        },
        ["bulk"] = () => Post("/api/messages/send-bulk", $$"""{"from":"{{Other}}","messages":[{"to":"5511888888888","message":"hi"}]}"""),
        ["bulk, sender in a message"] = () => Post("/api/messages/send-bulk", $$"""{"from":"{{Own}}","messages":[{"from":"{{Other}}","to":"5511888888888","message":"hi"}]}"""),
        ["bulk, idempotency key"] = () => Header(Post("/api/messages/send-bulk", $$"""{"from":"{{Other}}","messages":[{"to":"5511888888888","message":"hi"}]}"""), "Idempotency-Key", "the-key"),
        ["message"] = () => Get($"/api/messages/{MessageId}"),
        ["message, other form of its id"] = () => Get($"/api/messages/{MessageId:N}"),
        ["timeline"] = () => Get($"/api/messages/{MessageId}/timeline"),
        ["cancel"] = () => Post($"/api/messages/{QueuedId}/cancel"),
        ["retry"] = () => Post($"/api/messages/{MessageId}/retry"),
        ["messages"] = () => Get("/api/messages?limit=500"),
        ["messages, device"] = () => Get($"/api/messages?device={Other}"),
        ["messages, two devices"] = () => Get($"/api/messages?device={Own}&device={Other}"),
        ["messages, batch"] = () => Get($"/api/messages?batchId={BatchId}"),
        ["messages, tag"] = () => Get($"/api/messages?tag={Mark}-tag"),
        ["messages, cursor"] = () => Get($"/api/messages?after={PageRequest.Encode("ffffffff-ffff-ffff-ffff-ffffffffffff")}"),
        ["queues"] = () => Get("/api/messages/queues"),
        ["queues, cursor"] = () => Get($"/api/messages/queues?after={PageRequest.Encode(Own)}"),
        ["queue"] = () => Get($"/api/messages/queue/{Other}"),
        ["queue, pause"] = () => Post($"/api/messages/queue/{Other}/pause"),
        ["queue, resume"] = () => Post($"/api/messages/queue/%2B{Other}/resume"),
        ["queue, purge"] = () => Send("DELETE", $"/api/messages/queue/{Other}"),
        ["proxy"] = () => Get($"/proxy/whatsapp/{Other}/app/info"),
        ["proxy, encoded"] = () => Get($"/proxy/whatsapp/{Encoded}/app/info"),
        ["proxy, plus"] = () => Get($"/proxy/whatsapp/+{Other}/app/info"),
        ["proxy, JID"] = () => Get($"/proxy/whatsapp/{Other}%40s.whatsapp.net/app/info"),
        ["proxy, other letters"] = () => Get($"/Proxy/WhatsApp/{Other}/app/info"),
        ["proxy, double slash"] = () => Get($"/proxy/whatsapp//{Other}/app/info"),
        ["proxy, dot segments"] = () => Get($"/proxy/whatsapp/{Own}/../{Other}/app/info"),
        ["proxy, encoded dot segments"] = () => Get($"/proxy/whatsapp/{Own}/%2e%2e/{Other}/app/info"),
        ["proxy, encoded twice"] = () => Get($"/proxy/whatsapp/{Own}/%252e%252e/{Other}/app/info"),
        ["proxy, encoded slash"] = () => Get($"/proxy/whatsapp/{Own}%2F..%2F{Other}/app/info"),
        ["proxy, send"] = () => Post($"/proxy/whatsapp/{Other}/send/message", """{"phone":"5511888888888","message":"hi"}"""),
        ["proxy, own in headers"] = () => Header(Get($"/proxy/whatsapp/{Other}/app/info"), "X-Instance-Id", Own),
        ["proxy, X-Instance-Id"] = () => Header(Get("/proxy/whatsapp/app/info"), "X-Instance-Id", Other),
        ["proxy, X-Device-Id"] = () => Header(Get("/proxy/whatsapp/app/info"), "X-Device-Id", $"+{Other}"),
        ["proxy, both headers"] = () => Header(Header(Get("/proxy/whatsapp/app/info"), "X-Instance-Id", Other), "X-Device-Id", Own),
        ["proxy, header twice"] = () => Header(Header(Get("/proxy/whatsapp/app/info"), "X-Instance-Id", Own), "X-Instance-Id", Other),
        ["proxy, device query"] = () => Get($"/proxy/whatsapp/app/info?device={Other}"),
        ["proxy, two device queries"] = () => Get($"/proxy/whatsapp/app/info?device={Own}&device={Other}"),
        ["proxy, own path and others in headers"] = () => Header(Get($"/proxy/whatsapp/{Own}/app/info?device={Other}&device_id={Other}"), "X-Device-Id", Other),
        ["events"] = () => Get("/api/events"),
        ["events, device"] = () => Get($"/api/events?device={Other}"),
        ["key of all devices"] = () => Post("/api/keys", """{"name":"wide","scopes":["devices:read"]}"""),
        ["key of the other device"] = () => Post("/api/keys", $$"""{"name":"wide","scopes":["devices:read"],"devices":["{{Own}}","{{Other}}"]}"""),
        ["user"] = () => Post("/api/users", """{"username":"mine","password":"a good password","role":"viewer"}"""),
        ["password of a user"] = () => Send("PATCH", "/api/users/admin", """{"password":"a good password"}"""),
        ["hosts"] = () => Get("/api/system/hosts"),
        ["dashboard"] = () => Get("/hangfire"),
        ["cookie of the dashboard"] = () => Post("/api/auth/dashboard-session"),
    };

    public static TheoryData<string> Names => [.. Ways.Keys];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task AnyWay_ToAnotherDevice_GetsNothing(string way)
    {
        var before = await devices.StateAsync();
        using var request = Ways[way]();
        request.RequestUri = new Uri(
            devices.Gateway.Address.GetLeftPart(UriPartial.Authority) + request.RequestUri!.OriginalString, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        using var response = await devices.Limited.SendAsync(request, CancellationToken);

        var text = $"{response.Headers}{await response.Content.ReadAsStringAsync(CancellationToken)}";
        Assert.True((int)response.StatusCode < 500, $"{response.StatusCode}: {text}");
        Assert.DoesNotContain(Mark, text, StringComparison.OrdinalIgnoreCase);
        if (response.IsSuccessStatusCode)
        {
            // Refusals name what was asked for.
            Assert.DoesNotContain(Other, text, StringComparison.Ordinal);
        }

        Assert.Equal(before, await devices.StateAsync());
        Assert.Empty(devices.OtherEngine.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/start")]
    [InlineData("/qr")]
    [InlineData("/history")]
    public async Task ForbiddenDevice_IsAnsweredLikeOneThatIsNotThere(string path)
    {
        var method = path == "/start" ? "POST" : "GET";
        var answers = new List<string>();
        foreach (var (client, number) in ((HttpClient, string)[])[(devices.Limited, Other), (devices.Limited, "5551000000049"), (devices.Gateway.Client, "5551000000049")])
        {
            using var request = Send(method, $"/api/devices/{number}{path}");
            using var response = await client.SendAsync(request, CancellationToken);
            var problem = await response.AssertProblemAsync(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
            answers.Add(string.Join(' ', problem.EnumerateObject().Where(member => member.Name != "traceId")).Replace(number, "", StringComparison.Ordinal));
        }

        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task Socket_ThroughTheProxy_IsRefused()
    {
        using var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.SetRequestHeader("X-Api-Key", devices.Key);

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://{devices.Gateway.Address.Authority}/proxy/whatsapp/{Other}/ws"), CancellationToken));

        Assert.Empty(devices.OtherEngine.Requests);
    }

    [Fact]
    public async Task Hub_InAllRooms_TellsOfItsOwnDeviceOnly()
    {
        var heard = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hub = Hub("");
        foreach (var method in (string[])["whatsapp-websocket-message", "device-websocket-message", "event", "device-state-changed", "qr-code", "message-status", "process-stopped"])
        {
            hub.On<JsonElement>(method, payload =>
            {
                heard.Enqueue(payload.GetRawText());
                if (payload.GetRawText().Contains("the last", StringComparison.Ordinal))
                {
                    done.TrySetResult();
                }
            });
        }

        await hub.StartAsync(CancellationToken);
        await Assert.ThrowsAsync<HubException>(() => hub.InvokeAsync("Join", $"device-{Other}", CancellationToken));
        await hub.InvokeAsync("Join", $"device-{Own}", CancellationToken);

        Publish(Other, EventTypes.MessageReceived);
        Publish(Other, EventTypes.Qr);
        Publish(Other, EventTypes.MessageStatus);
        Publish(null, EventTypes.MessageReceived);
        Publish(Own, EventTypes.MessageReceived, "the last");
        await done.Task.WaitAsync(TimeSpan.FromSeconds(60), CancellationToken);

        Assert.All(heard, payload => Assert.Contains(Own, payload, StringComparison.Ordinal));
        Assert.All(heard, payload => Assert.DoesNotContain(Mark, payload, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData($"?rooms=all,device-{Other},device-{Own}")]
    [InlineData($"?rooms=device-{Other}@s.whatsapp.net,device-{Own}")]
    public async Task Hub_RoomOfAnotherDeviceAsked_IsClosed(string rooms)
    {
        var closed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hub = Hub(rooms);
        hub.Closed += exception =>
        {
            closed.TrySetResult(exception);
            return Task.CompletedTask;
        };

        await hub.StartAsync(CancellationToken);

        Assert.Contains("not a room of yours", (await closed.Task.WaitAsync(TimeSpan.FromSeconds(60), CancellationToken))!.Message, StringComparison.Ordinal);
    }

    private HubConnection Hub(string query) => new HubConnectionBuilder()
        .WithUrl(new Uri(devices.Gateway.Address, $"/hubs/events{query}"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(devices.Key)).Build();

    private static HttpRequestMessage Get(string path) => Send("GET", path);

    private static HttpRequestMessage Post(string path, string? json = null) => Send("POST", path, json);

    private static HttpRequestMessage Send(string method, string path, string? json = null) => new(new HttpMethod(method), path)
    {
        Content = json is null ? null : new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
    };

    private static HttpRequestMessage Header(HttpRequestMessage request, string name, string value)
    {
        request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private void Publish(string? phone, string type, string text = Mark)
    {
        var data = JsonSerializer.SerializeToElement(new { text, qrCode = text });
        devices.Gateway.Dispatcher.Hear([new DeviceEvent(phone, 1, type, FakeDevice.Since, EventSource.Webhook, data, data, 8000, 1)]);
    }
}
