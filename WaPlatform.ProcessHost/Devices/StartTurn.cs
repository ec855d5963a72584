namespace WaPlatform.ProcessHost.Devices;

/// <summary>One place among the starts under way; given back once, whoever comes first.</summary>
internal sealed class StartTurn(SemaphoreSlim turns)
{
    private bool _taken;

    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        _taken = true;
    }

    public void Release()
    {
        if (_taken)
        {
            _taken = false;
            turns.Release();
        }
    }
}
