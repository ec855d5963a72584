using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using WaPlatform.Contracts.Engines;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.Engines.Releases;

/// <summary>Archives of engines, honest and hostile. The engine in them is the simulator, called with what makes one release differ from another.</summary>
internal static class EngineArchiveMaker
{
    /// <summary>As gowa's releases call it: <c>linux-amd64</c>.</summary>
    public static string BinaryName { get; } = EnginePlatform.Current.Replace('_', '-');

    private const int LocalHeader = 30;
    private const int CentralHeader = 46;
    private const int EndOfDirectory = 22;

    /// <summary>A release that works.</summary>
    /// <param name="variables">More of its environment, as <c>NAME=value</c>.</param>
    public static byte[] Good(string version, params string[] variables) => Zip((BinaryName, Script(version, variables)), ("readme.md", "# gowa"u8.ToArray()));

    /// <summary>Ends as soon as it is started.</summary>
    public static byte[] Crashing() => Zip((BinaryName, "#!/bin/sh\necho 'panic: no such luck' >&2\nexit 2\n"u8.ToArray()));

    /// <summary>Starts, answers, and never reaches WhatsApp.</summary>
    public static byte[] Deaf(string version) => Good(version, "SIM_DIAL=refused");

    /// <summary>Has a second entry that would be written outside.</summary>
    public static byte[] ZipSlip(string version, string name = "../../../slipped") => Zip((BinaryName, Script(version, [])), (name, "harm"u8.ToArray()));

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return buffer.ToArray();
    }

    /// <summary>Ten gigabytes of nothing in ten megabytes: a block that inflates to one megabyte, again and again.</summary>
    /// <param name="said">Bytes that it says it has; null = the truth.</param>
    public static byte[] Bomb(long? said = null)
    {
        const int Blocks = 10 * 1024;
        using var block = new MemoryStream();
        using var deflate = new DeflateStream(block, CompressionLevel.Optimal, leaveOpen: true);
        deflate.Write(new byte[1024 * 1024]);
        deflate.Flush();

        using var all = new MemoryStream();
        for (var number = 0; number < Blocks; number++)
        {
            all.Write(block.GetBuffer(), 0, (int)block.Length);
        }

        // The last block is empty, and says that it is the last.
        all.Write([3, 0]);
        return ByHand(BinaryName, all.ToArray(), said ?? Blocks * 1024L * 1024L);
    }

    /// <summary>A single entry with sizes and type as given, true or not.</summary>
    /// <param name="deflated">Its bytes in the archive.</param>
    /// <param name="unixMode">Type and rights; 0 = none.</param>
    public static byte[] ByHand(string name, byte[] deflated, long length, int unixMode = 0)
    {
        var encoded = Encoding.ASCII.GetBytes(name);

        // Beyond 4 GB the size goes into a field of its own (APPNOTE 4.5.3).
        byte[] extra = length >= uint.MaxValue ? [1, 0, 8, 0, .. BitConverter.GetBytes(length)] : [];
        var size = length >= uint.MaxValue ? uint.MaxValue : (uint)length;
        var (local, central, end) = (new byte[LocalHeader], new byte[CentralHeader], new byte[EndOfDirectory]);
        BinaryPrimitives.WriteUInt32LittleEndian(local, 0x04034b50);
        Fill(local.AsSpan(4), encoded, deflated, size, extra);
        BinaryPrimitives.WriteUInt32LittleEndian(central, 0x02014b50);
        BinaryPrimitives.WriteUInt16LittleEndian(central.AsSpan(4), 0x031E);
        Fill(central.AsSpan(6), encoded, deflated, size, extra);
        BinaryPrimitives.WriteInt32LittleEndian(central.AsSpan(38), unixMode << 16);
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), 1);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), CentralHeader + encoded.Length + extra.Length);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(16), LocalHeader + encoded.Length + extra.Length + deflated.Length);
        return [.. local, .. encoded, .. extra, .. deflated, .. central, .. encoded, .. extra, .. end];
    }

    // What both headers have in common, from "version needed" on.
    private static void Fill(Span<byte> header, byte[] name, byte[] deflated, uint length, byte[] extra)
    {
        const ushort Deflate = 8;
        BinaryPrimitives.WriteUInt16LittleEndian(header, 45);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], Deflate);
        BinaryPrimitives.WriteInt32LittleEndian(header[14..], deflated.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[18..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header[24..], (ushort)extra.Length);
    }

    // exec: the process that the platform started is the engine. One that was built for this SDK's runtime finds it by DOTNET_ROOT.
    private static byte[] Script(string version, string[] variables) => Encoding.UTF8.GetBytes($"""
        #!/bin/sh
        export DOTNET_ROOT='{Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."))}' DOTNET_gcServer=0
        export SIM_VERSION=v{version} SIM_AUTO_CONNECT_DELAY=200 SIM_PAIR_GAP=100 {string.Join(' ', variables)}
        exec '{SimulatorBinary.Path}' "$@"

        """);
}
