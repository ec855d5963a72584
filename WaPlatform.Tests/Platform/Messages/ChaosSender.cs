using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>One message of a test that breaks things. Its text tells everything about it.</summary>
/// <param name="Key">The Idempotency-Key of all its requests.</param>
internal sealed record ChaosMessage(string Phone, string To, int Priority, string Text, string Key);

/// <summary>
/// A client that gives up no message: what was not answered, or with a fault of the platform, is asked for again with the same key. Now and then it
/// repeats what was accepted already, as clients do that forgot.
/// </summary>
internal sealed class ChaosSender(IPlatform platform, Random random) : IDisposable
{
    private const double Repeats = 0.1;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client = SignedIn(platform);

    /// <summary>The messages that were accepted, with their ids.</summary>
    public List<(ChaosMessage Message, string Id)> Accepted { get; } = [];

    /// <summary>How long each request took that was answered.</summary>
    public List<TimeSpan> Took { get; } = [];

    /// <summary>Requests that had to be made again.</summary>
    public int Failures { get; private set; }

    /// <summary>Those of them that were answered, with something else than "not now" (503).</summary>
    public int Errors { get; private set; }

    /// <summary>Has messages accepted, one after the other.</summary>
    /// <param name="accepted">Called after each; waited for before the next.</param>
    public async Task SendAsync(IEnumerable<ChaosMessage> messages, Func<Task> accepted, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
        {
            Accepted.Add((message, await SendAsync(message, cancellationToken)));
            await accepted();
            if (random.NextDouble() < Repeats)
            {
                var (again, id) = Accepted[random.Next(Accepted.Count)];
                Assert.Equal(id, await SendAsync(again, cancellationToken));
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private static HttpClient SignedIn(IPlatform platform)
    {
        // The token outlives the platform's process: its key is in the data directory.
        var client = platform.CreateClient();
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(platform.Client.DefaultRequestHeaders.Authorization!.ToString());
        return client;
    }

    private async Task<string> SendAsync(ChaosMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var started = Stopwatch.GetTimestamp();
                using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages/send")
                {
                    Content = JsonContent.Create(new { from = message.Phone, to = message.To, message = message.Text, priority = message.Priority, wait = false }),
                };
                request.Headers.Add("Idempotency-Key", message.Key);
                using var answer = await _client.SendAsync(request, cancellationToken);
                Took.Add(Stopwatch.GetElapsedTime(started));
                var said = await answer.Content.ReadAsStringAsync(cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return JsonElement.Parse(said).Id();
                }

                Errors += answer.StatusCode == HttpStatusCode.ServiceUnavailable ? 0 : 1;
                Assert.True(answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError, said);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                // Killed before it answered, or not up yet.
            }

            Failures++;
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }
}
