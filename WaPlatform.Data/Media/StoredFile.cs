using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WaPlatform.Data.Media;

/// <summary>A file that waits to be sent, where gateways and hosts share no directory. Several keys may name one content.</summary>
public sealed class StoredFile
{
    public Guid Key { get; init; }

    public Guid ContentId { get; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One piece of a content.</summary>
public sealed class StoredPart
{
    public Guid ContentId { get; init; }

    /// <summary>From 0 on, without gaps.</summary>
    public int Number { get; init; }

    public required byte[] Data { get; init; }
}

internal sealed class StoredFileConfiguration : IEntityTypeConfiguration<StoredFile>, IEntityTypeConfiguration<StoredPart>
{
    public void Configure(EntityTypeBuilder<StoredFile> file)
    {
        file.ToTable("media_files");
        file.HasKey(f => f.Key);
        file.Property(f => f.Key).ValueGeneratedNever();
        file.HasIndex(f => f.ContentId);
        file.HasIndex(f => f.CreatedAt);
    }

    public void Configure(EntityTypeBuilder<StoredPart> part)
    {
        part.ToTable("media_parts");
        part.HasKey(p => new { p.ContentId, p.Number });
    }
}
