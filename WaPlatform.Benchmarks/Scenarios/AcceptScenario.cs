using System.Net;
using System.Text;
using WaPlatform.Benchmarks.Processes;
using WaPlatform.Benchmarks.Results;

namespace WaPlatform.Benchmarks.Scenarios;

/// <summary>Messages that are stored durably and not waited for, to devices that do not run: nothing but accepting is measured.</summary>
internal static class AcceptScenario
{
    private const int Clients = 32;
    private const int BulkClients = 4;

    public static async Task RunAsync(Ground ground, Sizes sizes, Report report, CancellationToken cancellationToken)
    {
        var calls = Enumerable.Range(0, sizes.Accept).Select(number => PlatformProcess.Send(From(ground, number), "accepted", wait: false)).ToArray();
        await ground.CompareRateAsync(
            Names.AcceptRate, "accept: ratio to direct", sizes.Direct, report,
            async () =>
            {
                var before = ground.Platform.ProcessorTime;
                var load = await Load.RunAsync(ground.Platform.Client, calls, Clients, Load.Accepted, cancellationToken);
                ground.AddProcessorTime("accept: processor time of a message", before, calls.Length, report);
                report.Add("accept: p50", "ms", load.Latencies.Percentile(50));
                report.Add("accept: p99", "ms", load.Latencies.Percentile(99));
                return load.PerSecond;
            },
            cancellationToken);
        await ground.RestAsync(cancellationToken);
    }

    public static async Task RunBulkAsync(Ground ground, Sizes sizes, Report report, CancellationToken cancellationToken)
    {
        var calls = Enumerable.Range(0, sizes.Bulks).Select(number => Bulk(From(ground, number), sizes.BulkSize)).ToArray();
        if (!await HasBulkAsync(ground, calls[0], cancellationToken))
        {
            report.Note("accept in bulk: skipped, this platform has no `/api/messages/send-bulk`.");
            return;
        }

        await ground.CompareRateAsync(
            $"accept in bulk: messages, {BulkClients} clients, {sizes.BulkSize} a call", "accept in bulk: ratio to direct", sizes.Direct, report,
            async () =>
            {
                var before = ground.Platform.ProcessorTime;
                var load = await Load.RunAsync(ground.Platform.Client, calls, BulkClients, Load.Accepted, cancellationToken);
                ground.AddProcessorTime("accept in bulk: processor time of a message", before, calls.Length * sizes.BulkSize, report);
                return load.PerSecond * sizes.BulkSize;
            },
            cancellationToken);
        await ground.RestAsync(cancellationToken);
    }

    private static string From(Ground ground, int number) => ground.Acceptors[number % ground.Acceptors.Length];

    private static Call Bulk(string from, int size)
    {
        var messages = Enumerable.Range(0, size).Select(number => $$"""{"to":"5511888887777","message":"in bulk {{number}}"}""");
        return new Call("/api/messages/send-bulk", Encoding.UTF8.GetBytes($$"""{"from":"{{from}}","messages":[{{string.Join(',', messages)}}],"wait":false}"""));
    }

    private static async Task<bool> HasBulkAsync(Ground ground, Call call, CancellationToken cancellationToken)
    {
        using var request = call.ToRequest();
        using var answer = await ground.Platform.Client.SendAsync(request, cancellationToken);

        // 405: a path beside it, /api/messages/{id}, knows GET.
        return answer.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed);
    }
}
