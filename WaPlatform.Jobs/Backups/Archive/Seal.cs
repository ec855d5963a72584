namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>
/// The end of an archive, after tar's own end, where tar programs don't look: a SHA-256 of every byte before. The members' digests alone would leave
/// what is between them unproved.
/// </summary>
internal static class Seal
{
    public const int Length = 16 + DigestLength;
    public const int DigestLength = 32;

    public static ReadOnlySpan<byte> Mark => "WAPLATFORM-SEAL1"u8;
}
