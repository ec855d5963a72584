using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.Jobs.Backups;

/// <summary>Where backups are kept, and for how long. When they are made is in <see cref="JobsOptions"/>.</summary>
public sealed class BackupOptions
{
    public const string SectionName = "Backups";

    /// <summary>Where the archives are: <c>{data}/backups</c> if empty. Better another disk. Several replicas of the jobs service must share it.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Encrypts new archives, and opens encrypted ones. Empty = they are not encrypted. 12 characters at least.</summary>
    public string Passphrase { get; set; } = "";

    /// <summary>How many are kept; the oldest ones go.</summary>
    [Range(1, 10_000)]
    public int Keep { get; set; } = 7;

    /// <summary>Age from which one goes in any case, except the newest.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Where <c>pg_dump</c> and <c>pg_restore</c> are; empty = in PATH, or in Debian's directories.</summary>
    public string PostgresBin { get; set; } = "";

    internal static void ApplyOriginalNames(BackupOptions options, IConfiguration configuration)
    {
        options.Passphrase = configuration["BACKUP_ENCRYPTION_KEY"] is { Length: > 0 } key ? key : options.Passphrase;
        options.Keep = int.TryParse(configuration["BACKUP_MAX_BACKUPS"], out var keep) ? keep : options.Keep;
    }
}

[OptionsValidator]
internal sealed partial class BackupOptionsValidator : IValidateOptions<BackupOptions>;

/// <summary>A passphrase that can be guessed protects nothing.</summary>
internal sealed class PassphraseValidator : IValidateOptions<BackupOptions>
{
    private const int MinLength = 12;

    public ValidateOptionsResult Validate(string? name, BackupOptions options) => options.Passphrase.Length is 0 or >= MinLength
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"Backups:Passphrase must have {MinLength} characters at least, or be empty.");
}
