namespace WaPlatform.Simulator;

/// <summary>Ends this very process.</summary>
internal sealed class ProcessEnd : IProcessEnd
{
    public void Exit(int code) => Environment.Exit(code);
}
