using WaPlatform.Gateway.Access;

namespace WaPlatform.Tests.Gateway.Access;

public sealed class WeakSecretTests
{
    [Theory]
    [InlineData("default-secret-change-in-production")]
    [InlineData("your-super-secret-jwt-key-of-any-length")]
    [InlineData("CHANGEME-CHANGEME-CHANGEME-CHANGEME-")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdef")]
    [InlineData("0123456789012345678901234567890123456789")]
    public void Problem_KeyThatSomebodyKnows_IsNamed(string secret) => Assert.NotNull(WeakSecret.Problem(secret, 1, 8));

    [Theory]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("one secret for both gateways, of 32 bytes at least")]
    [InlineData("K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=")]
    public void Problem_KeyThatNobodyKnows_IsNone(string secret) => Assert.Null(WeakSecret.Problem(secret, 1, 8));

    [Theory]
    [InlineData("admin")]
    [InlineData("admin123")]
    [InlineData("Admin123")]
    [InlineData("password")]
    [InlineData("changeme")]
    [InlineData("short1!")]
    [InlineData("11111111")]
    [InlineData("abababab")]
    public void Problem_PasswordThatIsTriedFirst_IsNamed(string password) => Assert.NotNull(WeakSecret.Problem(password, Passwords.MinLength, 4));

    [Theory]
    [InlineData("a password of the tests")]
    [InlineData("correct horse battery staple")]
    [InlineData("Tr0ub4dor&3")]
    public void Problem_OtherPassword_IsNone(string password) => Assert.Null(WeakSecret.Problem(password, Passwords.MinLength, 4));
}
