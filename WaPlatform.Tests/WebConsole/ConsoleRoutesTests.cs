using System.Reflection;
using Microsoft.AspNetCore.Components;
using WaPlatform.Console.Texts;
using WaPlatform.Gateway.WebConsole;

namespace WaPlatform.Tests.WebConsole;

public sealed class ConsoleRoutesTests
{
    [Fact]
    public void All_AreTheConsolesPages()
    {
        var pages = typeof(Words).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template);

        Assert.Equal(pages.Order(StringComparer.Ordinal), ConsoleRoutes.All.Order(StringComparer.Ordinal));
    }
}
