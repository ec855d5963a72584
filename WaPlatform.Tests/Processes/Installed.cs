namespace WaPlatform.Tests.Processes;

/// <summary>Programs of the machine that tests need. A missing one fails its tests: they are never skipped.</summary>
public static class Installed
{
    /// <summary>Full path of a program.</summary>
    /// <param name="package">What brings it, for the message.</param>
    /// <param name="directories">Looked through after <c>PATH</c>.</param>
    /// <exception cref="FileNotFoundException">It is not installed; the message says how to get it.</exception>
    public static string Find(string program, string package, params IEnumerable<string> directories) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(directories)
            .Where(directory => directory.Length > 0)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"{program} is not installed. Install it: apt-get install {package}   (test.sh does that)", program);
}
