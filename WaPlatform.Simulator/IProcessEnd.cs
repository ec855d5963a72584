using System.Diagnostics.CodeAnalysis;

namespace WaPlatform.Simulator;

/// <summary>The end of the process without further ado. A seam: a test must not die with the simulator.</summary>
internal interface IProcessEnd
{
    /// <summary>As a Go program's os.Exit.</summary>
    void Exit(int code);

    /// <summary>As by SIGKILL: nothing of the process runs any more, this call included.</summary>
    [DoesNotReturn]
    void Kill();
}
