namespace WaPlatform.Tests.Platform;

/// <summary>A platform as its users see it, be it one process or many.</summary>
public interface IPlatform
{
    /// <summary>Where its API is.</summary>
    Uri Address { get; }

    /// <summary>Signed in as the first admin.</summary>
    HttpClient Client { get; }

    /// <summary>Lines that its processes wrote, to find out from.</summary>
    IEnumerable<string> Said { get; }

    /// <summary>A client that sends no credentials.</summary>
    HttpClient CreateClient();

    /// <summary>The file to which the engines of a device append what they send; others may write to it, too.</summary>
    string LedgerOf(string phone);
}
