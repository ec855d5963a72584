using System.Text.Json;
using Microsoft.JSInterop;
using WaPlatform.Console.Http;

namespace WaPlatform.Console.Access;

/// <summary>Who is signed in. The tokens are kept, shared between tabs and renewed by session.js; here is only what the console needs of them.</summary>
public sealed class Session(IJSRuntime js, TimeProvider timeProvider) : IAsyncDisposable
{
    // Renewed before it ends, so that no call has to fail for it. Also more than a clock is usually off.
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    private IJSObjectReference? _module;
    private DotNetObjectReference<Session>? _self;

    /// <summary>Raised when somebody signs in or out, here or in another tab, and after each renewal.</summary>
    public event Action? SessionChanged;

    public SignedIn? Current { get; private set; }

    public bool IsAdmin => Current?.User.Role == "admin";

    /// <summary>May change things, not only look.</summary>
    public bool MayWrite => Current?.User.Role is "admin" or "operator";

    public async Task StartAsync()
    {
        _module = await js.InvokeAsync<IJSObjectReference>("import", "./js/session.js");
        _self = DotNetObjectReference.Create(this);
        Current = await _module.InvokeAsync<SignedIn?>("start", _self);
    }

    /// <returns>What is wrong; null if that is the password.</returns>
    public Task<Problem?> SignInAsync(string username, string password) =>
        BeginAsync("/api/auth/login", new Credentials(username, password));

    /// <returns>What is wrong; null if it is changed.</returns>
    public Task<Problem?> ChangePasswordAsync(string current, string next) =>
        BeginAsync("/api/auth/change-password", new PasswordChange(current, next));

    public Task SignOutAsync() => EndAsync(logOut: true);

    /// <summary>The platform says that it is over.</summary>
    public Task EndAsync() => EndAsync(logOut: false);

    /// <summary>A token that is good for a while; null when nobody is signed in.</summary>
    public async ValueTask<string?> TokenAsync(CancellationToken cancellationToken)
    {
        if (Current is { } current && current.ExpiresAt - timeProvider.GetUtcNow() < Early)
        {
            try
            {
                await RenewAsync(current.Token);
            }
            catch (ApiException) when (current.ExpiresAt > timeProvider.GetUtcNow())
            {
                // The old one will do for this call.
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return Current?.Token;
    }

    /// <param name="token">The one that is not good any more.</param>
    /// <returns>The next one; null if the session is over.</returns>
    public async Task<string?> RenewAsync(string? token)
    {
        if (_module is null || Current is not { } current)
        {
            return null;
        }

        if (current.Token != token)
        {
            return current.Token;
        }

        try
        {
            Current = await _module.InvokeAsync<SignedIn?>("renew", current.Version);
            return Current?.Token;
        }
        catch (JSException exception)
        {
            throw new ApiException(new Problem(Problem.NoAnswer, Retriable: true), exception);
        }
    }

    [JSInvokable]
    public void Changed(SignedIn? current)
    {
        Current = current;
        SessionChanged?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        _self?.Dispose();
        if (_module is not null)
        {
            await _module.DisposeAsync();
        }
    }

    private async Task<Problem?> BeginAsync<T>(string path, T body)
    {
        try
        {
            var text = await _module!.InvokeAsync<string?>("begin", path, body);
            return text is null ? null : JsonSerializer.Deserialize(text, ApiJson.Default.Problem);
        }
        catch (JSException)
        {
            return new Problem(Problem.NoAnswer, Retriable: true);
        }
        catch (JsonException)
        {
            return new Problem(Problem.BadAnswer, Retriable: true);
        }
    }

    private async Task EndAsync(bool logOut)
    {
        if (_module is not null)
        {
            await _module.InvokeVoidAsync("end", logOut);
        }
    }
}
