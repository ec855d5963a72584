using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace WaPlatform.Simulator;

/// <summary>Ends this very process.</summary>
internal sealed class ProcessEnd : IProcessEnd
{
    public void Exit(int code) => Environment.Exit(code);

    [DoesNotReturn]
    public void Kill()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        throw new UnreachableException("A killed process went on.");
    }
}
