using WaPlatform.Jobs;
using WaPlatform.ServiceDefaults;

PrivateFiles.UseInThisProcess();
var builder = WebApplication.CreateBuilder(args);

builder.UseDefaultAddress("http://127.0.0.1:0");
builder.AddServiceDefaults();
builder.AddWaDatabase();
builder.AddWaRedis();
builder.AddWaClusterClient();
builder.AddJobs();

var app = builder.Build();

app.MapDefaultEndpoints();

await app.RunAsync();
