namespace WaPlatform.Data.Messages;

/// <summary>A file that waits to be sent with a message.</summary>
/// <param name="Key">Its name in the media directory.</param>
/// <param name="Name">The name that the recipient sees.</param>
/// <param name="ContentType">Media type without parameters, for example <c>image/png</c>.</param>
/// <param name="Size">Bytes.</param>
public sealed record MediaFile(string Key, string Name, string ContentType, long Size);
