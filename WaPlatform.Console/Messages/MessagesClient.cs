using System.Text.Json.Nodes;
using WaPlatform.Console.Http;

namespace WaPlatform.Console.Messages;

/// <summary>The API's calls about messages.</summary>
public sealed class MessagesClient(ApiClient api)
{
    public Task<Page<Message>> ListAsync(MessageQuery query, string? after, CancellationToken cancellationToken) => api.GetAsync(
        ApiClient.Path(
            "/api/messages", ("device", query.Device), ("status", query.Status), ("to", query.To), ("batchId", query.BatchId), ("tag", query.Tag), ("after", after)),
        ApiJson.Default.PageMessage, cancellationToken);

    public Task<Message> GetAsync(string id, CancellationToken cancellationToken) => api.GetAsync(Path(id), ApiJson.Default.Message, cancellationToken);

    public Task<MessageTimeline> GetTimelineAsync(string id, CancellationToken cancellationToken) =>
        api.GetAsync($"{Path(id)}/timeline", ApiJson.Default.MessageTimeline, cancellationToken);

    public Task<Message> CancelAsync(string id, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"{Path(id)}/cancel", null, ApiJson.Default.Message, cancellationToken);

    public Task<Message> RetryAsync(string id, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"{Path(id)}/retry", null, ApiJson.Default.Message, cancellationToken);

    /// <param name="body">As JSON, or as a form with a file.</param>
    public Task<Message> SendAsync(HttpContent body, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/messages/send", body, ApiJson.Default.Message, cancellationToken);

    public Task<Message> SendAsync(JsonObject body, CancellationToken cancellationToken) => SendAsync(ApiClient.Json(body, ApiJson.Default.JsonObject), cancellationToken);

    private static string Path(string id) => $"/api/messages/{Uri.EscapeDataString(id)}";
}

/// <summary>Which messages are asked for; null = all.</summary>
public sealed record MessageQuery(string? Device = null, string? Status = null, string? To = null, string? BatchId = null, string? Tag = null);
