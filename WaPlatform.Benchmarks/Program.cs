using System.Runtime.InteropServices;
using WaPlatform.Benchmarks;

if (BenchmarkOptions.Parse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(BenchmarkOptions.Usage);
    return 64;
}

using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    await (options.Subject switch
    {
        "events" => MirrorBenchmark.RunAsync(options, stopping.Token),
        "webhooks" => WebhookBenchmark.RunAsync(options, stopping.Token),
        _ => MessageBenchmark.RunAsync(options, stopping.Token),
    });
    return 0;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Interrupted; what was started is ended.");
    return 130;
}
catch (BenchmarkException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}

// What was started is ended on the way out.
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopping.Cancel();
}
