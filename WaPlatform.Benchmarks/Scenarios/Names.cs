namespace WaPlatform.Benchmarks.Scenarios;

/// <summary>What the figures are called that are judged.</summary>
internal static class Names
{
    public const string AcceptRate = "accept: messages, 32 clients";
    public const string WaitDifference = "wait: p50 above direct";
    public const string WebhookChange = "webhooks: change of the p99 by hostile ones";
}
