using System.ComponentModel.DataAnnotations;

namespace WaPlatform.ServiceDefaults.Media;

/// <summary>Files that wait to be sent.</summary>
public sealed class MediaOptions
{
    public const string SectionName = "Media";

    /// <summary>
    /// Where uploads and fetched files wait until their message has an outcome; <c>{data}/media</c> if empty. With gateways and hosts on several
    /// machines it must be a directory that all of them share.
    /// </summary>
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

[Microsoft.Extensions.Options.OptionsValidator]
internal sealed partial class MediaOptionsValidator : Microsoft.Extensions.Options.IValidateOptions<MediaOptions>;
