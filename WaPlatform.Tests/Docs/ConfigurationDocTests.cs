using System.Globalization;
using System.Reflection;
using WaPlatform.Gateway;
using WaPlatform.Jobs;
using WaPlatform.ProcessHost;

namespace WaPlatform.Tests.Docs;

/// <summary>docs/configuration.md names every option of every service, with the default that it has. What fails here wants a line there.</summary>
public sealed class ConfigurationDocTests
{
    private static readonly IReadOnlyDictionary<string, string?> Documented = OptionRows.Read();

    public static TheoryData<string> Options => [.. All().Select(option => option.Name)];

    [Theory]
    [MemberData(nameof(Options))]
    public void Option_Any_IsDocumentedWithItsDefault(string name)
    {
        Assert.True(Documented.TryGetValue(name, out var written), $"docs/configuration.md does not name {name}.");
        var (_, type, value) = All().Single(option => option.Name == name);

        // What is null or empty is made up at the start from other things, or stays so: the text says which.
        if (value is not (null or ""))
        {
            Assert.True(written is not null, $"The row of {name} has not one default for each of its options.");
            Assert.Equal(value, Parse(written, type));
        }
    }

    [Fact]
    public void Options_OfAllServices_AreFound() => Assert.Superset(
        new HashSet<string> { "Supervision__ReadyTimeout", "Access__TokenLifetime", "Jobs__SweepCron", "Media__KeepFailed", "Telemetry__MetricsToken", "Health__StuckAfter" }, All().Select(option => option.Name).ToHashSet());

    private static IEnumerable<(string Name, Type Type, object? Default)> All() =>
        from assembly in new[] { typeof(GatewayExtensions), typeof(ProcessHostExtensions), typeof(JobsExtensions), typeof(Microsoft.Extensions.Hosting.ServiceDefaultsExtensions) }.Select(type => type.Assembly)
        from type in assembly.GetTypes()
        let section = type.GetField("SectionName", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() as string
        where section is not null && type.Name.EndsWith("Options", StringComparison.Ordinal)
        let defaults = Activator.CreateInstance(type, nonPublic: true)
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.CanWrite || typeof(System.Collections.IEnumerable).IsAssignableFrom(property.PropertyType)
        let value = property.GetValue(defaults)
        select ($"{section}__{property.Name}", Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, value is System.Collections.ICollection { Count: 0 } ? null : value);

    private static object? Parse(string text, Type type)
    {
        try
        {
            return type == typeof(TimeSpan) ? TimeSpan.Parse(text, CultureInfo.InvariantCulture)
                : type.IsEnum ? Enum.Parse(type, text, ignoreCase: true)
                : type == typeof(bool) ? bool.Parse(text)
                : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            return text;
        }
    }
}
