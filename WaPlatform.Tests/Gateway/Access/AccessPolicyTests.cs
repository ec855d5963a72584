using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Tests.Gateway.Access;

public sealed class AccessPolicyTests
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(4, null)]
    [InlineData(5, 30)]
    [InlineData(6, 60)]
    [InlineData(7, 120)]
    [InlineData(10, 900)]
    [InlineData(1_000_000, 900)]
    public void LockAfter_Failures_GrowsToALimit(int failures, int? seconds) =>
        Assert.Equal(seconds is { } value ? TimeSpan.FromSeconds(value) : null, LockPolicy.After(failures));

    [Theory]
    [InlineData(UserRole.Viewer, "devices:read messages:read events:read")]
    [InlineData(UserRole.Operator, "devices:read devices:write messages:read messages:send events:read webhooks:manage proxy:use")]
    [InlineData(UserRole.Admin, "devices:read devices:write messages:read messages:send events:read webhooks:manage proxy:use admin")]
    public void ScopesOf_Role_AreAsDocumented(UserRole role, string scopes) => Assert.Equal(scopes, string.Join(' ', Scopes.Of(role)));

    [Fact]
    public async Task SecretFile_MadeByMany_IsOneAndPrivate()
    {
        var directory = Directory.CreateTempSubdirectory("wa-secret-");
        var path = Path.Combine(directory.FullName, "secret");

        var secrets = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() => SecretFile.ReadOrCreate(path, () => $"secret-{n}"))));

        Assert.Single(secrets.Distinct());
        Assert.Equal(secrets[0], SecretFile.ReadOrCreate(path, () => "another"));
        Assert.Equal([path], Directory.GetFiles(directory.FullName));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        directory.Delete(recursive: true);
    }
}
