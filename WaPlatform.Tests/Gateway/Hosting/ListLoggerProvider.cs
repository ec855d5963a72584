using Microsoft.Extensions.Logging;

namespace WaPlatform.Tests.Gateway.Hosting;

/// <summary>Keeps every line that was logged, with its exception.</summary>
internal sealed class ListLoggerProvider(List<string> lines) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ListLogger(lines, categoryName);

    public void Dispose()
    {
    }

    private sealed class ListLogger(List<string> lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Formatted before the lock is taken: a value's own ToString may wait for a lock that another logging thread holds.
            var line = $"{logLevel} {category}: {formatter(state, exception)} {exception}";
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }
}
