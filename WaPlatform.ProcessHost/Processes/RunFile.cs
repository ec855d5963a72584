using System.Text.Json;

namespace WaPlatform.ProcessHost.Processes;

/// <summary>The note that says which process runs a device (<c>{data}/run/{phone}.json</c>): a later start of the host finds left-overs by it.</summary>
internal sealed class RunFile(string path)
{
    public string Path { get; } = path;

    public void Write(ProcessIdentity identity)
    {
        // Renamed into place: a crash in between must not leave half a note.
        var temporary = Path + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(identity));
        File.Move(temporary, Path, overwrite: true);
    }

    /// <summary>Null if there is no note, or none that can be read.</summary>
    public ProcessIdentity? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<ProcessIdentity>(File.ReadAllText(Path));
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }

    public void Delete() => File.Delete(Path);
}
