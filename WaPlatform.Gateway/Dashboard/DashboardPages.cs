using Hangfire;
using Hangfire.Dashboard;

namespace WaPlatform.Gateway.Dashboard;

/// <summary>
/// Hangfire's own pages, on the storage that the jobs are kept in. Made at the first visit: Hangfire's own registration would open the storage when the
/// gateway is put together, before the database is known to be there.
/// </summary>
internal sealed class DashboardPages(IServiceProvider services)
{
    private AspNetCoreDashboardMiddleware? _pages;

    /// <exception cref="Npgsql.NpgsqlException">The database is away.</exception>
    public Task ServeAsync(HttpContext context)
    {
        var pages = _pages ??= Create();
        _ = context.Request.Path.StartsWithSegments(DashboardEndpoints.Path, StringComparison.OrdinalIgnoreCase, out var root, out var rest);
        context.Request.PathBase += root;
        context.Request.Path = rest;
        return pages.Invoke(context);
    }

    private AspNetCoreDashboardMiddleware Create()
    {
        // To run a job by hand, or again, Hangfire needs the code of the job: it would mark one as failed whose code it can't load.
        var runsJobs = services.GetService<IRecurringJobManager>() is not null;
        var options = new DashboardOptions
        {
            // The endpoint's policy has let the caller in. The default would be: everybody on this machine.
            Authorization = [],
            AppPath = null,
            DisplayStorageConnectionString = false,
            DashboardTitle = "WaPlatform jobs",
            IsReadOnlyFunc = _ => !runsJobs,
        };
        return new AspNetCoreDashboardMiddleware(
            static context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            },
            services.GetRequiredService<JobStorage>(), options, DashboardRoutes.Routes);
    }
}
