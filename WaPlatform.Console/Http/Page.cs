namespace WaPlatform.Console.Http;

/// <summary>One page of a list; <paramref name="Next"/> is the cursor of the one after it.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next = null, int Total = 0);
