using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WaPlatform.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class MessageEngine : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_messages_PhoneNumber_WhatsappMessageId",
                table: "messages");

            migrationBuilder.AddColumn<Guid>(
                name: "BatchId",
                table: "messages",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ExpiresAt",
                table: "messages",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Failures",
                table: "messages",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Media",
                table: "messages",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ScheduledAt",
                table: "messages",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "SimulateTyping",
                table: "messages",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Timeline",
                table: "messages",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "JitterMs",
                table: "devices",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "SimulateTyping",
                table: "devices",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateIndex(
                name: "IX_messages_BatchId",
                table: "messages",
                column: "BatchId",
                filter: "\"BatchId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_messages_CreatedAt",
                table: "messages",
                column: "CreatedAt",
                filter: "\"Media\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_messages_ExpiresAt",
                table: "messages",
                column: "ExpiresAt",
                filter: "\"ExpiresAt\" IS NOT NULL AND \"Status\" IN ('Queued', 'Scheduled')");

            migrationBuilder.CreateIndex(
                name: "IX_messages_PhoneNumber_WhatsappMessageId",
                table: "messages",
                columns: new[] { "PhoneNumber", "WhatsappMessageId" },
                filter: "\"WhatsappMessageId\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_messages_BatchId",
                table: "messages");

            migrationBuilder.DropIndex(
                name: "IX_messages_CreatedAt",
                table: "messages");

            migrationBuilder.DropIndex(
                name: "IX_messages_ExpiresAt",
                table: "messages");

            migrationBuilder.DropIndex(
                name: "IX_messages_PhoneNumber_WhatsappMessageId",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "BatchId",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "ExpiresAt",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "Failures",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "Media",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "ScheduledAt",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "SimulateTyping",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "Timeline",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "JitterMs",
                table: "devices");

            migrationBuilder.DropColumn(
                name: "SimulateTyping",
                table: "devices");

            migrationBuilder.CreateIndex(
                name: "IX_messages_PhoneNumber_WhatsappMessageId",
                table: "messages",
                columns: new[] { "PhoneNumber", "WhatsappMessageId" });
        }
    }
}
