namespace WaPlatform.ProcessHost.Forwarding;

/// <summary>What a forwarded request asks of an engine, taken from the request line as it came: nothing is decoded or encoded again.</summary>
internal sealed record ForwardTarget(string PhoneNumber, string PathAndQuery)
{
    public const string Prefix = "/engines/";

    /// <param name="rawTarget">The request target: <c>/path?query</c>.</param>
    /// <returns>Null if no gateway would ask like this.</returns>
    public static ForwardTarget? Read(string rawTarget)
    {
        if (!rawTarget.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var end = rawTarget.IndexOf('/', Prefix.Length);
        return end > Prefix.Length ? new ForwardTarget(rawTarget[Prefix.Length..end], rawTarget[end..]) : null;
    }
}
