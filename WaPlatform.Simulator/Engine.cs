using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.CommandLine;
using WaPlatform.Simulator.Configuration;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Output;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator;

/// <summary>One run of the process from the parsed command line to the exit code (gowa contract §8).</summary>
internal sealed class Engine(Command command, Func<string, string?> environment, GoLog log, TimeProvider time, IProcessEnd end)
{
    private const int ConfigurationFailure = 1;
    private const int PanicFailure = 2;

    private readonly SimulatorSettings _simulation = SimulatorSettings.Load(environment);

    public async Task<int> RunAsync(Shutdown shutdown)
    {
        if (environment("GOMEMLIMIT") is { Length: > 0 } limit && !MemoryLimit.IsValid(limit))
        {
            log.Raw(GoTexts.BadMemoryLimit(limit));
            return PanicFailure;
        }

        var dotEnv = DotEnv.Read(".env");
        log.Print(dotEnv.Describe(environment));
        var settings = GowaSettings.Load(command.Flags, dotEnv, environment);
        using var gowa = new Gowa(settings, _simulation, new SessionStore(settings.DbUri), log, time, end);
        if (!CreateFolders() || !OpenChats(gowa))
        {
            return ConfigurationFailure;
        }

        return await OpenSessionsAsync(gowa) ? await ServeAsync(gowa, shutdown) : PanicFailure;
    }

    private async Task<int> ServeAsync(Gowa gowa, Shutdown shutdown)
    {
        var sessions = gowa.Sessions.Found;
        log.Info($"[DEVICE_MANAGER] discovered {gowa.Slots.Rows.Count} device records in registry");
        log.Info($"[DEVICE_MANAGER] discovered {sessions.Count} device records in store");
        BootReconciliation.Run(gowa.Slots, sessions);
        if (command.Kind == CommandKind.HelpAfterInit)
        {
            log.Print(command.Text.TrimEnd('\n'));
            return 0;
        }

        if (gowa.Settings.WhatsAppProxy is { Length: > 0 } proxy && !Uri.TryCreate(proxy, UriKind.Absolute, out _))
        {
            log.WhatsAppError("Client", $"failed to apply WHATSAPP_PROXY=\"<unparseable-proxy-url>\": parse \"{proxy}\": missing protocol scheme");
        }

        if (BasicAuth.Create(gowa.Settings.BasicAuth) is not { } auth)
        {
            log.Fatal("Basic auth is not valid, please this following format <user>:<secret>");
            return ConfigurationFailure;
        }

        if (gowa.Settings.PresencePulse)
        {
            log.Info("presence pulse scheduler started; interval=24h0m0s duration=5m0s");
        }

        gowa.Lives.Begin(sessions.Select(static session => Jids.Number(session.AdJid)));
        shutdown.Install(gowa.Faults, log);
        gowa.Background.Run(new BootConnect(gowa.Slots, gowa.Connector, _simulation, log, time).RunAsync);
        return await ListenAsync(gowa, auth, shutdown);
    }

    private async Task<int> ListenAsync(Gowa gowa, BasicAuth auth, Shutdown shutdown)
    {
        using var server = new HttpServer(time);
        if (!await shutdown.HappensWithinAsync(_simulation.NeverReady ? Timeout.InfiniteTimeSpan : _simulation.StartDelay, time))
        {
            var front = new Front(gowa, gowa.AddRoutes(new RouteTable(gowa.Settings.BasePath)), auth);
            if (await server.StartAsync(gowa.Settings.Host, gowa.Settings.Port, front.HandleAsync, gowa.Background.Stopping) is { } error)
            {
                log.Fatal("Failed to start:  failed to listen: failed to listen: " + error);
                return ConfigurationFailure;
            }

            log.Print(GoTexts.Banner(server.Address, Handlers(gowa.Settings), Environment.ProcessId));
            await shutdown.Requested;
            if (!await server.DrainAsync())
            {
                log.Warning("HTTP server shutdown: context deadline exceeded");
            }
        }

        // chatstorage.db is closed properly, whatsapp.db is not (real.md §3.2.20).
        gowa.ChatJournal.Dispose();
        Folders.DeleteSideFiles(Folders.ChatDatabase);
        await gowa.Background.StopAsync();
        gowa.Lives.End();
        return 0;
    }

    private bool CreateFolders()
    {
        try
        {
            Folders.Create();
            Folders.CreateSideFiles(Folders.ChatDatabase);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.Error(exception.Message);
            log.Fatal("failed to initialize chat storage: failed to ping database: unable to open database file: " + exception.Message);
            return false;
        }
    }

    private async Task<bool> OpenSessionsAsync(Gowa gowa)
    {
        if (await gowa.Sessions.OpenAsync(CancellationToken.None) is not { } problem)
        {
            return true;
        }

        log.WhatsAppError("Main", "Database initialization error: " + problem);
        log.Raw(GoTexts.Panic("Database initialization error: " + problem));
        return false;
    }

    private bool OpenChats(Gowa gowa)
    {
        try
        {
            gowa.ChatJournal.Open();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            log.Fatal("failed to initialize chat storage: failed to ping database: " + exception.Message);
            return false;
        }
    }

    // As counted on the real binary (real.md §3.2.19).
    private static int Handlers(GowaSettings settings) =>
        123 + (settings.BasicAuth.Count > 0 ? 2 : 0) + (settings.Debug ? 1 : 0) + (settings.McpEnabled ? 2 : 0);
}
