using WaPlatform.Data.Access;

namespace WaPlatform.Gateway.Users;

/// <summary>Somebody must be left who can manage users.</summary>
internal static class LastAdministrator
{
    /// <summary>Whether a change would leave nobody.</summary>
    /// <param name="next">The user's role afterwards; null = the user is removed.</param>
    /// <param name="others">How many other administrators there are.</param>
    public static bool IsLost(UserRole role, UserRole? next, int others) => role == UserRole.Admin && next != UserRole.Admin && others == 0;
}
