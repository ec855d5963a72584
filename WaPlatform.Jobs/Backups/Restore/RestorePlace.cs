using WaPlatform.ServiceDefaults;

namespace WaPlatform.Jobs.Backups.Restore;

/// <summary>Where a restore puts things.</summary>
/// <param name="data">The platform's data directory.</param>
/// <param name="mediaDirectory">Where files wait to be sent.</param>
internal sealed class RestorePlace(DataDirectory data, string mediaDirectory)
{
    /// <summary>Everything that is restored waits here until it changes places with what is there; on the same disk, so that this takes a moment.</summary>
    public string Staging { get; } = data.File("restore");

    /// <summary>What was there before the last restore.</summary>
    public string Aside { get; } = data.File("before-restore");

    /// <summary>Says, once it is there, that everything is staged; removed when all of it is in place.</summary>
    public string Note { get; } = data.File("restore.json");

    public string MediaDirectory => mediaDirectory;

    public static RestorePlace From(IConfiguration configuration, DataDirectory data) =>
        new(data, configuration["Media:Directory"] is { Length: > 0 } directory ? Path.GetFullPath(directory) : data.File("media"));

    /// <summary>Full path in the data directory.</summary>
    public string Target(string name) => data.File(name.Split('/'));

    /// <summary>An empty staging directory.</summary>
    public string Begin()
    {
        Clear();
        return data.Subdirectory("restore");
    }

    public void Clear()
    {
        File.Delete(Note);
        if (Directory.Exists(Staging))
        {
            Directory.Delete(Staging, recursive: true);
        }
    }
}
