using System.Collections;
using WaPlatform.Contracts.Engines;
using WaPlatform.ProcessHost.Sessions;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>
/// The whole environment of an engine process. Nothing of the platform's own gets in but what an engine needs: gowa reads every
/// <c>APP_*</c>, <c>DB_*</c>, <c>WHATSAPP_*</c> … that it finds, and they win over flags (contract §2.2, §2.4).
/// </summary>
internal static class EngineEnvironment
{
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG", "TMPDIR", "TZ", "SystemRoot", "TEMP", "TMP"];

    public static Dictionary<string, string> Build(EngineLaunch launch, IDictionary hostEnvironment)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["APP_HOST"] = "127.0.0.1",
            ["APP_PORT"] = launch.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["APP_UI_ENABLED"] = "false",
            ["MCP_ENABLED"] = "false",
            ["APP_BASIC_AUTH"] = $"{launch.Secrets.User}:{launch.Secrets.Password}",
            ["APP_OS"] = launch.Options.LinkedDeviceName,
            ["DB_URI"] = launch.Session.Uri,
            ["WHATSAPP_WEBHOOK"] = launch.WebhookUrl.ToString(),
            ["WHATSAPP_WEBHOOK_SECRET"] = launch.Secrets.WebhookSecret,
            ["WHATSAPP_AUTO_DOWNLOAD_MEDIA"] = launch.Options.DownloadMedia ? "true" : "false",
            ["WHATSAPP_PRESENCE_PULSE_ENABLED"] = "false",
            ["NO_COLOR"] = "1",
        };

        if (launch.Options.MemoryLimit.Length > 0)
        {
            environment["GOMEMLIMIT"] = launch.Options.MemoryLimit;
        }

        if (launch.WhatsAppProxy is { Length: > 0 } proxy)
        {
            environment["WHATSAPP_PROXY"] = proxy;
        }

        foreach (DictionaryEntry entry in hostEnvironment)
        {
            var name = (string)entry.Key;
            if (entry.Value is string value && Inherited.Contains(name, StringComparer.Ordinal))
            {
                environment[name] = value;
            }
        }

        if (launch.Kind == EngineKind.Simulator)
        {
            AddDotNet(environment);
            foreach (var (name, value) in launch.SimulatorVariables)
            {
                environment[name] = value;
            }
        }

        return environment;
    }

    // The simulator may be a framework-dependent build: it finds the runtime that runs us, and does without what only a debugger needs.
    private static void AddDotNet(Dictionary<string, string> environment)
    {
        if (Path.GetDirectoryName(typeof(object).Assembly.Location) is { Length: > 0 } runtime)
        {
            environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        }

        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["DOTNET_gcServer"] = "0";
    }
}

/// <summary>All that one start of an engine is made from.</summary>
/// <param name="SimulatorVariables">The host's own <c>SIM_*</c>; only a simulator gets them.</param>
internal sealed record EngineLaunch(
    EngineKind Kind, string Binary, string WorkingDirectory, int Port, EngineSecrets Secrets, Uri WebhookUrl, string? WhatsAppProxy, EngineOptions Options, SessionPlace Session,
    IReadOnlyDictionary<string, string> SimulatorVariables);
