namespace WaPlatform.Benchmarks;

/// <summary>The run is worth nothing: something did not start, was refused, was lost, or came twice.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
