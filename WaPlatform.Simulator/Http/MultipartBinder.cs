using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace WaPlatform.Simulator.Http;

/// <summary>
/// Binds multipart bodies. Files are measured while they pass, never kept: many simulators share a machine, and a killed one must leave nothing
/// in the folder for temporary files.
/// </summary>
internal static class MultipartBinder
{
    private const int BufferSize = 64 * 1024;

    /// <exception cref="ApiException">500: the body is no multipart body.</exception>
    public static async Task<BoundBody> BindAsync(RequestContext context, BodySpec spec, CancellationToken cancellationToken)
    {
        var body = new BoundBody();
        var texts = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        try
        {
            var reader = new MultipartReader(Boundary(context), context.Http.Request.Body, BufferSize);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (section.AsFileSection() is { } file)
                {
                    var (length, hash) = await MeasureAsync(section.Body, cancellationToken);
                    body.SetFile(file.Name, new UploadedFile(file.FileName, section.ContentType ?? "", length, hash));
                }
                else if (section.AsFormDataSection() is { } field)
                {
                    var values = texts.TryGetValue(field.Name, out var known) ? known : texts[field.Name] = [];
                    values.Add(await field.GetValueAsync(cancellationToken));
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException && !context.Http.RequestAborted.IsCancellationRequested)
        {
            throw ApiException.Internal("bind from body: " + exception.Message);
        }

        foreach (var (name, values) in texts)
        {
            BodyBinder.SetText(body, spec, name, [.. values]);
        }

        return body;
    }

    private static string Boundary(RequestContext context) =>
        MediaTypeHeaderValue.TryParse(context.Http.Request.ContentType, out var type) && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 } boundary
            ? boundary.ToString()
            : throw new InvalidDataException("request Content-Type has bad boundary or is not multipart/form-data");

    private static async Task<(long Length, string Sha256)> MeasureAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var length = 0L;
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0; length += read)
            {
                hash.AppendData(buffer, 0, read);
            }

            return (length, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
