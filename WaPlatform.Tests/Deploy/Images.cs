using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WaPlatform.ProcessHost;

namespace WaPlatform.Tests.Deploy;

/// <summary>What the images are, and what their services need.</summary>
internal static partial class Images
{
    /// <summary>Targets of the Dockerfile.</summary>
    public static IReadOnlyList<string> Targets { get; } = [.. Stage().Matches(DeployFiles.Read("Dockerfile")).Select(match => match.Groups[1].Value)];

    /// <summary>The version that the images are built from.</summary>
    public static string Version { get; } = VersionElement().Match(File.ReadAllText(Path.Combine(DeployFiles.Root, "Directory.Build.props"))).Groups[1].Value;

    /// <summary>How long the stop of a service that runs engines may last.</summary>
    public static TimeSpan EngineGrace { get; } = ReadEngineGrace();

    private static TimeSpan ReadEngineGrace()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddProcessHost();
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
    }

    [GeneratedRegex(@"^FROM \S+ AS (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Stage();

    [GeneratedRegex("<Version>(.+)</Version>")]
    private static partial Regex VersionElement();
}
