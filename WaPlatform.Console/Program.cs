using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using WaPlatform.Console;
using WaPlatform.Console.Access;
using WaPlatform.Console.Layout;
using WaPlatform.Console.Live;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");
builder.RootComponents.Add<HeadOutlet>("head::after");
builder.Services.AddConsole(new Uri(builder.HostEnvironment.BaseAddress));

await using var host = builder.Build();
await host.Services.GetRequiredService<BrowserPage>().StartAsync();
await host.Services.GetRequiredService<Preferences>().ApplyAsync();
await host.Services.GetRequiredService<Session>().StartAsync();
host.Services.GetRequiredService<LiveConnection>().Start();

await host.RunAsync();
