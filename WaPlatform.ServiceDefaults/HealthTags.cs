namespace WaPlatform.ServiceDefaults;

/// <summary>Tags of health checks.</summary>
public static class HealthTags
{
    /// <summary>Tells a person about the platform, and says nothing of whether this process can work: not part of <c>/health</c>.</summary>
    public const string Detail = "detail";
}
