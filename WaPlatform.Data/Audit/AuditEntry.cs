using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WaPlatform.Data.Audit;

/// <summary>One act that somebody did, or tried. Never changed and never removed; its hash covers it and the one before it.</summary>
public sealed class AuditEntry
{
    public const int MaxText = 256;

    /// <summary>Of the hash before the first entry.</summary>
    public const string Genesis = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>Its place, counted from 1 without a gap.</summary>
    public long Id { get; set; }

    public DateTimeOffset At { get; init; }

    /// <summary>Name of the user or key; null where nobody was signed in.</summary>
    public string? Actor { get; init; }

    /// <summary>By what the actor was known: <c>token</c>, <c>key</c>, or <c>password</c> at the sign-in; null where it was not.</summary>
    public string? Credential { get; init; }

    /// <summary>Method and route: <c>POST /api/devices/{phone}/start</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Path of what it was done to, without the query.</summary>
    public required string Target { get; init; }

    /// <summary>Digits of the device's number; null for what belongs to none.</summary>
    public string? Device { get; init; }

    /// <summary>Where the request came from.</summary>
    public string? Address { get; init; }

    /// <summary>HTTP status of the answer.</summary>
    public int Status { get; init; }

    /// <summary>Finds the request in logs and traces.</summary>
    public string? TraceId { get; init; }

    /// <summary>SHA-256 (hex) over the hash of the entry before and all of this one.</summary>
    public string Hash { get; set; } = "";

    /// <summary>What <see cref="Hash"/> must be behind an entry with that hash.</summary>
    public string ComputeHash(string previousHash)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, previousHash);
        Append(hash, Id);
        Append(hash, At.UtcTicks / TimeSpan.TicksPerMicrosecond);
        foreach (var text in (string?[])[Actor, Credential, Action, Target, Device, Address])
        {
            Append(hash, text);
        }

        Append(hash, Status);
        Append(hash, TraceId);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    // With its length: else a character could move from one text to the next unseen.
    private static void Append(IncrementalHash hash, string? text)
    {
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        Append(hash, text is null ? -1 : bytes.Length);
        hash.AppendData(bytes);
    }
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> entry)
    {
        entry.ToTable("audit");
        entry.Property(e => e.Id).ValueGeneratedNever();
        entry.Property(e => e.Actor).HasMaxLength(AuditEntry.MaxText);
        entry.Property(e => e.Credential).HasMaxLength(16);
        entry.Property(e => e.Action).HasMaxLength(AuditEntry.MaxText);
        entry.Property(e => e.Target).HasMaxLength(AuditEntry.MaxText);
        entry.Property(e => e.Device).HasMaxLength(15);
        entry.Property(e => e.Address).HasMaxLength(64);
        entry.Property(e => e.TraceId).HasMaxLength(64);
        entry.Property(e => e.Hash).HasMaxLength(64);
        entry.HasIndex(e => e.At);
        entry.HasIndex(e => new { e.Actor, e.Id });
        entry.HasIndex(e => new { e.Device, e.Id });
    }
}
