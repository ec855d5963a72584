using System.Globalization;
using WaPlatform.Simulator.Http;

namespace WaPlatform.Simulator.Sending;

/// <summary>gowa's checks of a send, in its order and words (real.md §3.3.31).</summary>
internal static class SendChecks
{
    public static readonly string[] Images = ["image/jpeg", "image/jpg", "image/png"];
    public static readonly string[] Videos = ["video/mp4", "video/x-matroska", "video/avi", "video/x-msvideo"];
    public static readonly string[] Stickers = ["image/jpeg", "image/jpg", "image/png", "image/webp", "image/gif"];

    public static readonly string[] Audios =
    [
        "audio/aac", "audio/amr", "audio/flac", "audio/m4a", "audio/m4r", "audio/mp3", "audio/mpeg", "audio/ogg", "audio/vnd.wav",
        "audio/vnd.wave", "audio/wav", "audio/wave", "audio/wma", "audio/x-ms-wma", "audio/x-pn-wav", "audio/x-wav",
    ];

    public static void Phone(BoundBody body)
    {
        if (body.Text("phone").StartsWith('0'))
        {
            throw ApiException.Validation(
                "phone number must be in international format (should not start with 0). For Indonesian numbers, use 62xxx format instead of 08xxx");
        }
    }

    public static void Duration(BoundBody body)
    {
        if (body.Has("duration") && body.Integer("duration") is not (0 or 86400 or 604800 or 7776000))
        {
            throw ApiException.Validation("duration must be one of: 0 (no expiry), 86400 (24h), 604800 (7d), 7776000 (90d)");
        }
    }

    public static void Media(BoundBody body, string name, string goName, Action<UploadedFile> check)
    {
        new Rules().Required("phone", body.Text("phone")).Throw();
        Phone(body);
        var file = body.File(name);
        var url = body.Text(name + "_url");
        if (file is null && url.Length == 0)
        {
            throw ApiException.Validation($"either {goName} or {goName}URL must be provided");
        }

        if (file is not null)
        {
            check(file);
        }

        if (url.Length > 0 && !Rules.IsUrl(url))
        {
            throw ApiException.Validation($"{goName}URL must be a valid URL");
        }

        Duration(body);
    }

    public static void Type(UploadedFile file, string[] allowed, string message)
    {
        if (!allowed.Contains(file.ContentType))
        {
            throw ApiException.Validation(message);
        }
    }

    public static void Size(UploadedFile file, long maximum, string what, string shown)
    {
        if (file.Length > maximum)
        {
            throw ApiException.Validation(
                $"max {what} upload is {shown}, please upload in cloud and send via text if your file is higher than {shown}");
        }
    }

    public static void Poll(BoundBody body)
    {
        var options = body.Texts("options");
        if (options.Count == 0)
        {
            throw ApiException.Validation("options: cannot be blank.");
        }

        var blank = options.Select(static (option, index) => (option, index)).Where(static item => item.option.Length == 0)
            .Select(static item => string.Create(CultureInfo.InvariantCulture, $"{item.index}: cannot be blank")).ToList();
        new Rules()
            .Required("phone", body.Text("phone"))
            .Required("question", body.Text("question"))
            .Check("options", blank.Count == 0, $"({string.Join("; ", blank)}.)")
            .Check("max_answer", body.Integer("max_answer") != 0, "cannot be blank")
            .Min("max_answer", body.Integer("max_answer"), 1)
            .Max("max_answer", body.Integer("max_answer"), options.Count)
            .Throw();
        if (options.Distinct(StringComparer.Ordinal).Count() != options.Count)
        {
            throw ApiException.Validation("options should be unique");
        }

        Phone(body);
        Duration(body);
    }

    /// <summary>Whether a text is blank or a number between minus and plus the limit.</summary>
    public static bool IsWithin(string text, double limit) =>
        text.Length == 0 || (double.TryParse(text, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= limit);
}
