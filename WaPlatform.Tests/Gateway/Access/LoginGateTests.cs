using WaPlatform.Gateway.Access;

namespace WaPlatform.Tests.Gateway.Access;

/// <summary>Names share gates, and must not share locks: whose lock is hit would tell which names somebody has.</summary>
public sealed class LoginGateTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly LoginGate _gates = new();

    [Fact]
    public void UnknownName_FailsTooOften_IsShutOutAloneOfItsGate()
    {
        var (name, other) = MeetingNames();
        var gate = _gates.For(name);
        for (var failure = 1; failure < LockPolicy.FreeFailures; failure++)
        {
            gate.CountUnknown(name, Now);
            Assert.Null(gate.UnknownLockedUntil(name));
        }

        gate.CountUnknown(name, Now);

        Assert.Equal(Now + LockPolicy.After(LockPolicy.FreeFailures), gate.UnknownLockedUntil(name));
        Assert.Null(gate.UnknownLockedUntil(other));
    }

    [Fact]
    public void InventedNames_WithoutEnd_KeepTheLatestLocks()
    {
        var gate = _gates.For("a");
        for (var number = 0; number < 1_000; number++)
        {
            for (var failure = 0; failure < LockPolicy.FreeFailures; failure++)
            {
                gate.CountUnknown($"{number}", Now.AddSeconds(number));
            }
        }

        Assert.Equal([.. Enumerable.Range(1_000 - 64, 64)], Enumerable.Range(0, 1_000).Where(number => gate.UnknownLockedUntil($"{number}") is not null));
    }

    private (string One, string Other) MeetingNames() =>
        ("user", Enumerable.Range(0, 100_000).Select(number => $"user{number}").First(other => _gates.For(other) == _gates.For("user")));
}
