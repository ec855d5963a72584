using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Devices;

/// <summary>What answers without a slot: <c>/health</c>, <c>/app/info</c>, and the page at the root.</summary>
internal static class HealthRoutes
{
    public static void AddHealthRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Map("GET", "/health", (_, _) => HealthAsync(gowa), RouteScope.Public, prefixed: false);
        routes.Get("/app/info", (_, _) => Task.FromResult(Info(gowa)), RouteScope.Authorised);
        routes.Get("/", (_, _) => Task.FromResult(Root(gowa)), RouteScope.Authorised);
    }

    private static async Task<Answer> HealthAsync(Gowa gowa)
    {
        // The only thing gowa does here: ask the manager, whose lock a dial may hold (real.md §3.1.4).
        await gowa.Slots.ListAsync();
        return Answer.Text(200, "OK");
    }

    private static Answer Info(Gowa gowa) => Answer.Success("Fetch app info success", GoJson.Map(
        ("base_path", gowa.Settings.BasePath),
        ("chatwoot_enabled", gowa.Settings.ChatwootEnabled),
        ("max_file_size", 50_000_000),
        ("max_image_size", 20_000_000),
        ("max_video_size", 100_000_000),
        ("os", gowa.Settings.Os),
        ("version", gowa.Simulation.Version)));

    private static Answer Root(Gowa gowa) => gowa.Settings.UiEnabled
        ? Answer.Text(200, "<!doctype html><title>gowa</title>") with { ContentType = "text/html; charset=utf-8" }
        : Answer.Success($"gowa {gowa.Simulation.Version} — UI disabled");
}
