using WaPlatform.ProcessHost;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddWaDatabase();
builder.AddWaRedis();
builder.AddProcessHost();

var app = builder.Build();

app.MapDefaultEndpoints();

await app.RunAsync();
