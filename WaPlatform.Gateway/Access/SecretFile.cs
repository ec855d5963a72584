using System.Runtime.InteropServices;
using System.Text;

namespace WaPlatform.Gateway.Access;

/// <summary>A secret that was generated once, in a file that only its owner reads.</summary>
internal static partial class SecretFile
{
    /// <summary>Returns what the file holds; makes it first if it is not there. Of several processes one makes it and all read the same.</summary>
    public static string ReadOrCreate(string path, Func<string> generate)
    {
        if (!File.Exists(path))
        {
            // Written whole under another name first: no reader ever sees half of it.
            var draft = $"{path}.{Guid.NewGuid():N}";
            try
            {
                Write(draft, generate());
                Publish(draft, path);
            }
            finally
            {
                File.Delete(draft);
            }
        }

        return File.ReadAllText(path).Trim();
    }

    /// <summary>What the file holds; null if there is none.</summary>
    public static string? Find(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : null;

    /// <summary>Makes the file hold this.</summary>
    public static void Put(string path, string secret)
    {
        if (Find(path) == secret)
        {
            return;
        }

        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Write(draft, secret);
            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static void Write(string path, string secret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(secret + "\n"));
        file.Flush(flushToDisk: true);
    }

    // Whoever comes second changes nothing. File.Move without overwriting looks first and renames then, which lets two through.
    private static void Publish(string draft, string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                File.Move(draft, path, overwrite: false);
            }
            else if (Link(draft, path) != 0)
            {
                throw new IOException($"{path} could not be made: {Marshal.GetLastPInvokeErrorMessage()}.");
            }
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string path);
}
