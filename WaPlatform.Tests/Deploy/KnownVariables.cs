using System.Reflection;
using WaPlatform.Gateway;
using WaPlatform.Jobs;
using WaPlatform.ProcessHost;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Tests.Deploy;

/// <summary>The environment variables that the services read.</summary>
internal static class KnownVariables
{
    // Read by ASP.NET Core itself.
    private static readonly HashSet<string> Framework = ["ASPNETCORE_HTTP_PORTS"];

    private static readonly HashSet<string> OfOptions =
    [
        .. new[] { typeof(GatewayExtensions), typeof(JobsExtensions), typeof(ProcessHostExtensions), typeof(DataDirectory) }
            .SelectMany(type => type.Assembly.GetTypes())
            .Select(type => (Type: type, Section: type.GetField("SectionName", BindingFlags.Static | BindingFlags.Public)?.GetRawConstantValue() as string))
            .Where(options => options.Section is not null)
            .SelectMany(options => options.Type.GetProperties().Select(property => $"{options.Section}:{property.Name}")),
    ];

    private static readonly Lazy<string> Source = new(() => string.Concat(
        Directory.EnumerateDirectories(DeployFiles.Root, "WaPlatform.*").Where(project => !project.EndsWith(".Tests", StringComparison.Ordinal))
            .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText)));

    /// <summary>Says whether a service reads it: as a member of an options class, or by its name.</summary>
    public static bool Contain(string variable)
    {
        var key = variable.Replace("__", ":", StringComparison.Ordinal);
        return Framework.Contains(variable) || OfOptions.Contains(key) || key is "ConnectionStrings:wadb" or "ConnectionStrings:redis"
            || Source.Value.Contains($"\"{key}\"", StringComparison.Ordinal);
    }
}
