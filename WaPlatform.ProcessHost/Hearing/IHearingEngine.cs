namespace WaPlatform.ProcessHost.Hearing;

/// <summary>A running engine, as its hearing is tested and cured.</summary>
internal interface IHearingEngine
{
    /// <summary>By its own word: WhatsApp's socket is up, it is logged in, and it is not dialing. Only then does silence mean anything.</summary>
    bool IsConnected { get; }

    /// <summary>Asks the engine on its event socket, past WhatsApp.</summary>
    Task<bool> AnswersAsync(TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Asks something that only WhatsApp can answer. Null if the engine said something of its own, which proves neither.</summary>
    Task<bool?> ReachesWhatsAppAsync(TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Has the engine dial WhatsApp anew; completes when it has, or has failed to.</summary>
    Task ReconnectAsync(CancellationToken cancellationToken);

    /// <summary>Ends the engine; its supervisor starts it again.</summary>
    void Restart();
}
