namespace WaPlatform.Tests.Jobs.Backups;

/// <summary>A directory of one test.</summary>
public sealed class ScratchDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("wa-backups-").FullName;

    public string File(params ReadOnlySpan<string> names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Writes a file, with the directories that it needs; its full path.</summary>
    public string Write(string name, string content)
    {
        var path = File(name.Split('/'));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
