using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Gateway.Limits;

namespace WaPlatform.Tests.Gateway.Limits;

public sealed class SignInLimitsTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Enter_WrongPasswordsOfManyNames_ShutTheAddressOutForAMinute()
    {
        var limits = Create(wrongPasswords: 5);
        for (var n = 0; n < 5; n++)
        {
            Assert.Null(limits.Enter(Here, $"name {n}"));
            limits.Conclude(Here, $"name {n}", SignInOutcome.Wrong);
        }

        var wait = limits.Enter(Here, "another");
        _clock.Advance(wait!.Value);

        Assert.InRange(wait.Value, TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(60));
        Assert.Null(limits.Enter(Here, "another"));
    }

    [Fact]
    public void Enter_ManyAtOnce_CountsThemBeforeTheirEnd()
    {
        var limits = Create(wrongPasswords: 5);

        Assert.Equal(5, Enumerable.Range(0, 50).Count(n => limits.Enter(Here, $"name {n}") is null));
    }

    [Fact]
    public void Enter_OneNameAThousandTimes_ShutsNobodyElseOut()
    {
        var limits = Create(wrongPasswords: 30);
        var tried = 0;
        for (var n = 0; n < 1000; n++)
        {
            if (limits.Enter(Here, "target") is null)
            {
                tried++;
                limits.Conclude(Here, "target", tried <= 5 ? SignInOutcome.Wrong : SignInOutcome.Locked);
            }
        }

        Assert.Equal(SignInLimits.AttemptsForName, tried);
        Assert.Null(limits.Enter(Here, "somebody else"));
        Assert.Null(limits.Enter(IPAddress.Parse("192.0.2.2"), "target"));
    }

    [Fact]
    public void Enter_RightPasswords_AreNotLimited()
    {
        var limits = Create(wrongPasswords: 2);

        for (var n = 0; n < 100; n++)
        {
            Assert.Null(limits.Enter(Here, "busy"));
            limits.Conclude(Here, "busy", SignInOutcome.Right);
        }
    }

    [Fact]
    public void Enter_LimitsOff_LetsEverythingThrough()
    {
        var limits = new SignInLimits(Options.Create(new RateLimitOptions { Requests = 0, WrongPasswords = 1 }), _clock);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Null(limits.Enter(Here, "name")));
    }

    private SignInLimits Create(int wrongPasswords) => new(Options.Create(new RateLimitOptions { WrongPasswords = wrongPasswords }), _clock);
}
