using Microsoft.Extensions.Options;

namespace WaPlatform.Gateway.Access;

/// <summary>Lets no gateway start in Production with a secret that somebody would guess.</summary>
internal sealed class ProductionSecretsValidator(IHostEnvironment environment) : IValidateOptions<AccessOptions>
{
    private const int DistinctOfKey = 8;
    private const int DistinctOfPassword = 4;

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        if (!environment.IsProduction())
        {
            return ValidateOptionsResult.Success;
        }

        string[] problems =
        [
            .. Problems("JWT_SECRET", options.JwtSecret is { } secret ? WeakSecret.Problem(secret, minLength: 1, DistinctOfKey) : null),
            .. Problems("DEFAULT_ADMIN_PASS", options.AdminPassword is { } password
                ? string.Equals(password, options.AdminUser, StringComparison.OrdinalIgnoreCase) ? "is the user's name" : WeakSecret.Problem(password, Passwords.MinLength, DistinctOfPassword)
                : null),
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(string variable, string? problem) =>
        problem is null ? [] : [$"{variable} {problem}. Set another one (openssl rand -hex 32), or none: then one is generated and kept."];
}
