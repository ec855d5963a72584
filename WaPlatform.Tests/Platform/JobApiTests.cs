using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Platform;

/// <summary>What happens by the clock, when somebody does not want to wait for it.</summary>
public sealed class JobApiTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_EachJob_TellsItsOutcomeAndWhoAskedForIt()
    {
        await using var platform = await StandaloneProcess.StartAsync(new StandaloneStart(), CancellationToken);
        var jobs = await ListAsync(platform);
        Assert.Equal(6, jobs.Count);

        // One after another: drill and backup are one operation at a time.
        foreach (var name in jobs.Select(job => job.GetProperty("name").GetString()!))
        {
            using var answer = await platform.Client.PostAsync($"/api/system/jobs/{name}/run", null, CancellationToken);
            var asked = await answer.ReadJsonAsync(HttpStatusCode.Accepted);
            Assert.Equal(("/api/system/jobs", name), (answer.Headers.Location!.OriginalString, asked.GetProperty("name").GetString()));
            await WaitForAsync(platform, name, asked.GetProperty("id").GetString()!);
        }

        using (var unknown = await platform.Client.PostAsync("/api/system/jobs/nothing/run", null, CancellationToken))
        {
            await unknown.AssertProblemAsync(HttpStatusCode.NotFound, "JOB_NOT_FOUND");
        }

        jobs = await ListAsync(platform);
        Assert.All(jobs, job => Assert.Equal("succeeded", job.GetProperty("lastRun").GetProperty("outcome").GetString()));
        var backups = await platform.Client.GetFromJsonAsync<JsonElement>("/api/backups", CancellationToken);
        var backup = Assert.Single(backups.GetProperty("items").EnumerateArray());
        Assert.StartsWith(backup.GetProperty("id").GetString()!, Detail(jobs, "backup"), StringComparison.Ordinal);
        Assert.StartsWith(backup.GetProperty("id").GetString()!, Detail(jobs, "drill"), StringComparison.Ordinal);
        var audit = await platform.Client.GetFromJsonAsync<JsonElement>("/api/audit?limit=50", CancellationToken);
        Assert.Equal(7, audit.GetProperty("items").EnumerateArray().Count(entry => entry.GetProperty("action").GetString() == "POST /api/system/jobs/{name}/run"));
    }

    private static string Detail(IReadOnlyList<JsonElement> jobs, string name) =>
        jobs.Single(job => job.GetProperty("name").GetString() == name).GetProperty("lastRun").GetProperty("detail").GetString()!;

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(StandaloneProcess platform) =>
        [.. (await platform.Client.GetFromJsonAsync<JsonElement>("/api/system/jobs", CancellationToken)).GetProperty("items").EnumerateArray()];

    private static Task WaitForAsync(StandaloneProcess platform, string name, string id) => ProcessHost.RunningHost.UntilAsync(
        async () => (await ListAsync(platform)).Single(job => job.GetProperty("name").GetString() == name).TryGetProperty("lastRun", out var run)
            && run.ValueKind == JsonValueKind.Object && run.GetProperty("id").GetString() == id && run.GetProperty("outcome").GetString() != "running",
        () => $"{name} does not end");
}
