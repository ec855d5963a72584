using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Faults;
using WaPlatform.Jobs.Backups;
using WaPlatform.Jobs.Processes;

namespace WaPlatform.Tests.Jobs.Backups;

public sealed class BackupPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 31, 3, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(3, 30, "", "0 1 2")]
    [InlineData(2, 30, "2", "0 1 2")]
    [InlineData(1, 30, "1 2", "0 1 2")]
    [InlineData(7, 10, "20", "0 1 20")]
    [InlineData(7, 10, "", "20")]
    [InlineData(7, 10, "30", "20 30")]
    public void Choose_ByNumberAndAge_KeepsTheNewestInAnyCase(int keep, int maxDays, string gone, string days)
    {
        var backups = days.Split(' ').Select(text => Backup(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture))).ToList();

        var chosen = Retention.Choose(backups, keep, TimeSpan.FromDays(maxDays), Now);

        Assert.Equal(gone.Split(' ', StringSplitOptions.RemoveEmptyEntries), chosen.Select(backup => $"{(Now - backup.CreatedAt).TotalDays}"));
    }

    [Fact]
    public void Choose_OneThatIsInUse_IsLeft() =>
        Assert.Empty(Retention.Choose([Backup(0), Backup(1) with { Operation = new BackupOperation(BackupOperationKind.Verify, BackupOperationState.Running, Now, null, null, null) }], 1, TimeSpan.FromDays(1), Now));

    [Fact]
    public void Choose_Failed_GoesAfterAWeek()
    {
        BackupView[] failed = [Backup(6) with { State = BackupState.Failed }, Backup(8) with { State = BackupState.Failed }];

        Assert.Equal([failed[1]], Retention.Choose(failed, 7, TimeSpan.FromDays(30), Now));
    }

    [Fact]
    public void Judge_WhatWentWrongLast_IsSaid()
    {
        var error = new BackupError("BACKUP_UNAVAILABLE", "pg_dump is not installed here.");
        var report = new DrillReport(Now, false, 1, new Dictionary<string, long>(), new Dictionary<string, long>(), 0, error);

        Assert.Equal(HealthStatus.Healthy, BackupHealthCheck.Judge([], isScheduled: true).Status);
        Assert.Equal(HealthStatus.Healthy, BackupHealthCheck.Judge([Backup(0), Backup(1) with { State = BackupState.Failed, Error = error }], isScheduled: true).Status);
        Assert.Contains("pg_dump", BackupHealthCheck.Judge([Backup(0) with { State = BackupState.Failed, Error = error }, Backup(1)], isScheduled: true).Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Degraded, BackupHealthCheck.Judge([Backup(0) with { Drill = report }], isScheduled: true).Status);
        Assert.Equal(HealthStatus.Degraded, BackupHealthCheck.Judge([Backup(0) with { Content = new BackupContent(new Dictionary<string, long>(), 0, 0, ["5511999990001"]) }], isScheduled: true).Status);
    }

    [Theory]
    [InlineData("20261128T174500Z-1a2b3c4d.tar", "20261128T174500Z-1a2b3c4d")]
    [InlineData("20261128T174500Z-1a2b3c4d.tar.enc", "20261128T174500Z-1a2b3c4d")]
    [InlineData("20261128T174500Z-1a2b3c4d.json", null)]
    [InlineData("20261128T174500Z-../../x.tar", null)]
    [InlineData("notes.tar", null)]
    public void IdOf_OnlyOurNames_HaveOne(string file, string? id) => Assert.Equal(id, BackupFile.IdOf(file));

    [Fact]
    public void Of_NpgsqlsSettings_AreLibpqs()
    {
        var environment = PostgresEnvironment.Of(new NpgsqlConnectionStringBuilder("Host=one,two:5433,::1;Port=5440;Username=wa;Password=p;Database=db;SSL Mode=VerifyFull;Root Certificate=/ca.pem"));

        Assert.Equal("one,two,::1", environment["PGHOST"]);
        Assert.Equal("5440,5433,5440", environment["PGPORT"]);
        Assert.Equal(("wa", "p", "db", "verify-full", "/ca.pem"), (environment["PGUSER"], environment["PGPASSWORD"], environment["PGDATABASE"], environment["PGSSLMODE"], environment["PGSSLROOTCERT"]));
    }

    [Fact]
    public async Task Run_ProgramIsNotInstalled_SaysWhatIsMissing()
    {
        var refused = await Assert.ThrowsAsync<PlatformException>(
            () => PostgresTool.RunAsync("pg_dump", "/nowhere", new NpgsqlConnectionStringBuilder(), [], TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.BackupUnavailable, refused.Code);
        Assert.StartsWith("pg_dump is not installed here.", refused.Detail, StringComparison.Ordinal);
    }

    private static BackupView Backup(int days) => new(
        BackupFile.NewId(Now.AddDays(-days)), BackupState.Completed, BackupTrigger.Manual, Now.AddDays(-days), null, 1, false, null, null, null, null, null);
}
