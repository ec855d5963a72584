using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WaPlatform.Data.Postgres.Migrations
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
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SecurityStamp",
                table: "refresh_tokens",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "TraceParent",
                table: "messages",
                type: "character varying(55)",
                maxLength: 55,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Vitals",
                table: "hosts",
                type: "character varying(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AlterColumn<string>(
                name: "Proxy",
                table: "devices",
                type: "character varying(8192)",
                maxLength: 8192,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "character varying(1024)",
                oldMaxLength: 1024,
                oldNullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ProxyShown",
                table: "devices",
                type: "character varying(1100)",
                maxLength: 1100,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Prefix = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Scopes = table.Column<List<string>>(type: "text[]", nullable: false),
                    Devices = table.Column<List<string>>(type: "text[]", nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LastUsedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    CreatedBy = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    ParentId = table.Column<Guid>(type: "uuid", nullable: true)
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
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Actor = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    Credential = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    Action = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    Target = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    Device = table.Column<string>(type: "character varying(15)", maxLength: 15, nullable: true),
                    Address = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Status = table.Column<int>(type: "integer", nullable: false),
                    TraceId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "engine_fleet",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    Current = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Previous = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Pinned = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Newest = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Told = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    CheckedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    CheckError = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    FeedTag = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    FeedNotBefore = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_engine_fleet", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "engine_parts",
                columns: table => new
                {
                    ContentId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Data = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_engine_parts", x => new { x.ContentId, x.Number });
                });

            migrationBuilder.CreateTable(
                name: "engine_releases",
                columns: table => new
                {
                    Version = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    ByHand = table.Column<bool>(type: "boolean", nullable: false),
                    PublishedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    FoundAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    RefusedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RefusedWhy = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_engine_releases", x => x.Version);
                });

            migrationBuilder.CreateTable(
                name: "engine_rollouts",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Version = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    From = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Trigger = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Reason = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Detail = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Active = table.Column<bool>(type: "boolean", nullable: false),
                    Revision = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_engine_rollouts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "host_engines",
                columns: table => new
                {
                    Host = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    Platform = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    IsManaged = table.Column<bool>(type: "boolean", nullable: false),
                    Path = table.Column<string>(type: "character varying(1024)", maxLength: 1024, nullable: true),
                    Installed = table.Column<string>(type: "character varying(1024)", maxLength: 1024, nullable: false),
                    FailedVersion = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    FailedFor = table.Column<Guid>(type: "uuid", nullable: true),
                    FailedReason = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    FailedDetail = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    GaveUp = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_host_engines", x => x.Host);
                });

            migrationBuilder.CreateTable(
                name: "engine_archives",
                columns: table => new
                {
                    Version = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Platform = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Url = table.Column<string>(type: "character varying(2048)", maxLength: 2048, nullable: true),
                    ContentId = table.Column<Guid>(type: "uuid", nullable: true),
                    IsStored = table.Column<bool>(type: "boolean", nullable: false)
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
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: false),
                    PhoneNumber = table.Column<string>(type: "character varying(15)", maxLength: 15, nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    IsCanary = table.Column<bool>(type: "boolean", nullable: false),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Reason = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    WasConnected = table.Column<bool>(type: "boolean", nullable: false),
                    ProcessStartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
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

            migrationBuilder.AlterColumn<string>(
                name: "Proxy",
                table: "devices",
                type: "character varying(1024)",
                maxLength: 1024,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "character varying(8192)",
                oldMaxLength: 8192,
                oldNullable: true);
        }
    }
}
