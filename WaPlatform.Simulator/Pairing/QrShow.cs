using System.Security.Cryptography;
using WaPlatform.Simulator.Configuration;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Pairing;

/// <summary>
/// Shows the six codes of one login: the first lives 60 s, the others 20 s. Only the first three get files, which live half as long as their
/// code, and nobody is told about the second and third (gowa contract §7.1, §7.2).
/// </summary>
internal sealed class QrShow(SimulatorSettings settings, Background background, TimeProvider time)
{
    private const int Codes = 6;
    private const int CodesWithFile = 3;

    /// <summary>Seconds the answer of a login promises for the first file.</summary>
    public const int FirstFileSeconds = 30;

    /// <summary>Writes the file of a code and says its path; it deletes itself.</summary>
    public string WriteFile(int code)
    {
        var path = $"{Folders.QrCodes}/scan-qr-{Guid.NewGuid()}.png";
        File.WriteAllBytes(path, QrImage.Draw(Content()));
        background.Run(async cancellationToken =>
        {
            await Task.Delay(Life(code) / 2, time, cancellationToken);
            File.Delete(path);
        });
        return path;
    }

    /// <summary>Waits through the codes that follow the first; returns when all are used up.</summary>
    public async Task RotateAsync(CancellationToken cancellationToken)
    {
        for (var code = 1; code <= Codes; code++)
        {
            if (code is > 1 and <= CodesWithFile)
            {
                WriteFile(code);
            }

            await Task.Delay(Life(code), time, cancellationToken);
        }
    }

    /// <summary>How long gowa keeps a call's QR handler; its end cuts whatever is shown then (gowa contract §7.4).</summary>
    public TimeSpan HandlerLife => TimeSpan.FromMinutes(3) / settings.QrSpeed;

    private TimeSpan Life(int code) => TimeSpan.FromSeconds(code == 1 ? 60 : 20) / settings.QrSpeed;

    private static string Content() =>
        $"https://wa.me/settings/linked_devices#2@{Random(48)},{Random(32)},{Random(32)},{Random(32)},1";

    private static string Random(int bytes) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes));
}
