using Microsoft.AspNetCore.Http.Metadata;

namespace WaPlatform.Gateway.Faults;

/// <summary>How large the body of a request may be; null = as large as the caller likes.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata
{
    /// <summary>For JSON: far above any that is meant, far below what hurts.</summary>
    public static readonly BodyLimit Json = new(1024 * 1024);

    /// <summary>For bodies that are streamed and never held.</summary>
    public static readonly BodyLimit None = new(MaxRequestBodySize: null);
}
