using WaPlatform.Contracts.Devices;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Hearing;

/// <summary>The hearing of one life of an engine. Runs on the grain's scheduler.</summary>
internal sealed class EngineHearing(EngineSession session, DeviceCondition condition, string ownNumber) : IHearingEngine
{
    private const int GatewayTimeout = 504;

    public bool IsConnected => session is { IsReady: true, IsDialing: false } && condition.Facts is { IsConnected: true, IsLoggedIn: true, Paired: true, Settling: false, Dialing: false };

    public async Task<bool> AnswersAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        session.Socket is { } socket && await socket.AnswersAsync(timeout, cancellationToken);

    public async Task<bool?> ReachesWhatsAppAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await session.Client.GetUserAsync(ownNumber, timeout, cancellationToken);
            return answer.IsSuccess ? true : answer.HttpStatus == GatewayTimeout ? false : null;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            // Whether the engine lives is another probe's question.
            return null;
        }
    }

    public async Task ReconnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await session.DialAsync(client => client.ReconnectAsync(cancellationToken));
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            // The next question says what came of it.
        }
    }

    public void Restart() => session.RequestEnd(DeviceReason.Deaf);
}
