using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Hosts;

/// <summary>This host as a member of the cluster.</summary>
public sealed class ClusterHostOptions
{
    public const string SectionName = "Hosts";

    /// <summary>
    /// How long the devices of a host that went silent stay its own. It is renewed four times in that time; a host that can't renew it ends its
    /// engines when three tenths of it are left.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:05:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>URL under which gateways reach this host; empty = where it listens. Needed where that is not what others see, for example behind a NAT.</summary>
    [RegularExpression(@"^(https?://\S+)?$")]
    public string Address { get; set; } = "";
}

[OptionsValidator]
internal sealed partial class ClusterHostOptionsValidator : IValidateOptions<ClusterHostOptions>;
