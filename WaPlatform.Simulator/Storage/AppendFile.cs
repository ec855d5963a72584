using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WaPlatform.Simulator.Storage;

/// <summary>
/// A file that many processes append whole lines to. FileMode.Append only seeks once, so two writers would overwrite one another;
/// this opens with O_APPEND and gives each line to the kernel in one write.
/// </summary>
internal sealed partial class AppendFile : IDisposable
{
    private const int WriteOnly = 1;
    private const int CreateLinux = 0x40;
    private const int AppendLinux = 0x400;
    private const int CloseOnExecLinux = 0x80000;
    private const int CreateMac = 0x200;
    private const int AppendMac = 0x8;
    private const int CloseOnExecMac = 0x1000000;

    // 0644
    private const int Mode = 0x1A4;

    private readonly Lock _gate = new();
    private readonly string _path;
    private SafeFileHandle? _handle;

    public AppendFile(string path)
    {
        _path = path;
        var torn = IsTorn(path);
        _handle = OperatingSystem.IsWindows() ? null : OpenUnix(path);
        if (torn)
        {
            Write("\n"u8);
        }
    }

    public void Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (OperatingSystem.IsWindows())
            {
                WriteExclusively(line);
            }
            else if (_handle is { IsClosed: false } handle)
            {
                WriteAll(handle, line);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _handle?.Dispose();
            _handle = null;
        }
    }

    // A kill can cut a write where the line crosses a page; what is written next must not go down with that line.
    private static bool IsTorn(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (file.Length == 0)
        {
            return false;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }

    private static SafeFileHandle OpenUnix(string path)
    {
        var flags = OperatingSystem.IsMacOS()
            ? WriteOnly | CreateMac | AppendMac | CloseOnExecMac
            : WriteOnly | CreateLinux | AppendLinux | CloseOnExecLinux;
        var descriptor = Open(path, flags, Mode);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"open {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    private static void WriteAll(SafeFileHandle handle, ReadOnlySpan<byte> line)
    {
        while (!line.IsEmpty)
        {
            var written = (int)Write(handle, line, line.Length);
            if (written < 0)
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
            }

            line = line[written..];
        }
    }

    private void WriteExclusively(ReadOnlySpan<byte> line)
    {
        using var mutex = new Mutex(initiallyOwned: false, "wa-simulator-" + Path.GetFullPath(_path).Replace('\\', '/'));
        mutex.WaitOne();
        try
        {
            using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.Write(line);
        }
        finally
        {
            mutex.ReleaseMutex();
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, nint count);
}
