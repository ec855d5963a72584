using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Events;

namespace WaPlatform.ProcessHost.Hearing;

/// <summary>Tells of what is done about a number that may be deaf: its state, clients, metrics, log. Runs on the grain's scheduler.</summary>
internal sealed partial class HearingTeller(PhoneNumber phone, DeviceCondition condition, DeviceJournal journal, HearingMetrics metrics, ILogger logger)
{
    private bool _isDeaf;

    /// <param name="deafness">What is silent, or was until now.</param>
    public void Tell(HearingCase known, HearingStep? step, Deafness? deafness)
    {
        if (step is { } taken && deafness is { } silent)
        {
            journal.Append(EventTypes.Health, EventSource.Platform, new HealthData(taken, silent, known.Restarts));
            if (taken == HearingStep.Recovered)
            {
                Log.Recovered(logger, phone.Masked, silent);
            }
            else
            {
                var level = LevelOf(taken);
                Log.Step(logger, level, phone.Masked, silent, taken, known.Restarts);
            }
        }

        if (_isDeaf != known.IsDeaf)
        {
            _isDeaf = known.IsDeaf;
            metrics.Deaf(_isDeaf);
            condition.Update(facts => facts with { Deaf = _isDeaf });
        }
    }

    private static LogLevel LevelOf(HearingStep step) => step switch
    {
        HearingStep.Probe => LogLevel.Information,
        HearingStep.Rest => LogLevel.Error,
        _ => LogLevel.Warning,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "Device {Phone} looks connected and may be deaf ({Silent}): {Step} (restarts: {Restarts}).")]
        public static partial void Step(ILogger logger, LogLevel level, string phone, Deafness silent, HearingStep step, int restarts);

        [LoggerMessage(2, LogLevel.Information, "Device {Phone} is heard again ({Silent}).")]
        public static partial void Recovered(ILogger logger, string phone, Deafness silent);
    }
}
