using WaPlatform.Contracts.Messages;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>What a receipt makes of a message's status. A status never goes backwards.</summary>
internal static class ReceiptProgress
{
    /// <param name="receiptType">The engine's <c>receipt_type</c> (gowa contract §6.3).</param>
    /// <returns>The new status, or null if the receipt changes nothing.</returns>
    public static MessageStatus? Next(MessageStatus current, string? receiptType)
    {
        MessageStatus? told = receiptType switch
        {
            "delivered" => MessageStatus.Delivered,
            "read" => MessageStatus.Read,
            _ => null,
        };
        return current is MessageStatus.Sending or MessageStatus.Uncertain or MessageStatus.Sent or MessageStatus.Delivered && told > current ? told : null;
    }
}
