using System.ComponentModel.DataAnnotations;

namespace WaPlatform.ServiceDefaults.Media;

/// <summary>Files that wait to be sent.</summary>
public sealed class MediaOptions
{
    public const string SectionName = "Media";

    /// <summary>
    /// Where uploads and fetched files wait until their message has an outcome. Default: the database where services meet in Redis and share
    /// PostgreSQL, else the directory.
    /// </summary>
    public MediaPlace? Store { get; set; }

    /// <summary>The directory, if it is that: <c>{data}/media</c> if empty. With gateways and hosts on several machines all of them must share it.</summary>
    public string Directory { get; set; } = "";

    /// <summary>How long the file of a message that failed or is uncertain is kept, so that it can be sent again by hand.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan KeepFailed { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Hosts, by name or literal address, that media may be fetched from although they are not on the public internet. A list, or one text with
    /// commas.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];
}

/// <summary>Where files wait to be sent.</summary>
public enum MediaPlace
{
    Directory,
    Database,
}

[Microsoft.Extensions.Options.OptionsValidator]
internal sealed partial class MediaOptionsValidator : Microsoft.Extensions.Options.IValidateOptions<MediaOptions>;
