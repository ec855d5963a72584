namespace WaPlatform.Tests.Platform.Secrets;

/// <summary>The platform as it is started in Production.</summary>
public sealed class WeakStartTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithSecretsThatSomebodyKnows_IsRefusedWithEachOfThem()
    {
        // Default of the original platform, and the password of its first user.
        await using var platform = StandaloneProcess.LaunchOnly(new StandaloneStart().With("JWT_SECRET", "default-secret-change-in-production").With("DEFAULT_ADMIN_PASS", "admin123"));

        Assert.Equal(1, await platform.ExitAsync(CancellationToken));

        Assert.Contains("JWT_SECRET is a well-known default", platform.Error.Text, StringComparison.Ordinal);
        Assert.Contains("DEFAULT_ADMIN_PASS is a well-known default", platform.Error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", platform.Error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("admin123", platform.Error.Text, StringComparison.Ordinal);
    }
}
