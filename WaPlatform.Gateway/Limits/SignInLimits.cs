using System.Net;
using Microsoft.Extensions.Options;

namespace WaPlatform.Gateway.Limits;

/// <summary>
/// Bounds what one address may try at the sign-in: of many names a few passwords each, or one name many times. Only what fails counts, so that people
/// behind one address don't shut each other out by signing in; and a name that is shut out already costs the address nothing more.
/// </summary>
internal sealed class SignInLimits(IOptions<RateLimitOptions> options, TimeProvider timeProvider)
{
    /// <summary>Of one name from one address. More than are free of a lock: who exists is not told by which limit answers.</summary>
    public const int AttemptsForName = 20;

    private readonly MinuteWindow?[] _names = new MinuteWindow?[AddressSlot.Count];
    private readonly MinuteWindow?[] _addresses = new MinuteWindow?[AddressSlot.Count];

    /// <summary>Before the password is looked at. It counts as wrong until <see cref="Conclude"/> says otherwise: many at once are no way around.</summary>
    /// <returns>Null to go on, else how long to wait.</returns>
    public TimeSpan? Enter(IPAddress? address, string name)
    {
        if (options.Value.AreOff)
        {
            return null;
        }

        var byName = Window(_names, AddressSlot.Of(address, name), AttemptsForName);
        if (byName.Take() is { } wait)
        {
            return wait;
        }

        var byAddress = Window(_addresses, AddressSlot.Of(address), options.Value.WrongPasswords).Take();
        if (byAddress is not null)
        {
            byName.GiveBack();
        }

        return byAddress;
    }

    public void Conclude(IPAddress? address, string name, SignInOutcome outcome)
    {
        if (options.Value.AreOff || outcome == SignInOutcome.Wrong)
        {
            return;
        }

        Window(_addresses, AddressSlot.Of(address), options.Value.WrongPasswords).GiveBack();
        if (outcome == SignInOutcome.Right)
        {
            Window(_names, AddressSlot.Of(address, name), AttemptsForName).GiveBack();
        }
    }

    private MinuteWindow Window(MinuteWindow?[] windows, int slot, int limit) =>
        Volatile.Read(ref windows[slot]) ?? Interlocked.CompareExchange(ref windows[slot], new MinuteWindow(limit, timeProvider), null) ?? windows[slot]!;
}

internal enum SignInOutcome
{
    Right,
    Wrong,

    /// <summary>The name was shut out; the password was not looked at.</summary>
    Locked,
}
