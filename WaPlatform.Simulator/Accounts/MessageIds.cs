using System.Security.Cryptography;

namespace WaPlatform.Simulator.Accounts;

/// <summary>Message ids in whatsmeow's form: 3EB0 and 18 hex digits.</summary>
internal static class MessageIds
{
    public static string New() => "3EB0" + RandomNumberGenerator.GetHexString(18);
}
