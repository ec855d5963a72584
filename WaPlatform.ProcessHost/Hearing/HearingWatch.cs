using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Hearing;

/// <summary>
/// Watches whether one number hears, over all lives of its engine: asks, and takes the steps that <see cref="HearingPolicy"/> decides. Runs on the grain's scheduler.
/// </summary>
/// <param name="changed">Told of each step with what is known after it, before it is carried out; without a step when an old case is dropped.</param>
internal sealed class HearingWatch(
    Correspondence correspondence, IOptions<HearingOptions> options, HearingMetrics metrics, TimeProvider timeProvider, Action<HearingCase, HearingStep?, Deafness?> changed)
{
    private HearingCase _case = HearingCase.None;
    private long _stepAt;
    private long _linkAskedAt;
    private bool _isRestarting;

    private HearingOptions Options => options.Value;

    /// <summary>Watches one life of the engine, until it ends.</summary>
    public async Task RunAsync(IHearingEngine engine, CancellationToken ended)
    {
        _isRestarting = false;
        _linkAskedAt = timeProvider.GetTimestamp();
        while (!ended.IsCancellationRequested && Options.Enabled)
        {
            await Task.Delay(_case.Deafness is null ? Options.ProbeInterval : Options.RetryInterval, timeProvider, ended)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (ended.IsCancellationRequested || !engine.IsConnected)
            {
                continue;
            }

            var (isAnswer, silent) = await AskAsync(engine, ended);

            // What the engine says of itself by now may explain its silence.
            if (isAnswer && !ended.IsCancellationRequested && engine.IsConnected)
            {
                await DecideAsync(engine, silent, ended);
            }
        }

        if (!_isRestarting)
        {
            Drop();
        }
    }

    /// <summary>A case outlives the engine only where that one was ended for it: any other end explains the silence.</summary>
    public void Drop()
    {
        _isRestarting = false;
        if (_case.Deafness is not null)
        {
            _case = HearingCase.None;
            changed(_case, null, null);
        }
    }

    private async Task<(bool IsAnswer, Deafness? Silent)> AskAsync(IHearingEngine engine, CancellationToken ended)
    {
        // One that speaks need not be asked.
        if (_case.Deafness is not null || correspondence.SinceHeard is not { } quiet || quiet >= Options.ProbeInterval)
        {
            var answers = await engine.AnswersAsync(Options.ProbeTimeout, ended);
            metrics.Asked(Deafness.Events, answers);
            if (!answers)
            {
                return (true, Deafness.Events);
            }
        }

        if (!IsLinkInQuestion())
        {
            return (true, null);
        }

        _linkAskedAt = timeProvider.GetTimestamp();
        var reaches = await engine.ReachesWhatsAppAsync(Options.LinkTimeout, ended);
        metrics.Asked(Deafness.Link, reaches ?? true);

        // Where the link is the question, something else is no answer to it.
        return (reaches is not null || _case.Deafness != Deafness.Link, reaches == false ? Deafness.Link : null);
    }

    private bool IsLinkInQuestion() =>
        correspondence.TakeSuspicion()
        || _case.Deafness is Deafness.Link or Deafness.Receipts
        || (Options.LinkInterval > TimeSpan.Zero && timeProvider.GetElapsedTime(_linkAskedAt) >= Options.LinkInterval);

    private async Task DecideAsync(IHearingEngine engine, Deafness? silent, CancellationToken ended)
    {
        var sinceStep = _case.Deafness is null ? TimeSpan.Zero : timeProvider.GetElapsedTime(_stepAt);
        var before = _case;
        (_case, var step) = HearingPolicy.Decide(
            before, new HearingSigns(silent, correspondence.ReceiptsMissing, sinceStep, correspondence.SinceHeard < sinceStep), Options);
        if (step is null)
        {
            return;
        }

        _stepAt = timeProvider.GetTimestamp();
        metrics.Took(step.Value);
        changed(_case, step, _case.Deafness ?? before.Deafness);
        switch (step)
        {
            case HearingStep.Reconnect:
                await engine.ReconnectAsync(ended);
                _stepAt = timeProvider.GetTimestamp();
                break;
            case HearingStep.Restart:
                _isRestarting = true;
                engine.Restart();
                break;
            case HearingStep.Rest when _case.Deafness is null:
                correspondence.StandDown();
                break;
        }
    }
}
