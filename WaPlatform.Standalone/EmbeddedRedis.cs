using System.Net;
using System.Security.Cryptography;
using Garnet;
using Garnet.server;
using Garnet.server.Auth.Settings;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Standalone;

/// <summary>A Garnet server in this process, on a free port of the loopback, behind a password of its own. It keeps nothing: what it holds can be rebuilt from the database.</summary>
internal sealed class EmbeddedRedis : IDisposable
{
    // Room for about a million queued messages; taken as it is used. Past it the oldest entries go, and the sweep brings them back from
    // the database. Spilling to disk would need a native library that machines don't have (libaio).
    private const string Memory = "256m";

    // The table of keys grows with them; its start is what an idle platform pays for.
    private const string Index = "1m";
    private const string LargestIndex = "64m";
    private const string Page = "1m";

    private readonly ReservedPort _port = new(IPAddress.Loopback);
    private readonly GarnetServer _server;

    private EmbeddedRedis()
    {
        // Other users of the machine reach the loopback too.
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _server = new GarnetServer(new GarnetServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, _port.Number)],
            AuthSettings = new PasswordAuthenticationSettings(password),
            QuietMode = true,
            EnableLua = true,
            LuaOptions = new LuaOptions(LuaMemoryManagementMode.Native, "", Timeout.InfiniteTimeSpan, LuaLoggingMode.Silent, []),
            LogMemorySize = Memory,
            PageSize = Page,
            IndexMemorySize = Index,
            IndexMaxMemorySize = LargestIndex,
        });
        ConnectionString = $"127.0.0.1:{_port.Number},password={password}";
    }

    public string ConnectionString { get; }

    public static EmbeddedRedis Start()
    {
        var redis = new EmbeddedRedis();
        redis._server.Start();
        return redis;
    }

    public void Dispose()
    {
        _server.Dispose();
        _port.Dispose();
    }
}
