using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace WaPlatform.Gateway.Access;

internal static class AccessExtensions
{
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<AccessOptions, AccessOptionsValidator>()
            .BindConfiguration(AccessOptions.SectionName)
            .Configure(options => ReadOriginalNames(options, configuration));
        services.AddSingleton<IValidateOptions<AccessOptions>, JwtSecretValidator>();
        services.AddSingleton<IValidateOptions<AccessOptions>, ProductionSecretsValidator>();
        services.AddSingleton<SharedSecrets>();
        services.AddSingleton<SigningKey>();
        services.AddHostedService(provider => provider.GetRequiredService<SigningKey>());
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<LoginGate>();
        services.AddSingleton<AccessMetrics>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<SignIn>();
        services.AddHostedService<FirstAdmin>();

        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, JwtBearerSetup>();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddAuthorization(Scopes.AddPolicies);
        return services;
    }

    // Compose files pass a variable that nobody set as "".
    private static void ReadOriginalNames(AccessOptions options, IConfiguration configuration)
    {
        options.JwtSecret = NullIfEmpty(configuration["JWT_SECRET"]) ?? NullIfEmpty(options.JwtSecret);
        options.AdminUser = NullIfEmpty(configuration["DEFAULT_ADMIN_USER"]) ?? options.AdminUser;
        options.AdminPassword = NullIfEmpty(configuration["DEFAULT_ADMIN_PASS"]) ?? NullIfEmpty(options.AdminPassword);
    }

    private static string? NullIfEmpty(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
