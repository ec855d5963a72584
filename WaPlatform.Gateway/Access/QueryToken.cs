namespace WaPlatform.Gateway.Access;

/// <summary>Marks an endpoint that takes its token as <c>?access_token=</c> too, because browsers cannot set headers on it.</summary>
internal sealed class QueryToken
{
    public const string Parameter = "access_token";

    public static readonly QueryToken Allowed = new();

    private QueryToken()
    {
    }
}
