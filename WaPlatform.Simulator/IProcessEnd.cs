namespace WaPlatform.Simulator;

/// <summary>The end of the process without further ado, as a Go program's os.Exit. A seam: a test must not die with the simulator.</summary>
internal interface IProcessEnd
{
    void Exit(int code);
}
