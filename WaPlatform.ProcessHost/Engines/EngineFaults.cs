using WaPlatform.Contracts.Faults;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>Turns what an engine refused, or how it failed, into the codes of the public API.</summary>
internal static class EngineFaults
{
    /// <summary>True for the ways in which a call to an engine can fail without an answer of its own.</summary>
    public static bool IsCallFailure(Exception exception) => exception is HttpRequestException or TimeoutException or EngineGarbageException or IOException;

    public static PlatformException From(EngineAnswer answer) => answer switch
    {
        { Code: "ALREADY_LOGGED_IN" or "SESSION_SAVED_ERROR" } => Fault(ErrorCode.AlreadyPaired, "The number is paired already.", answer),
        { Code: "AUTHENTICATION_ERROR" or "INVALID_WA_CLI" } => Fault(ErrorCode.EngineUnavailable, "The engine can't reach WhatsApp.", answer),
        { HttpStatus: 504 } => Fault(ErrorCode.EngineTimeout, "WhatsApp did not answer the engine in time.", answer),
        _ => Fault(ErrorCode.EngineError, "The engine refused the request.", answer),
    };

    public static PlatformException From(Exception failure) => failure switch
    {
        TimeoutException => new PlatformException(ErrorCode.EngineTimeout, "The engine did not answer in time; it may be dialing WhatsApp."),
        EngineGarbageException => new PlatformException(ErrorCode.EngineError, "The engine's answer could not be understood."),
        _ => new PlatformException(ErrorCode.EngineUnavailable, "The engine can't be reached."),
    };

    private static PlatformException Fault(ErrorCode code, string detail, EngineAnswer answer) =>
        new(code, detail) { EngineCode = answer.Code, EngineMessage = answer.Message };
}
