using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.Gateway.Limits;

/// <summary>How much one caller may ask of one gateway, in any minute.</summary>
internal sealed class RateLimitOptions
{
    public const string SectionName = "RateLimits";

    /// <summary>Requests of a user or a key; 0 = no limits at all. Also <c>API_RATE_LIMIT</c>. Default: 100.</summary>
    [Range(0, 1_000_000)]
    public int Requests { get; set; } = 100;

    /// <summary>Requests without (good) credentials, from one address; never more than <see cref="Requests"/>. Default: 60.</summary>
    [Range(1, 1_000_000)]
    public int Anonymous { get; set; } = 60;

    /// <summary>Wrong passwords from one address, whoever's. Default: 30.</summary>
    [Range(1, 1_000_000)]
    public int WrongPasswords { get; set; } = 30;

    public bool AreOff => Requests == 0;
}

[OptionsValidator]
internal sealed partial class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>;
