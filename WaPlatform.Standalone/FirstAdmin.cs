using WaPlatform.ServiceDefaults;

namespace WaPlatform.Standalone;

/// <summary>The password that the platform makes for its first user: new in this start, or an older one.</summary>
internal sealed class FirstAdmin(DataDirectory data, IConfiguration configuration)
{
    private readonly string _file = data.File("admin-password");
    private readonly bool _was = File.Exists(data.File("admin-password"));

    public string Describe()
    {
        var user = configuration["DEFAULT_ADMIN_USER"] is { Length: > 0 } name ? name : "admin";
        return (_was, File.Exists(_file)) switch
        {
            (false, true) => $"user {user}, password {File.ReadAllText(_file).Trim()} (new; kept in {_file})",
            (true, true) => $"user {user}, password unchanged (first one kept in {_file})",
            _ => $"user {user}, password as configured",
        };
    }
}
