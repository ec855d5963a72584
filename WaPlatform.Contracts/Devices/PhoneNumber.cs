using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Devices;

/// <summary>
/// The key of a device: the digits of its number, E.164 without <c>+</c>, 7 to 15 digits, no leading zero.
/// Parsing takes what clients send: digits, <c>+digits</c>, <c>digits@s.whatsapp.net</c>, <c>digits@c.us</c>.
/// </summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(PhoneNumberJsonConverter))]
public readonly record struct PhoneNumber : IParsable<PhoneNumber>
{
    private const int MinDigits = 7;
    private const int MaxDigits = 15;

    private PhoneNumber(string digits) => Digits = digits;

    [Id(0)]
    public string Digits { get; init; }

    /// <summary>The number as WhatsApp addresses it.</summary>
    public string Jid => $"{Digits}@s.whatsapp.net";

    /// <summary>For logs: all but the last four digits hidden.</summary>
    public string Masked => Digits.Length <= 4 ? "****" : string.Concat(new string('*', Digits.Length - 4), Digits.AsSpan(Digits.Length - 4));

    public static PhoneNumber Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException("Not a phone number.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PhoneNumber result) => TryParse(s, out result);

    public static bool TryParse([NotNullWhen(true)] string? s, out PhoneNumber result)
    {
        result = default;
        if (s is null)
        {
            return false;
        }

        var text = s.AsSpan();
        foreach (var suffix in (ReadOnlySpan<string>)["@s.whatsapp.net", "@c.us"])
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                text = text[..^suffix.Length];
                break;
            }
        }

        if (text.StartsWith("+"))
        {
            text = text[1..];
        }

        if (text.Length is < MinDigits or > MaxDigits || text[0] == '0' || text.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        result = new PhoneNumber(text.ToString());
        return true;
    }

    public override string ToString() => Digits;
}

/// <summary>Reads every accepted form, writes the digits.</summary>
public sealed class PhoneNumberJsonConverter : JsonConverter<PhoneNumber>
{
    public override PhoneNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && PhoneNumber.TryParse(reader.GetString(), out var number)
            ? number
            : throw new JsonException("Not a phone number.");

    public override void Write(Utf8JsonWriter writer, PhoneNumber value, JsonSerializerOptions options) => writer.WriteStringValue(value.Digits);
}
