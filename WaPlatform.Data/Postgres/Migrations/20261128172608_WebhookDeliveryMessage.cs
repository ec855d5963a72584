using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WaPlatform.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class WebhookDeliveryMessage : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "MessageId",
                table: "webhook_deliveries",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_MessageId",
                table: "webhook_deliveries",
                column: "MessageId",
                filter: "\"MessageId\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_webhook_deliveries_MessageId",
                table: "webhook_deliveries");

            migrationBuilder.DropColumn(
                name: "MessageId",
                table: "webhook_deliveries");
        }
    }
}
