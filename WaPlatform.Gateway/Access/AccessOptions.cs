using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Options;

namespace WaPlatform.Gateway.Access;

/// <summary>Section <c>Access</c>. The first three also have the names of the original platform (<c>JWT_SECRET</c> …).</summary>
internal sealed class AccessOptions
{
    public const string SectionName = "Access";

    public const int MinSecretBytes = 32;

    /// <summary>Signs access tokens; at least 32 bytes. Without it one is generated and kept: in the data directory, with PostgreSQL in the database, where all gateways find it.</summary>
    public string? JwtSecret { get; set; }

    /// <summary>Name of the user that is made while there is none.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string AdminUser { get; set; } = "admin";

    /// <summary>That user's password. Without it one is generated, kept in <c>{data}/admin-password</c> and shown once.</summary>
    public string? AdminPassword { get; set; }

    /// <summary>Life of an access token, and so of a hub connection. Default: 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long somebody who does nothing stays signed in. Default: 14 days.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "90.00:00:00")]
    public TimeSpan RefreshLifetime { get; set; } = TimeSpan.FromDays(14);
}

[OptionsValidator]
internal sealed partial class AccessOptionsValidator : IValidateOptions<AccessOptions>;

internal sealed class JwtSecretValidator : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options) =>
        options.JwtSecret is { } secret && Encoding.UTF8.GetByteCount(secret) < AccessOptions.MinSecretBytes
            ? ValidateOptionsResult.Fail(
                $"JWT_SECRET is shorter than {AccessOptions.MinSecretBytes} bytes. Set a longer one, or none: then one is generated and kept.")
            : ValidateOptionsResult.Success;
}
