using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Messages;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Gateway.Media;
using WaPlatform.Tests.ProcessHost;

namespace WaPlatform.Tests.Gateway.Messages;

public abstract class UploadTests(MediaGateway gateway)
{
    private const string Path = "/api/messages/send";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>Makes the database refuse messages with the tag "refused".</summary>
    protected abstract string RefuseTag { get; }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_Upload_IsStoredWithItsFile(bool fileFirst)
    {
        var device = await gateway.RegisterAsync();
        using var form = new MultipartFormDataContent();
        if (fileFirst)
        {
            AddFile(form, [1, 2, 3], "../foto é.png", "application/octet-stream");
        }

        AddTexts(form, device, ("type", "image"), ("caption", "olá"), ("viewOnce", "true"), ("priority", "3"), ("hd", ""), ("unknown", "x"));
        if (!fileFirst)
        {
            AddFile(form, [1, 2, 3], "../foto é.png", null);
        }

        using var response = await gateway.PostAsync(Path, form);

        var message = await gateway.FindAsync(await response.ReadJsonAsync(HttpStatusCode.Accepted));
        Assert.Equal((MessageType.Image, 3, """{"caption":"olá","view_once":true}"""), (message.Type, message.Priority, message.Body));
        Assert.Equal(("foto é.png", "image/png", 3), (message.Media!.Name, message.Media.ContentType, (int)message.Media.Size));
        await using var file = await gateway.Media.OpenAsync(message.Media.Key, CancellationToken);
        Assert.Equal(3, file.Length);
    }

    [Fact]
    public async Task Send_FormWithoutFile_IsAsJson()
    {
        var device = await gateway.RegisterAsync();
        using var form = new MultipartFormDataContent();
        AddTexts(form, device, ("type", "poll"), ("question", "q"), ("options[]", "a"), ("options[]", "b"), ("maxAnswer", "2"));

        using var response = await gateway.PostAsync(Path, form);

        var message = await gateway.FindAsync(await response.ReadJsonAsync(HttpStatusCode.Accepted));
        Assert.Equal("""{"question":"q","options":["a","b"],"max_answer":2}""", message.Body);
    }

    [Theory]
    [InlineData("image", 20_000_000, HttpStatusCode.Accepted, false)]
    [InlineData("image", 20_000_001, HttpStatusCode.RequestEntityTooLarge, false)]
    [InlineData("image", 20_000_001, HttpStatusCode.RequestEntityTooLarge, true)]
    [InlineData("file", 50_000_001, HttpStatusCode.RequestEntityTooLarge, true)]
    [InlineData("video", 99_000_000, HttpStatusCode.Accepted, false)]
    [InlineData("video", 99_000_001, HttpStatusCode.RequestEntityTooLarge, false)]
    [InlineData("video", 103_000_000, HttpStatusCode.RequestEntityTooLarge, false)]
    public async Task Send_UploadAtTheLimit_IsTakenAndOneByteMoreIsNot(string type, int size, HttpStatusCode status, bool fileFirst)
    {
        var device = await gateway.RegisterAsync();
        var before = await gateway.FilesAsync();
        using var form = new MultipartFormDataContent();
        if (fileFirst)
        {
            AddFile(form, new byte[size], "a", type == "video" ? "video/mp4" : "image/png");
        }

        AddTexts(form, device, ("type", type));
        if (!fileFirst)
        {
            AddFile(form, new byte[size], "a", type == "video" ? "video/mp4" : "image/png");
        }

        using var response = await gateway.PostAsync(Path, form);

        if (status == HttpStatusCode.Accepted)
        {
            var file = (await gateway.FindAsync(await response.ReadJsonAsync(status))).Media!;
            Assert.Equal(size, file.Size);
            gateway.Media.Delete(file.Key);
        }
        else
        {
            await response.AssertProblemAsync(status, "PAYLOAD_TOO_LARGE");
        }

        await gateway.HasFilesAsync(before);
    }

    public static TheoryData<string, string[]> Refusals => new()
    {
        { "twice", ["media"] }, { "elsewhere", ["photo"] }, { "no type", ["type"] }, { "wrong type", ["media"] }, { "text", ["media"] }, { "empty", ["media"] },
        { "not a number", ["priority"] }, { "not a flag", ["hd"] }, { "twice given", ["caption"] }, { "bad to", ["to"] }, { "url too", ["mediaUrl"] },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Send_FormThatIsNotRight_NamesTheFieldAndLeavesNoFile(string what, string[] fields)
    {
        var device = await gateway.RegisterAsync();
        var before = await gateway.FilesAsync();
        using var form = new MultipartFormDataContent();
        AddFile(form, what == "empty" ? [] : [1], "a.png", what == "wrong type" ? "image/tiff" : "image/png", what == "elsewhere" ? "photo" : "media");
        (string, string)[] texts = what switch
        {
            "no type" => [],
            "text" => [("type", "text"), ("message", "m")],
            "not a number" => [("type", "image"), ("priority", "high")],
            "not a flag" => [("type", "image"), ("hd", "perhaps")],
            "twice given" => [("type", "image"), ("caption", "a"), ("caption", "b")],
            "bad to" => [("type", "image"), ("to", "nobody")],
            "url too" => [("type", "image"), ("mediaUrl", "https://x.example/a.png")],
            _ => [("type", "image")],
        };
        AddTexts(form, device, texts);
        if (what == "twice")
        {
            AddFile(form, [1], "b.png", "image/png");
        }

        using var response = await gateway.PostAsync(Path, form);

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        Assert.Equal(fields, problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        await gateway.HasFilesAsync(before);
        Assert.Equal(0, await gateway.CountAsync(device));
    }

    [Fact]
    public async Task Send_FormWithTooMuchText_Answers400()
    {
        using var parts = new MultipartFormDataContent();
        for (var index = 0; index < 1300; index++)
        {
            parts.Add(new StringContent("x"), "mentions");
        }

        using var text = new MultipartFormDataContent { { new StringContent(new string('x', 600_000)), "message" }, { new StringContent(new string('x', 600_000)), "caption" } };

        using var tooMany = await gateway.PostAsync(Path, parts);
        using var tooLarge = await gateway.PostAsync(Path, text);

        await tooMany.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        await tooLarge.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
    }

    [Theory]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=b", "")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a\"\r\n\r\nxyz")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"from\"\r\n\r\nxyz")]
    public async Task Send_FormThatIsMalformed_Answers400AndLeavesNoFile(string contentType, string body)
    {
        var before = await gateway.FilesAsync();
        using var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await gateway.PostAsync(Path, content);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        await gateway.HasFilesAsync(before);
    }

    [Fact]
    public async Task Send_UploadBrokenOff_LeavesNoFile()
    {
        var before = await gateway.FilesAsync();
        var address = gateway.Host.Address;
        var token = gateway.Host.Client.DefaultRequestHeaders.Authorization!.Parameter;
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(address.Host, address.Port, CancellationToken);
            await client.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"POST {Path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n"
                    + "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\r\n" + new string('x', 200_000)),
                CancellationToken);
            await RunningHost.UntilAsync(async () => (await gateway.FilesAsync()).Count == before.Count + 1, () => "no file");
        }

        await gateway.HasFilesAsync(before);
    }

    [Fact]
    public async Task Send_SameUploadSameKey_IsOneMessageWithOneFile()
    {
        var device = await gateway.RegisterAsync();
        var before = await gateway.FilesAsync();

        using var first = await UploadAsync(device, [1, 2], "key");
        using var repeat = await UploadAsync(device, [1, 2], "key");
        using var other = await UploadAsync(device, [1, 3], "key");

        var message = await first.ReadJsonAsync(HttpStatusCode.Accepted);
        var again = await repeat.ReadJsonAsync(HttpStatusCode.Accepted);
        Assert.Equal(message.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.True(again.GetProperty("idempotent").GetBoolean());
        await other.AssertProblemAsync(HttpStatusCode.Conflict, "IDEMPOTENCY_CONFLICT");
        await gateway.HasFilesAsync([.. before, (await gateway.FindAsync(message)).Media!.Key]);
    }

    [Fact]
    public async Task Send_UploadThatIsNotAccepted_LeavesNoFile()
    {
        var device = await gateway.RegisterAsync();
        var before = await gateway.FilesAsync();

        using var unknown = await UploadAsync("5599999999999", [1], null);
        using var notRunning = await UploadAsync(device, [1], null, ("requireConnected", "true"));
        await gateway.Host.QueryAsync(db => db.Database.ExecuteSqlRawAsync(RefuseTag, CancellationToken));
        using var notStored = await UploadAsync(device, [1], null, ("tag", "refused"));

        await unknown.AssertProblemAsync(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        await notRunning.AssertProblemAsync(HttpStatusCode.Conflict, "DEVICE_NOT_RUNNING");
        await notStored.AssertProblemAsync(HttpStatusCode.InternalServerError, "INTERNAL_ERROR");
        await gateway.HasFilesAsync(before);
    }

    [Fact]
    public async Task Send_MediaUrl_IsFetchedOnceForItsKey()
    {
        var device = await gateway.RegisterAsync();
        var requests = gateway.Server.Requests;
        var body = new { from = device, to = MediaGateway.To, type = "image", mediaUrl = gateway.Server.UrlOf("/photo.png"), fileName = "a.png", wait = false };

        using var first = await gateway.SendAsync(body, "key");
        using var repeat = await gateway.SendAsync(body, "key");
        using var other = await gateway.SendAsync(new { from = device, to = MediaGateway.To, type = "image", mediaUrl = gateway.Server.UrlOf("/once"), wait = false }, "key");
        using var nobody = await gateway.SendAsync(new { from = "5599999999999", to = MediaGateway.To, type = "image", mediaUrl = gateway.Server.UrlOf("/once") });

        var message = await gateway.FindAsync(await first.ReadJsonAsync(HttpStatusCode.Accepted));
        Assert.Equal(("a.png", "image/png", 3L), (message.Media!.Name, message.Media.ContentType, message.Media.Size));
        Assert.Contains(message.Media.Key, await gateway.FilesAsync());
        Assert.True((await repeat.ReadJsonAsync(HttpStatusCode.Accepted)).GetProperty("idempotent").GetBoolean());
        await other.AssertProblemAsync(HttpStatusCode.Conflict, "IDEMPOTENCY_CONFLICT");
        await nobody.AssertProblemAsync(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        Assert.Equal(requests + 1, gateway.Server.Requests);
    }

    [Theory]
    [InlineData("/private", "Refers to a private address.")]
    [InlineData("/page", "Is text/html; must be one of image/jpeg, image/jpg, image/png.")]
    public async Task Send_MediaUrlThatCannotBeFetched_NamesTheReason(string path, string reason)
    {
        var device = await gateway.RegisterAsync();

        using var response = await gateway.SendAsync(new { from = device, to = MediaGateway.To, type = "image", mediaUrl = gateway.Server.UrlOf(path) });

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        Assert.Equal(reason, problem.GetProperty("errors").GetProperty("mediaUrl")[0].GetString());
    }

    [Fact]
    public async Task Send_JsonOverAMegabyte_IsNotHeld()
    {
        using var content = new StringContent($$"""{"message":"{{new string('x', 1_100_000)}}"}""", Encoding.UTF8, "application/json");

        using var response = await gateway.PostAsync(Path, content);

        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE");
    }

    private static void AddTexts(MultipartFormDataContent form, string device, params (string Name, string Text)[] texts)
    {
        form.Add(new StringContent(device), "from");
        form.Add(new StringContent("false"), "wait");
        if (texts.All(text => text.Name != "to"))
        {
            form.Add(new StringContent(MediaGateway.To), "to");
        }

        foreach (var (name, text) in texts)
        {
            form.Add(new StringContent(text), name);
        }
    }

    private static void AddFile(MultipartFormDataContent form, byte[] content, string name, string? contentType, string part = "media")
    {
        var file = new ByteArrayContent(content);
        if (contentType is not null)
        {
            file.Headers.ContentType = new(contentType);
        }

        form.Add(file, part, name);
    }

    private async Task<HttpResponseMessage> UploadAsync(string device, byte[] content, string? key, params (string, string)[] texts)
    {
        using var form = new MultipartFormDataContent();
        AddTexts(form, device, [("type", "image"), .. texts]);
        AddFile(form, content, "a.png", "image/png");
        return await gateway.PostAsync(Path, form, key);
    }
}

public sealed class DirectoryUploadTests(MediaGateway gateway) : UploadTests(gateway), IClassFixture<MediaGateway>
{
    protected override string RefuseTag => "CREATE TRIGGER refuse BEFORE INSERT ON messages WHEN NEW.Tag = 'refused' BEGIN SELECT RAISE(ABORT, 'refused'); END";
}

public sealed class DatabaseUploadTests(DatabaseMediaGateway gateway) : UploadTests(gateway), IClassFixture<DatabaseMediaGateway>
{
    protected override string RefuseTag =>
        """
        CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN IF NEW."Tag" = 'refused' THEN RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql;
        CREATE TRIGGER refuse BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION refuse();
        """;
}
