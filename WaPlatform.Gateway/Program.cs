using WaPlatform.Gateway;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddWaDatabase();
builder.AddWaRedis();
builder.AddWaClusterClient();
builder.AddGateway();

if (builder.Configuration["ASPNETCORE_URLS"] is null && builder.Configuration["urls"] is null)
{
    builder.WebHost.UseUrls($"http://*:{builder.Configuration["API_PORT"] ?? "3000"}");
}

var app = builder.Build();

app.MapDefaultEndpoints();
app.MapGateway();

await app.RunAsync();
