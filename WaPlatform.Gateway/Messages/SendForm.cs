using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using WaPlatform.Contracts.Faults;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Media;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.Gateway.Messages;

/// <summary>A file that came with a request and is on disk.</summary>
/// <param name="ContentType">As its part said; null if it said nothing.</param>
/// <param name="Name">As its part said, made harmless.</param>
/// <param name="Sha256">Of its content, in hex.</param>
internal sealed record Upload(string Key, long Size, string? ContentType, string? Name, string Sha256)
{
    /// <summary>Name of the part that holds it.</summary>
    public const string Part = "media";
}

/// <summary>Reads a send from a multipart form. Its file goes to the disk as it comes, whatever its size, and in whichever place of the form it is.</summary>
internal sealed class SendForm(MediaStore media)
{
    /// <summary>How large a whole form may be: the largest file, all other parts, and what frames them.</summary>
    public const long MaxBody = 102_000_000;

    private const int MaxBoundary = 200;
    private const int MaxParts = 1200;

    // As for JSON.
    private const int MaxTexts = 1024 * 1024;

    /// <summary>Reads the whole form. What is refused leaves no file.</summary>
    /// <returns>Null members if there is something in <paramref name="errors"/>.</returns>
    /// <exception cref="PlatformException">VALIDATION_FAILED (malformed, or broken off), PAYLOAD_TOO_LARGE, STORAGE_UNAVAILABLE.</exception>
    public async Task<(SendRequest? Request, Upload? Upload)> ReadAsync(HttpRequest request, FieldErrors errors, CancellationToken cancellationToken)
    {
        Upload? upload = null;
        try
        {
            var members = new FormMembers();
            var form = new MultipartReader(BoundaryOf(request), request.Body) { BodyLengthLimit = null };
            var room = MaxTexts;
            var parts = 0;
            while (!errors.Any && await form.ReadNextSectionAsync(cancellationToken) is { } part)
            {
                if (++parts > MaxParts)
                {
                    throw Malformed($"The form has more than {MaxParts} parts.");
                }

                var disposition = part.GetContentDispositionHeader();
                var name = HeaderUtilities.RemoveQuotes(disposition?.Name ?? default).Value ?? "";
                if (name != Upload.Part)
                {
                    errors.Require(disposition?.IsFileDisposition() != true, name.Length == 0 ? Upload.Part : name, $"Is a file; the file must be in the part {Upload.Part}.");
                    members.Add(name, await ReadTextAsync(part.Body, room, cancellationToken));
                    room -= (int)part.Body.Position;
                }
                else if (upload is not null)
                {
                    errors.Add(Upload.Part, "Is given more than once.");
                }
                else
                {
                    upload = await StoreAsync(part, disposition!, LimitOf(members.Type), cancellationToken);
                }
            }

            var read = errors.Any ? null : members.ToRequest(errors);
            if (upload is not null && upload.Size > LimitOf(read?.Type))
            {
                throw TooLarge(LimitOf(read?.Type));
            }

            return Kept(read, ref upload);
        }
        catch (InvalidDataException)
        {
            throw Malformed("A part has too many or too large headers, or is malformed.");
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw Malformed("The form ends before its end.");
        }
        finally
        {
            if (upload is not null)
            {
                media.Delete(upload.Key);
            }
        }
    }

    private static (SendRequest? Request, Upload? Upload) Kept(SendRequest? request, ref Upload? upload)
    {
        var kept = request is null ? null : upload;
        upload = request is null ? upload : null;
        return (request, kept);
    }

    private static string BoundaryOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && HeaderUtilities.RemoveQuotes(type.Boundary) is { HasValue: true, Length: <= MaxBoundary } boundary
            ? boundary.Value : throw Malformed("The Content-Type names no boundary.");

    private static async Task<string> ReadTextAsync(Stream body, int room, CancellationToken cancellationToken)
    {
        var text = new ArrayBufferWriter<byte>();
        for (int read; (read = await body.ReadAsync(text.GetMemory(1024), cancellationToken)) > 0;)
        {
            text.Advance(read);
            if (text.WrittenCount > room)
            {
                throw Malformed($"The parts of the form, its file apart, have more than {MaxTexts} bytes.");
            }
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    // Until the type is known, the largest holds; then its own is checked.
    private static long LimitOf(string? type) => type is not null && SendKinds.Find(type)?.Media is { } rule ? rule.Limit : MediaRule.LargestLimit;

    private static PlatformException TooLarge(long limit) => new(ErrorCode.PayloadTooLarge, $"The file is larger than {MediaRule.Megabytes(limit)}.");

    private static PlatformException Malformed(string problem) => new(ErrorCode.ValidationFailed, problem);

    private async Task<Upload> StoreAsync(MultipartSection part, ContentDispositionHeaderValue disposition, long limit, CancellationToken cancellationToken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var source = new SourceStream(
            part.Body, digest, static exception => exception is IOException and not BadHttpRequestException ? Malformed("The form ends before its end.") : null);
        try
        {
            var (key, size) = await media.WriteAsync(source, limit, cancellationToken);
            var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
            return new Upload(key, size, MediaRule.Declared(part.ContentType), FileNames.Clean(name), Convert.ToHexStringLower(digest.GetCurrentHash()));
        }
        catch (MediaTooLargeException)
        {
            throw TooLarge(limit);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or (IOException and not BadHttpRequestException))
        {
            throw new PlatformException(ErrorCode.StorageUnavailable, "The file cannot be stored now; nothing was sent.");
        }
    }
}
