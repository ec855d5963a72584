using Microsoft.Extensions.Configuration;

namespace WaPlatform.ServiceDefaults;

/// <summary>The directory that a service keeps its files in (<c>WAPLATFORM_DATA</c>, default <c>./data</c>). Readable by its user alone.</summary>
public sealed class DataDirectory
{
    /// <summary>Configuration key and environment variable.</summary>
    public const string Variable = "WAPLATFORM_DATA";

    /// <summary>Takes the directory and creates it if it is missing.</summary>
    /// <param name="path">A relative path starts from the working directory of the process.</param>
    public DataDirectory(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Create(Path);
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    public static DataDirectory From(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new DataDirectory(configuration[Variable] is { Length: > 0 } path ? path : "data");
    }

    /// <summary>Full path of a file in the directory; nothing is created.</summary>
    public string File(params ReadOnlySpan<string> names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Full path of a directory in the directory, created (for its user alone) if it is missing.</summary>
    public string Subdirectory(params ReadOnlySpan<string> names)
    {
        var path = File(names);
        Create(path);
        return path;
    }

    public override string ToString() => Path;

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            // It holds sessions and secrets. A directory that exists already keeps the rights that its owner gave it.
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
