using System.Buffers.Binary;
using System.IO.Compression;
using QRCoder;

namespace WaPlatform.Simulator.Pairing;

/// <summary>Draws a QR code as gowa's file is: a PNG of exactly 512 by 512, black on white, which QRCoder's own writer cannot size.</summary>
internal static class QrImage
{
    private const int Size = 512;
    private const int RowBytes = Size / 8;

    public static byte[] Draw(string content)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(content, QRCodeGenerator.ECCLevel.M);
        var matrix = data.ModuleMatrix;
        var scale = Size / matrix.Count;
        var margin = (Size - (scale * matrix.Count)) / 2;

        var pixels = new byte[Size * (RowBytes + 1)];
        for (var y = 0; y < Size; y++)
        {
            var row = pixels.AsSpan((y * (RowBytes + 1)) + 1, RowBytes);
            for (var x = 0; x < Size; x++)
            {
                if (!IsDark(matrix, (x - margin) / scale, (y - margin) / scale, x >= margin && y >= margin))
                {
                    row[x / 8] |= (byte)(0x80 >> (x % 8));
                }
            }
        }

        return Encode(pixels);
    }

    private static bool IsDark(List<System.Collections.BitArray> matrix, int x, int y, bool inside) =>
        inside && y < matrix.Count && x < matrix[y].Count && matrix[y][x];

    private static byte[] Encode(byte[] pixels)
    {
        using var compressed = new MemoryStream();
        using (var deflate = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(pixels);
        }

        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Size);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], Size);

        // One bit a pixel, greyscale.
        header[8] = 1;

        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "IDAT"u8, compressed.ToArray());
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        png.Write(number);
        png.Write(type);
        png.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(type, content));
        png.Write(number);
    }

    private static uint Checksum(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content) => ~Update(Update(uint.MaxValue, type), content);

    private static uint Update(uint checksum, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            checksum ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                checksum = (checksum & 1) != 0 ? (checksum >> 1) ^ 0xEDB88320 : checksum >> 1;
            }
        }

        return checksum;
    }
}
