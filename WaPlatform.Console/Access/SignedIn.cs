namespace WaPlatform.Console.Access;

/// <summary>Who is signed in in this browser, as the session's file (session.js) keeps it. <paramref name="Version"/> grows with each renewal.</summary>
public sealed record SignedIn(string Token, DateTimeOffset ExpiresAt, UserName User, long Version);

/// <param name="Role">admin, operator or viewer.</param>
public sealed record UserName(string Username, string Role);

public sealed record Credentials(string Username, string Password);

public sealed record PasswordChange(string CurrentPassword, string NewPassword);
