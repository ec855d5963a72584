using Microsoft.AspNetCore.Components;
using WaPlatform.Console.Http;

namespace WaPlatform.Console.Live;

/// <summary>
/// A part of the console that shows what the API says: reads it when it comes up and whenever the connection stands again, keeps a failure to show,
/// and stops all calls when it goes.
/// </summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _leaving = new();
    private Task _polling = Task.CompletedTask;
    private bool _rendering;

    [Inject]
    protected LiveConnection Live { get; set; } = null!;

    [Inject]
    protected TimeProvider Clock { get; set; } = null!;

    /// <summary>Why the last reading failed; null if it did not.</summary>
    protected Problem? Failure { get; private set; }

    /// <summary>When what is shown was read; null before the first time.</summary>
    protected DateTimeOffset? ReadAt { get; private set; }

    protected CancellationToken Leaving => _leaving.Token;

    /// <summary>How often figures that come with no event are read anew; null = not now, and from the beginning never.</summary>
    protected virtual TimeSpan? Interval => null;

    /// <summary>Reads what is shown.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    protected override async Task OnInitializedAsync()
    {
        Live.Resumed += OnResumed;
        await ReloadAsync();
        if (Interval is not null)
        {
            _polling = PollAsync();
        }
    }

    /// <summary>Reads again; a failure is kept in <see cref="Failure"/>, what was read before stays.</summary>
    protected Task ReloadAsync() => ReloadAsync(asked: true);

    private async Task ReloadAsync(bool asked)
    {
        try
        {
            await ReadAsync(Leaving);
            (Failure, ReadAt) = (null, Clock.GetUtcNow());
        }
        catch (ApiException exception) when (!asked && ReadAt is not null && exception.Problem.Code == Problem.RateLimited)
        {
            // Somebody does much at once under this name. The next turn reads it.
            return;
        }
        catch (ApiException exception)
        {
            Failure = exception.Problem;
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            return;
        }

        StateHasChanged();
    }

    /// <summary>Renders soon, once for all that comes in together: a busy hub must not keep the page from reacting.</summary>
    protected void RenderSoon()
    {
        if (!_rendering && !_leaving.IsCancellationRequested)
        {
            _rendering = true;
            _ = InvokeAsync(async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), Clock, Leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _rendering = false;
                if (!_leaving.IsCancellationRequested)
                {
                    StateHasChanged();
                }
            });
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        Live.Resumed -= OnResumed;
        await _leaving.CancelAsync();
        await _polling;
        _leaving.Dispose();
        GC.SuppressFinalize(this);
    }

    private void OnResumed() => _ = InvokeAsync(() => ReloadAsync(asked: true));

    private async Task PollAsync()
    {
        while (!_leaving.IsCancellationRequested)
        {
            await Task.Delay(Interval ?? Idle, Clock, Leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Interval is not null && !_leaving.IsCancellationRequested)
            {
                await ReloadAsync(asked: false);
            }
        }
    }
}
