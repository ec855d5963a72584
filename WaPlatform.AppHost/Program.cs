using System.Globalization;
using WaPlatform.AppHost;

const string NoContainers = "--no-containers";

var builder = DistributedApplication.CreateBuilder([.. args.Where(arg => arg != NoContainers)]);
var isPublished = builder.ExecutionContext.IsPublishMode;

// One at a time: with several, every resource would have to name its own. Without one there is the manifest, which azd takes.
switch (builder.Configuration["target"])
{
    case "compose":
        builder.AddDockerComposeEnvironment("compose");
        break;
    case "kubernetes":
        builder.AddKubernetesEnvironment("k8s");
        break;
}

var engine = builder.AddParameter("engine");
var adminPassword = builder.AddParameter("admin-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);
var jwtSecret = builder.AddParameter("jwt-secret", new GenerateParameterDefault { MinLength = 43, Special = false }, secret: true, persist: true);

// Of all services: what one protects in the database the others must be able to read.
var masterKey = builder.AddParameter("master-key", new GenerateParameterDefault { MinLength = 43, Special = false }, secret: true, persist: true);

var stores = isPublished || !args.Contains(NoContainers) ? Stores.InContainers(builder) : Stores.WithoutContainers(builder);

// What they write is disposable where sessions and files are in the database; on this machine the hosts share one directory and part it among them.
var data = isPublished ? "/tmp/waplatform" : Path.GetFullPath(builder.Configuration["WAPLATFORM_DATA"] ?? "data");

var hosts = Service(builder.AddProject<Projects.WaPlatform_ProcessHost>("processhost", launchProfileName: null))
    .WithHttpEndpoint()
    .WithEnvironment("ENGINE", engine)
    .WithReplicas(int.Parse(builder.Configuration["hosts"] ?? "2", CultureInfo.InvariantCulture));

Service(builder.AddProject<Projects.WaPlatform_Gateway>("gateway", launchProfileName: null))
    .WithHttpEndpoint(port: 3000)
    .WithExternalHttpEndpoints()
    .WithEnvironment("DEFAULT_ADMIN_PASS", adminPassword)
    .WithEnvironment("JWT_SECRET", jwtSecret)
    .WaitFor(hosts);

Service(builder.AddProject<Projects.WaPlatform_Jobs>("jobs", launchProfileName: null))
    .WithHttpEndpoint();

builder.Build().Run();

IResourceBuilder<ProjectResource> Service(IResourceBuilder<ProjectResource> project) => project
    .WithReference(stores.Database).WaitFor(stores.Database)
    .WithReference(stores.Redis).WaitFor(stores.Redis)
    .WithEnvironment("WAPLATFORM_DATA", data)
    .WithEnvironment("WAPLATFORM_MASTER_KEY", masterKey)
    .WithHttpHealthCheck("/health")
    .WithHttpProbe(ProbeType.Readiness, "/health")
    .WithHttpProbe(ProbeType.Liveness, "/alive");
