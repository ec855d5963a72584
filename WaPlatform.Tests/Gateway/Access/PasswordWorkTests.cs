using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Data.Access;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Access;

/// <summary>What a wrong password costs, and whom.</summary>
public sealed class PasswordWorkTests(RedisServer redis) : IAsyncLifetime
{
    private readonly CountingHasher _hasher = new();
    private GatewayHost _gateway = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = new GatewayHost(redis) { Configure = services => services.AddSingleton<IPasswordHasher<User>>(_hasher), Settings = { ["API_RATE_LIMIT"] = "0" } };
        await _gateway.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task LogIn_UnknownUserOrWrongPassword_IsTheSameWork()
    {
        await _gateway.AddUserAsync("known", Callers.Password, UserRole.Viewer);

        var known = await MeasureAsync("known");
        var unknown = await MeasureAsync("unknown");

        // One check each, of a hash of the same form: version, function, rounds and length of the salt are its first 13 bytes.
        Assert.Equal(Assert.Single(known.Hashes)[..17], Assert.Single(unknown.Hashes)[..17]);

        // Neither is told before a time in which what differs is over.
        Assert.All([known, unknown], one => Assert.True(one.Elapsed >= TimeSpan.FromMilliseconds(290), $"{one.Elapsed}"));
    }

    [Fact]
    public async Task LogIn_AThousandWrongOnes_OthersSignInAndTheApiAnswers()
    {
        await _gateway.AddUserAsync("victim", Callers.Password, UserRole.Viewer);
        await _gateway.AddUserAsync("other", Callers.Password, UserRole.Viewer);
        var answers = new ConcurrentDictionary<HttpStatusCode, int>();
        using var attacker = _gateway.CreateClient();
        var flood = Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = CancellationToken }, async (n, token) =>
        {
            using var response = await attacker.PostAsJsonAsync("/api/auth/login", new { username = n % 50 == 0 ? $"nobody-{n}" : "victim", password = "wrong" }, token);
            answers.AddOrUpdate(response.StatusCode, 1, (_, count) => count + 1);
        });

        do
        {
            using var client = _gateway.CreateClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await _gateway.LogInAsync("other", Callers.Password));
            Assert.Equal(HttpStatusCode.OK, await client.StatusAsync("/api/devices"));
            Assert.Equal(HttpStatusCode.OK, await client.StatusAsync("/api/health"));
        }
        while (!flood.IsCompleted);

        await flood;
        Assert.Equal(1000, answers.Values.Sum());
        Assert.All(answers.Keys, status => Assert.True(status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests, $"{status}"));

        // Of a name that is shut out no password is looked at.
        Assert.InRange(answers[HttpStatusCode.Unauthorized], 1, 100);
    }

    private async Task<(IReadOnlyList<string> Hashes, TimeSpan Elapsed)> MeasureAsync(string username)
    {
        var (before, started) = (_hasher.Checked.Count, Stopwatch.GetTimestamp());
        using var client = _gateway.CreateClient();
        using var response = await client.PostAsJsonAsync("/api/auth/login", new { username, password = "wrong" }, CancellationToken);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        return ([.. _hasher.Checked.Skip(before)], Stopwatch.GetElapsedTime(started));
    }

    /// <summary>The real hasher, which keeps what it was asked to check.</summary>
    private sealed class CountingHasher : PasswordHasher<User>
    {
        public ConcurrentQueue<string> Checked { get; } = new();

        public override PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Checked.Enqueue(hashedPassword);
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
