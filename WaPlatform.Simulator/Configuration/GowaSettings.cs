namespace WaPlatform.Simulator.Configuration;

/// <summary>
/// gowa's settings. Environment beats <c>.env</c> beats flags beats default; an empty variable counts as unset (gowa contract §2.2).
/// </summary>
internal sealed class GowaSettings
{
    /// <summary>The version this simulator stands in for.</summary>
    public const string Version = "v9.2.0";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private GowaSettings()
    {
    }

    public string Host => Text("host");

    public string Port => Text("port");

    public bool Debug => Flag("debug");

    public string Os => Text("os");

    /// <summary>Each <c>user:password</c>.</summary>
    public IReadOnlyList<string> BasicAuth => Words("basic-auth");

    /// <summary>"" or a path that starts with a slash.</summary>
    public string BasePath => Text("base-path").TrimEnd('/') is { Length: > 0 } path ? "/" + path.TrimStart('/') : "";

    public IReadOnlyList<string> CorsOrigins => Words("cors-allowed-origins");

    public bool UiEnabled => Flag("ui-enabled");

    public bool McpEnabled => Flag("mcp-enabled");

    public bool ChatwootEnabled => Flag("chatwoot-enabled");

    public string DbUri => Text("db-uri").Trim('"', '\'');

    public bool AccountValidation => Flag("account-validation");

    public bool AutoDownloadMedia => Flag("auto-download-media");

    public string AutoReply => Text("autoreply");

    public IReadOnlyList<string> Webhooks => Words("webhook");

    public string WebhookSecret => Text("webhook-secret");

    public bool WebhookInsecureSkipVerify => Flag("webhook-insecure-skip-verify");

    public IReadOnlyList<string> WebhookEvents => Words("webhook-events");

    public IReadOnlyList<string> WebhookIgnoreJids => Words("webhook-ignore-jids");

    public string WhatsAppProxy => Text("whatsapp-proxy");

    public bool PresencePulse => Flag("presence-pulse-enabled");

    /// <summary>Any setting by its flag name, lists and numbers as text.</summary>
    public string Text(string name) => _values[name];

    public static GowaSettings Load(IReadOnlyDictionary<string, string> flags, DotEnv dotEnv, Func<string, string?> environment)
    {
        var settings = new GowaSettings();
        foreach (var setting in SettingList.All)
        {
            var outside = environment(setting.Variable) is { Length: > 0 } variable ? variable : dotEnv.Get(setting.Variable);
            var flag = flags.GetValueOrDefault(setting.Name, setting.Default);

            // Only switches on, never off: gowa tests the value before it takes it over.
            var ignored = setting.Name == "debug" && !IsTrue(outside);
            settings._values[setting.Name] = outside.Length > 0 && !ignored ? outside : flag;
        }

        return settings;
    }

    private bool Flag(string name) => IsTrue(Text(name));

    private string[] Words(string name) => Text(name) is { Length: > 0 } text ? text.Split(',') : [];

    private static bool IsTrue(string text) => text is "1" or "t" or "T" or "true" or "TRUE" or "True";
}
