using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Fuzz;

/// <summary>Thousands of requests made from the API's own description: whatever they are, each gets a plain answer.</summary>
public sealed class FuzzTests(GatewayHost gateway, ITestOutputHelper output) : IClassFixture<GatewayHost>
{
    private const int Requests = 5000;
    private const int AtOnce = 16;
    private const int MaxAnswer = 64 * 1024;
    private const string Phone = "5511999990001";

    // Far beyond what any takes, on a machine that stands still now and then; below the time that the client waits by itself.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Leaks = ["   at ", "Exception", "WaPlatform.", "Microsoft.", "System.", ".cs:line", "SQLite", "Npgsql", "/tmp/"];

    private static readonly string[] EndsTheSession = ["/api/auth/logout", "/api/auth/change-password"];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyRequest_OfFiveThousand_IsAnsweredAndTellsNothingOfTheInside()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("WAPLATFORM_FUZZ_SEED") ?? "20261128", CultureInfo.InvariantCulture);
        output.WriteLine($"Seed {seed}; WAPLATFORM_FUZZ_SEED sets another.");
        await gateway.RegisterAsync(Phone);
        var document = (await gateway.Client.GetFromJsonAsync<JsonObject>("/openapi/v1.json", CancellationToken))!;
        document["paths"]!.AsObject().Remove("/test/throws");

        // It never ends, by design.
        document["paths"]!.AsObject().Remove("/api/events/stream");
        var calls = new FuzzedCalls(document, seed);
        var made = Enumerable.Range(0, Requests).Select(calls.Next).ToList();
        var faults = new ConcurrentQueue<string>();
        var statuses = new ConcurrentDictionary<int, int>();

        using var nobody = gateway.CreateClient();
        await Parallel.ForEachAsync(made, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = CancellationToken }, async (call, cancellationToken) =>
        {
            var client = EndsTheSession.Any(path => call.Target.StartsWith(path, StringComparison.Ordinal)) ? nobody : gateway.Client;
            if (await FaultAsync(client, call, statuses, cancellationToken) is { } fault)
            {
                faults.Enqueue($"{fault}: {call}");
            }
        });

        output.WriteLine(string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}")));
        Assert.True(calls.Operations >= 30, $"Only {calls.Operations} operations are described.");
        Assert.True(statuses.Where(status => status.Key is >= 200 and < 300).Sum(status => status.Value) > Requests / 20, "Hardly any request got through: they are not what the API takes.");
        Assert.True(faults.IsEmpty, $"Seed {seed}, {faults.Count} faults:\n{string.Join('\n', faults.Take(20))}");
    }

    private async Task<string?> FaultAsync(HttpClient client, FuzzedCall call, ConcurrentDictionary<int, int> statuses, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var request = call.ToRequest(gateway.Address);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var status = (int)answer.StatusCode;
            statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
            var mediaType = answer.Content.Headers.ContentType?.MediaType;
            var text = mediaType == "text/event-stream" ? "" : await ReadAsync(answer, patience.Token);
            // 503 is documented: nobody runs hosts and jobs beside this gateway.
            if (status is >= 500 and not 503)
            {
                return $"{status} {text}";
            }

            if (status is 400 or 414 && mediaType is null && text.Length == 0)
            {
                // The server itself, before anything of ours: NUL in a path, a line too long.
                return null;
            }

            if (status >= 400 && (mediaType != "application/problem+json" || !IsProblem(text)))
            {
                return $"{status} is no problem+json: {mediaType} {text}";
            }

            // What a request said may come back; what the platform said may not tell of its inside.
            return status >= 400 && Leaks.FirstOrDefault(leak => text.Contains(leak, StringComparison.Ordinal)) is { } found ? $"{status} says '{found}': {text}" : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Patience}";
        }
        catch (HttpRequestException exception)
        {
            return $"the connection ended: {exception.Message}";
        }
    }

    private static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(body);
        var buffer = new char[MaxAnswer];
        return new string(buffer, 0, await reader.ReadBlockAsync(buffer, cancellationToken));
    }

    private static bool IsProblem(string text) =>
        JsonElement.Parse(text) is { ValueKind: JsonValueKind.Object } problem && problem.TryGetProperty("code", out _) && problem.TryGetProperty("traceId", out _);
}
