using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace WaPlatform.Gateway.Access;

/// <summary>The key of access tokens: configured, or generated once and kept. Read before the gateway listens.</summary>
internal sealed class SigningKey(IOptions<AccessOptions> options, SharedSecrets secrets) : IHostedLifecycleService
{
    private const string Secret = "jwt";
    private const string SecretFile = "jwt-secret";
    private const int GeneratedBytes = 48;

    private SymmetricSecurityKey? _key;

    public SymmetricSecurityKey Key => _key ?? throw new InvalidOperationException("The gateway has not started.");

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var secret = options.Value.JwtSecret ?? await secrets.ReadOrCreateAsync(
            Secret, SecretFile, forPeople: false, static () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(GeneratedBytes)), cancellationToken);
        var bytes = Encoding.UTF8.GetBytes(secret);
        if (bytes.Length < AccessOptions.MinSecretBytes)
        {
            throw new InvalidOperationException(
                $"The generated key of tokens (file {SecretFile} of the data directory, or row {Secret} of table secrets) is damaged: it has fewer than {AccessOptions.MinSecretBytes} bytes. Remove it, and a new one is made.");
        }

        _key = new SymmetricSecurityKey(bytes);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
