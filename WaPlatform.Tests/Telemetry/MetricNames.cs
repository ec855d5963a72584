using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Gateway;
using WaPlatform.Jobs;
using WaPlatform.ProcessHost;

namespace WaPlatform.Tests.Telemetry;

/// <summary>The metrics that the platform makes, under the names that Prometheus gives them.</summary>
internal static class MetricNames
{
    /// <summary>Of ASP.NET Core and .NET; that they are there is seen where a service is read.</summary>
    public static readonly string[] OfTheRuntime = ["http_server_request_duration_seconds", "dotnet_process_memory_working_set_bytes", "dotnet_process_cpu_time_seconds_total"];

    private static readonly string[] HistogramParts = ["_bucket", "_sum", "_count"];

    /// <summary>Every instrument of every class that makes some.</summary>
    public static IReadOnlyList<Instrument> Instruments { get; } = Find();

    /// <summary>Whether a query may use this name.</summary>
    public static bool Exist(string name) =>
        Instruments.Any(instrument => NameOf(instrument) == name || (IsHistogram(instrument) && HistogramParts.Any(part => NameOf(instrument) + part == name)))
        || OfTheRuntime.Any(known => known == name || HistogramParts.Any(part => known + part == name));

    /// <summary>As OpenTelemetry's exporter writes it: dots become underscores, units are spelled out unless they are notes in braces, counters get <c>_total</c>.</summary>
    public static string NameOf(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", null or "" => "", ['{', ..] => "", var other => "_" + other };
        var isCounter = instrument.GetType().Name is "Counter`1" or "ObservableCounter`1";
        return instrument.Name.Replace('.', '_') + unit + (isCounter ? "_total" : "");
    }

    private static bool IsHistogram(Instrument instrument) => instrument.GetType().Name == "Histogram`1";

    private static List<Instrument> Find()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        var found = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Scope == factory)
                {
                    found.Add(instrument);
                }
            },
        };
        listener.Start();
        foreach (var type in new[] { typeof(GatewayExtensions), typeof(ProcessHostExtensions), typeof(JobsExtensions), typeof(Microsoft.Extensions.Hosting.ServiceDefaultsExtensions) }
            .SelectMany(one => one.Assembly.GetTypes()).Where(type => type.Name.EndsWith("Metrics", StringComparison.Ordinal)))
        {
            if (type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, [typeof(IMeterFactory)]) is { } make)
            {
                make.Invoke([factory]);
            }
        }

        return found;
    }
}
