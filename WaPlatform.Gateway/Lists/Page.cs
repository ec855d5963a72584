namespace WaPlatform.Gateway.Lists;

/// <summary>One page of a list.</summary>
/// <param name="Next">Cursor of the next page (<c>?after=</c>), or null at the end.</param>
/// <param name="Total">How many there are in all pages.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next, int Total);
