using System.Diagnostics.Metrics;

namespace WaPlatform.Gateway.Access;

internal sealed class AccessMetrics
{
    private readonly Counter<long> _logins;
    private readonly Counter<long> _refusals;

    public AccessMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _logins = meter.CreateCounter<long>("wa.access.logins", "{login}", "Logins with the right password.");
        _refusals = meter.CreateCounter<long>("wa.access.logins.refused", "{login}", "Logins that were refused.");
    }

    public void LoggedIn() => _logins.Add(1);

    /// <param name="reason"><c>password</c> or <c>locked</c>.</param>
    public void LoginRefused(string reason) => _refusals.Add(1, new KeyValuePair<string, object?>("wa.refusal.reason", reason));
}
