using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WaPlatform.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AccessAndOperations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "MessageId",
                table: "webhook_deliveries",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SecurityStamp",
                table: "refresh_tokens",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "TraceParent",
                table: "messages",
                type: "TEXT",
                maxLength: 55,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Vitals",
                table: "hosts",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ProxyShown",
                table: "devices",
                type: "TEXT",
                maxLength: 1100,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Prefix = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Scopes = table.Column<string>(type: "TEXT", nullable: false),
                    Devices = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LastUsedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedBy = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ParentId = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_keys", x => x.Id);
                    table.ForeignKey(
                        name: "FK_api_keys_api_keys_ParentId",
                        column: x => x.ParentId,
                        principalTable: "api_keys",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "audit",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Actor = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    Credential = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    Action = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Target = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Device = table.Column<string>(type: "TEXT", maxLength: 15, nullable: true),
                    Address = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Status = table.Column<int>(type: "INTEGER", nullable: false),
                    TraceId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "engine_fleet",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Current = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    Previous = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    Pinned = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    Newest = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    Told = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    CheckedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    CheckError = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    FeedTag = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    FeedNotBefore = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_engine_fleet", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "engine_parts",
                columns: table => new
                {
                    ContentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    Data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_engine_parts", x => new { x.ContentId, x.Number });
                });

            migrationBuilder.CreateTable(
                name: "engine_releases",
                columns: table => new
                {
                    Version = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    ByHand = table.Column<bool>(type: "INTEGER", nullable: false),
                    PublishedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    FoundAt = table.Column<long>(type: "INTEGER", nullable: false),
                    RefusedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RefusedWhy = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_engine_releases", x => x.Version);
                });

            migrationBuilder.CreateTable(
                name: "engine_rollouts",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    From = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    Trigger = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    Detail = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Active = table.Column<bool>(type: "INTEGER", nullable: false),
                    Revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_engine_rollouts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "host_engines",
                columns: table => new
                {
                    Host = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Platform = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    IsManaged = table.Column<bool>(type: "INTEGER", nullable: false),
                    Path = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: true),
                    Installed = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: false),
                    FailedVersion = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    FailedFor = table.Column<Guid>(type: "TEXT", nullable: true),
                    FailedReason = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    FailedDetail = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    GaveUp = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_host_engines", x => x.Host);
                });

            migrationBuilder.CreateTable(
                name: "engine_archives",
                columns: table => new
                {
                    Version = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Platform = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Url = table.Column<string>(type: "TEXT", maxLength: 2048, nullable: true),
                    ContentId = table.Column<Guid>(type: "TEXT", nullable: true),
                    IsStored = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_engine_archives", x => new { x.Version, x.Platform });
                    table.ForeignKey(
                        name: "FK_engine_archives_engine_releases_Version",
                        column: x => x.Version,
                        principalTable: "engine_releases",
                        principalColumn: "Version",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "engine_rollout_devices",
                columns: table => new
                {
                    RolloutId = table.Column<Guid>(type: "TEXT", nullable: false),
                    PhoneNumber = table.Column<string>(type: "TEXT", maxLength: 15, nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    IsCanary = table.Column<bool>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    Since = table.Column<long>(type: "INTEGER", nullable: false),
                    WasConnected = table.Column<bool>(type: "INTEGER", nullable: false),
                    ProcessStartedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_engine_rollout_devices", x => new { x.RolloutId, x.PhoneNumber });
                    table.ForeignKey(
                        name: "FK_engine_rollout_devices_engine_rollouts_RolloutId",
                        column: x => x.RolloutId,
                        principalTable: "engine_rollouts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.InsertData(
                table: "engine_fleet",
                columns: new[] { "Id", "CheckError", "CheckedAt", "Current", "FeedNotBefore", "FeedTag", "Newest", "Pinned", "Previous", "Told" },
                values: new object[] { 1, null, null, null, null, null, null, null, null, null });

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_MessageId",
                table: "webhook_deliveries",
                column: "MessageId",
                filter: "\"MessageId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_ParentId",
                table: "api_keys",
                column: "ParentId");

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_Prefix",
                table: "api_keys",
                column: "Prefix",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_audit_Actor_Id",
                table: "audit",
                columns: new[] { "Actor", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_At",
                table: "audit",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_audit_Device_Id",
                table: "audit",
                columns: new[] { "Device", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_engine_rollouts_Active",
                table: "engine_rollouts",
                column: "Active",
                unique: true,
                filter: "\"Active\"");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_keys");

            migrationBuilder.DropTable(
                name: "audit");

            migrationBuilder.DropTable(
                name: "engine_archives");

            migrationBuilder.DropTable(
                name: "engine_fleet");

            migrationBuilder.DropTable(
                name: "engine_parts");

            migrationBuilder.DropTable(
                name: "engine_rollout_devices");

            migrationBuilder.DropTable(
                name: "host_engines");

            migrationBuilder.DropTable(
                name: "engine_releases");

            migrationBuilder.DropTable(
                name: "engine_rollouts");

            migrationBuilder.DropIndex(
                name: "IX_webhook_deliveries_MessageId",
                table: "webhook_deliveries");

            migrationBuilder.DropColumn(
                name: "MessageId",
                table: "webhook_deliveries");

            migrationBuilder.DropColumn(
                name: "SecurityStamp",
                table: "refresh_tokens");

            migrationBuilder.DropColumn(
                name: "TraceParent",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "Vitals",
                table: "hosts");

            migrationBuilder.DropColumn(
                name: "ProxyShown",
                table: "devices");
        }
    }
}
