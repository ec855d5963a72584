using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Components.WebAssembly.Http;
using WaPlatform.Console.Access;

namespace WaPlatform.Console.Http;

/// <summary>Calls the API as whoever is signed in. Every failure is an <see cref="ApiException"/>.</summary>
public sealed class ApiClient(HttpClient http, Session session)
{
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, false, cancellationToken);
        return await ReadAsync(response, answer, cancellationToken);
    }

    public async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, body, false, cancellationToken);
        return await ReadAsync(response, answer, cancellationToken);
    }

    public async Task SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, body, false, cancellationToken);
    }

    /// <summary>An answer that is read while it comes. Dispose it.</summary>
    public Task<HttpResponseMessage> StreamAsync(string path, string mediaType, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, true, cancellationToken, mediaType);

    public static JsonContent Json<T>(T value, JsonTypeInfo<T> type) => JsonContent.Create(value, type);

    /// <summary>Adds the parameters that have a value.</summary>
    public static string Path(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var separator = '?';
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                path += $"{separator}{name}={Uri.EscapeDataString(value)}";
                separator = '&';
            }
        }

        return path;
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(answer, cancellationToken) ?? throw new JsonException("The answer is empty.");
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException)
        {
            throw new ApiException(new Problem(Problem.BadAnswer, Detail: exception.Message, Status: (int)response.StatusCode, Retriable: true), exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, bool streamed, CancellationToken cancellationToken, string mediaType = "application/json")
    {
        var token = await session.TokenAsync(cancellationToken);
        var response = await TrySendAsync(method, path, body, streamed, mediaType, token, cancellationToken);

        // The token may have been voided before its time. A body that was read once is not sent again.
        if (response.StatusCode == HttpStatusCode.Unauthorized && body is not StreamContent and not MultipartContent && await session.RenewAsync(token) is { } renewed)
        {
            response.Dispose();
            response = await TrySendAsync(method, path, body, streamed, mediaType, renewed, cancellationToken);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var problem = await Problem.ReadAsync(response, cancellationToken);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                await session.EndAsync();
            }

            throw new ApiException(problem);
        }
    }

    private async Task<HttpResponseMessage> TrySendAsync(
        HttpMethod method, string path, HttpContent? body, bool streamed, string mediaType, string? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        request.SetBrowserRequestCache(BrowserRequestCache.NoStore);
        request.SetBrowserResponseStreamingEnabled(streamed);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        try
        {
            return await http.SendAsync(request, streamed ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ApiException(new Problem(Problem.NoAnswer, Retriable: true), exception);
        }
        finally
        {
            // Disposing the request would dispose a body that may be sent once more.
            request.Content = null;
        }
    }
}
