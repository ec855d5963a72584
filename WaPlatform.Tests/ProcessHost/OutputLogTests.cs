using System.Text;
using WaPlatform.Contracts.Devices;
using WaPlatform.ProcessHost.Processes;

namespace WaPlatform.Tests.ProcessHost;

public sealed class OutputLogTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("output-");
    private readonly OutputLog _log;

    public OutputLogTests() => _log = new OutputLog(Path.Combine(_directory.FullName, "5511999999999.log"), TimeProvider.System);

    [Fact]
    public async Task DrainAsync_SecretsColoursAndControlCharacters_AreTakenOut()
    {
        await DrainAsync("map[app_basic_auth:u:s3cret]\n15:04:05\u001b[31m [Client ERROR] key s3cret\u001b[0m\nbell\a\n");

        Assert.Equal(["map[***]", "15:04:05 [Client ERROR] key ***", "bell"], _log.Read(10, LogStreams.Both, 0).Select(line => line.Text));
        Assert.DoesNotContain("s3cret", await ReadFileAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DrainAsync_LineWithoutEnd_IsCutAndNotHoarded()
    {
        await DrainAsync(new string('x', 100_000));

        var lines = _log.Read(100, LogStreams.Both, 0);
        Assert.Equal(100_000, lines.Sum(line => line.Text.Length));
        Assert.All(lines, line => Assert.InRange(line.Text.Length, 1, 8 * 1024));
    }

    [Fact]
    public async Task Read_TailStreamAndAfter_Narrow()
    {
        await DrainAsync("one\ntwo\nthree\n");

        Assert.Equal(["two", "three"], _log.Read(2, LogStreams.Stdout, 0).Select(line => line.Text));
        Assert.Equal(["three"], _log.Read(10, LogStreams.Both, 2).Select(line => line.Text));
        Assert.Empty(_log.Read(10, LogStreams.Stderr, 0));
    }

    [Fact]
    public async Task DrainAsync_MoreThanAFileHolds_RotatesAndKeepsThree()
    {
        var chunk = string.Concat(Enumerable.Repeat(new string('y', 8000) + "\n", 700));
        for (var i = 0; i < 5; i++)
        {
            await DrainAsync(chunk);
        }

        Assert.Equal(3, _directory.GetFiles().Length);
    }

    public void Dispose()
    {
        _log.Dispose();
        _directory.Delete(recursive: true);
    }

    private async Task DrainAsync(string text)
    {
        using var reader = new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        await _log.DrainAsync(reader, LogStreams.Stdout, new OutputMask(["s3cret"]));
    }

    private async Task<string> ReadFileAsync()
    {
        await using var file = new FileStream(_directory.GetFiles().Single().FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
