using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WaPlatform.Data.Access;

internal sealed class AccessConfiguration
    : IEntityTypeConfiguration<User>, IEntityTypeConfiguration<RefreshToken>, IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable("users");
        user.Property(u => u.Id).ValueGeneratedNever();
        user.Property(u => u.Username).HasMaxLength(64);
        user.Property(u => u.NormalizedUsername).HasMaxLength(64);
        user.Property(u => u.PasswordHash).HasMaxLength(512);
        user.Property(u => u.SecurityStamp).HasMaxLength(64);
        user.Property(u => u.Role).HasConversion<string>().HasMaxLength(16);
        user.HasIndex(u => u.NormalizedUsername).IsUnique();
    }

    public void Configure(EntityTypeBuilder<RefreshToken> token)
    {
        token.ToTable("refresh_tokens");
        token.HasKey(t => t.Hash);
        token.Property(t => t.Hash).HasMaxLength(64);
        token.Property(t => t.SecurityStamp).HasMaxLength(64);
        token.HasOne<User>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
        token.HasIndex(t => t.Family);
    }

    public void Configure(EntityTypeBuilder<ApiKey> key)
    {
        key.ToTable("api_keys");
        key.Property(k => k.Id).ValueGeneratedNever();
        key.Property(k => k.Name).HasMaxLength(100);
        key.Property(k => k.Prefix).HasMaxLength(32);
        key.Property(k => k.Hash).HasMaxLength(64);
        key.Property(k => k.CreatedBy).HasMaxLength(64);
        key.HasIndex(k => k.Prefix).IsUnique();

        // A stolen key must not live on in keys that it made.
        key.HasOne<ApiKey>().WithMany().HasForeignKey(k => k.ParentId).OnDelete(DeleteBehavior.Cascade);
    }
}
