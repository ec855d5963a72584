namespace WaPlatform.Gateway.Audit;

/// <summary>Who tries to sign in: nobody is known yet to whom the act could be put down.</summary>
/// <param name="Username">Null if no user has the name that was given. That is not written down: people type passwords in there.</param>
internal sealed record AuditNote(string? Username)
{
    public static void SignIn(HttpContext context, string? username) => context.Features.Set(new AuditNote(username));
}
