using WaPlatform.Gateway;

// The console's files are beside the program, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

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
