using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Platform.Messages;

namespace WaPlatform.Tests.Platform.Backups;

/// <summary>What an administrator does with backups through HTTP.</summary>
internal static class Archiving
{
    extension(IPlatform platform)
    {
        /// <summary>Makes a backup and waits until it is complete.</summary>
        public async Task<JsonElement> BackUpAsync(CancellationToken cancellationToken)
        {
            using var answer = await platform.Client.PostAsync(new Uri("/api/backups", UriKind.Relative), null, cancellationToken);
            var id = (await answer.ReadJsonAsync(HttpStatusCode.Accepted)).Id();
            return await platform.WaitForBackupAsync(id, backup => backup.GetProperty("state").GetString() != "running", cancellationToken);
        }

        public async Task<JsonElement> WaitForBackupAsync(string id, Func<JsonElement, bool> condition, CancellationToken cancellationToken)
        {
            JsonElement backup = default;
            await platform.WaitForAsync(async () => condition(backup = await platform.BackupAsync(id, cancellationToken)), cancellationToken);
            return backup;
        }

        /// <summary>Waits until what was begun with a backup is over.</summary>
        public Task<JsonElement> WaitForOperationAsync(string id, CancellationToken cancellationToken) => platform.WaitForBackupAsync(
            id, backup => backup.GetProperty("operation") is { ValueKind: JsonValueKind.Object } operation && operation.GetProperty("state").GetString() != "running", cancellationToken);

        /// <summary>A backup as the list has it.</summary>
        public async Task<JsonElement> BackupAsync(string id, CancellationToken cancellationToken)
        {
            var list = await platform.Client.GetFromJsonAsync<JsonElement>("/api/backups", cancellationToken);
            return list.GetProperty("items").EnumerateArray().Single(backup => backup.Id() == id);
        }

        public Task<HttpResponseMessage> AskAsync(string path, object body, CancellationToken cancellationToken) => platform.Client.PostAsJsonAsync($"/api/backups/{path}", body, cancellationToken);
    }
}
