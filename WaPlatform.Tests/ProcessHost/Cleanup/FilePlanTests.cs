using WaPlatform.ProcessHost.Cleanup;

namespace WaPlatform.Tests.ProcessHost.Cleanup;

public sealed class FilePlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // Each file has 10 bytes; the numbers are ages in hours.
    [Theory]
    [InlineData("1 2 3", 24, 100, "")]
    [InlineData("1 25 30", 24, 100, "25 30")]
    [InlineData("1 2 3 4", 24, 25, "3 4")]
    [InlineData("1 2 30", 24, 15, "2 30")]
    [InlineData("1 2", 24, 0, "1 2")]
    [InlineData("0 0 0", 24, 0, "")]
    [InlineData("0 0 5", 24, 20, "5")]
    public void Choose_ByAgeAndSize_TakesTheOldest(string ages, int keep, long maxBytes, string gone)
    {
        var files = ages.Split(' ').Select(age => new OldFile(age, 10, Now.AddHours(-int.Parse(age, System.Globalization.CultureInfo.InvariantCulture))));

        Assert.Equal(gone.Split(' ', StringSplitOptions.RemoveEmptyEntries), FilePlan.Choose(files, TimeSpan.FromHours(keep), maxBytes, Now).Select(file => file.Path));
    }

    [Theory]
    [InlineData("statics/media/1764300000-8c0c7e4a-0a53-4c57-9a3e-6c8f0f2b1d11.jpeg", "Media")]
    [InlineData("statics/media/5511888888888/2026-03-01/x.pdf", "Media")]
    [InlineData("storages/1764300000-8c0c7e4a-0a53-4c57-9a3e-6c8f0f2b1d11.jpe", "Media")]
    [InlineData("storages/history-1764300000-5511999990001:12@s.whatsapp.net-1-INITIAL_BOOTSTRAP.json", "Temporary")]
    [InlineData("statics/senditems/x.webp", "Temporary")]
    [InlineData("statics/qrcode/scan-qr-x.png", "Temporary")]
    [InlineData("storages/whatsapp.db", "None")]
    [InlineData("storages/whatsapp.db-wal", "None")]
    [InlineData("storages/chatstorage.db", "None")]
    [InlineData("storages/chatstorage.db-shm", "None")]
    [InlineData("storages/oauth.db", "None")]
    [InlineData("storages/ui/index.html", "None")]
    [InlineData("storages/1764300000-8c0c7e4a-0a53-4c57-9a3e-6c8f0f2b1d11.db", "None")]
    [InlineData("owner-epoch", "None")]
    [InlineData(".env", "None")]
    public void Of_APath_TellsWhatItIs(string path, string kind) => Assert.Equal(kind, $"{EngineLeftOvers.Of(path)}");
}
