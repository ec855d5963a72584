using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WaPlatform.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class IndexesOfMessages : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_messages_CreatedAt",
                table: "messages");

            migrationBuilder.CreateIndex(
                name: "IX_messages_CreatedAt",
                table: "messages",
                column: "CreatedAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_messages_CreatedAt",
                table: "messages");

            migrationBuilder.CreateIndex(
                name: "IX_messages_CreatedAt",
                table: "messages",
                column: "CreatedAt",
                filter: "\"Media\" IS NOT NULL");
        }
    }
}
