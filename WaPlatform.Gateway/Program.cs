using WaPlatform.Gateway;

var builder = WebApplication.CreateBuilder(args);

builder.UseApiAddress();
builder.AddServiceDefaults();
builder.AddWaDatabase();
builder.AddWaRedis();
builder.AddWaClusterClient();
builder.AddGateway();

var app = builder.Build();

app.MapDefaultEndpoints();
app.MapGateway();

await app.RunAsync();
