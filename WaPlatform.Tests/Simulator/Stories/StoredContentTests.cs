using System.Net;
using System.Text;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>What gowa writes into its chat storage for each kind it sends, beside what the recipient gets.</summary>
public sealed class StoredContentTests
{
    private const string Slot = "num-1";
    private const string Person = "306900000001@s.whatsapp.net";
    private const string Contact = """ "contact_name":"Eleni","contact_phone":"306900000002" """;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("message", """ "message":"hello" """, "hello", "", "hello")]
    [InlineData("image", """ "image_url":"http://files.test/a.png" """, "🖼️ Image", "image", "")]
    [InlineData("image", """ "image_url":"http://files.test/a.png","caption":"sea" """, "🖼️ sea", "image", "sea")]
    [InlineData("file", """ "file_url":"http://files.test/a.pdf" """, "📄 Document", "document", "")]
    [InlineData("file", """ "file_url":"http://files.test/a.pdf","caption":"bill" """, "📄 bill", "document", "bill")]
    [InlineData("video", """ "video_url":"http://files.test/a.mp4" """, "🎥 Video", "video", "")]
    [InlineData("video", """ "video_url":"http://files.test/a.mp4","caption":"cat" """, "🎥 cat", "video", "cat")]
    [InlineData("audio", """ "audio_url":"http://files.test/a.ogg" """, "🎵 Audio", "audio", "")]
    [InlineData("sticker", """ "sticker_url":"http://files.test/a.webp" """, "🎨 Sticker", "sticker", "")]
    [InlineData("contact", Contact, "👤 Eleni", "", "Eleni")]
    [InlineData("link", """ "link":"https://files.test/","caption":"look" """, "🔗 look", "", "look\nhttps://files.test/")]
    [InlineData("location", """ "latitude":"37.97","longitude":"23.72" """, "📍 37.97, 23.72", "", "37.97,23.72")]
    [InlineData("poll", """ "question":"Tea?","options":["yes","no"],"max_answer":1 """, "📊 Tea?", "", "Tea?")]
    public async Task Send_OfAKind_IsStoredAsGowaStoresItAndKeepsItsWordsInTheLedger(string kind, string fields, string content, string mediaType, string body)
    {
        await using var simulator = await SimulatorProcess.StartAsync(new SimulatorStart().With("SIM_PAIR_GAP", "100"), CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken);

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/send/" + kind, UriKind.Relative))
        {
            Content = new StringContent($$"""{"phone":"{{Person}}",{{fields}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Device-Id", Slot);
        using var response = await simulator.Client.SendAsync(request, CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var row = Assert.Single((await simulator.ResultsAsync($"/chat/{Person}/messages", Slot, CancellationToken)).GetProperty("data").EnumerateArray());
        Assert.Equal((content, mediaType), (row.GetProperty("content").GetString(), row.GetProperty("media_type").GetString()));
        var entry = Assert.Single((await simulator.ResultsAsync("/_simulator/ledger", Slot, CancellationToken)).EnumerateArray());
        Assert.Equal(body, entry.GetProperty("body").GetString());
        Assert.False(entry.TryGetProperty("file", out _));
    }
}
