namespace WaPlatform.Tests.Simulator.Stories;

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("simulator-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
