using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Dashboard;
using WaPlatform.Gateway.Keys;
using WaPlatform.Gateway.Users;

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
        services.AddSingleton<IPasswordHasher<User>>(new PasswordHasher<User>());
        services.AddSingleton<Passwords>();
        services.AddSingleton<LoginGate>();
        services.AddSingleton<AccessMetrics>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<SignIn>();
        services.AddHostedService<FirstAdmin>();
        services.AddSingleton<UserAdmin>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<Standing>();
        services.AddSingleton<OpenRequests>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenRequests>());

        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, JwtBearerSetup>();
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, DashboardCookie>();
        services.AddAuthentication(Credential.Scheme)
            .AddPolicyScheme(Credential.Scheme, displayName: null, Credential.Configure)
            .AddJwtBearer()
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(KeyHandler.SchemeName, configureOptions: null)
            .AddCookie(DashboardCookie.Scheme);
        services.AddAuthorization(Policies.AddTo);
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
