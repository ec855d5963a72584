using WaPlatform.Jobs.Webhooks;
using WaPlatform.ServiceDefaults.Webhooks;

namespace WaPlatform.Tests.Webhooks;

public sealed class DeliveryPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly WebhookOptions _options = new();

    [Theory]
    [InlineData(200, nameof(AnswerMeaning.Delivered))]
    [InlineData(204, nameof(AnswerMeaning.Delivered))]
    [InlineData(299, nameof(AnswerMeaning.Delivered))]
    [InlineData(301, nameof(AnswerMeaning.Transient))]
    [InlineData(400, nameof(AnswerMeaning.Permanent))]
    [InlineData(401, nameof(AnswerMeaning.Permanent))]
    [InlineData(404, nameof(AnswerMeaning.Permanent))]
    [InlineData(408, nameof(AnswerMeaning.Transient))]
    [InlineData(409, nameof(AnswerMeaning.Transient))]
    [InlineData(410, nameof(AnswerMeaning.Gone))]
    [InlineData(425, nameof(AnswerMeaning.Transient))]
    [InlineData(429, nameof(AnswerMeaning.Transient))]
    [InlineData(500, nameof(AnswerMeaning.Transient))]
    [InlineData(503, nameof(AnswerMeaning.Transient))]
    [InlineData(null, nameof(AnswerMeaning.Transient))]
    public void Of_AStatus_SaysWhatItMeans(int? status, string meaning) => Assert.Equal(meaning, DeliveryPolicy.Of(status).ToString());

    [Theory]
    [InlineData(nameof(AnswerMeaning.Delivered), 100, nameof(NextStep.GoOn))]
    [InlineData(nameof(AnswerMeaning.Transient), 0, nameof(NextStep.Retry))]
    [InlineData(nameof(AnswerMeaning.Transient), 23.9, nameof(NextStep.Retry))]
    [InlineData(nameof(AnswerMeaning.Transient), 24, nameof(NextStep.Bury))]
    [InlineData(nameof(AnswerMeaning.Permanent), 0, nameof(NextStep.Bury))]
    [InlineData(nameof(AnswerMeaning.Gone), 0, nameof(NextStep.Bury))]
    public void Decide_AfterAnAttempt_SaysWhatIsNext(string meaning, double hours, string step) =>
        Assert.Equal(step, DeliveryPolicy.Decide(Enum.Parse<AnswerMeaning>(meaning), TimeSpan.FromHours(hours), _options).ToString());

    [Theory]
    [InlineData(1, null, 0.5, 1)]
    [InlineData(1, null, 0, 0.8)]
    [InlineData(1, null, 1, 1.2)]
    [InlineData(4, null, 0.5, 8)]
    [InlineData(12, null, 0.5, 1800)]
    [InlineData(12, null, 1, 1800)]
    [InlineData(int.MaxValue, null, 0.5, 1800)]
    [InlineData(1, 60, 0.5, 60)]
    [InlineData(8, 60, 0.5, 128)]
    [InlineData(1, 1_000_000, 0.5, 1800)]
    public void RetryDelay_AfterFailures_GrowsAndGrantsWhatIsAskedForWithinBounds(int failures, int? retryAfter, double random, double seconds) =>
        Assert.Equal(seconds, DeliveryPolicy.RetryDelay(failures, retryAfter is { } asked ? TimeSpan.FromSeconds(asked) : null, _options, random).TotalSeconds, 3);

    [Theory]
    [InlineData(nameof(AnswerMeaning.Transient), 1, true)]
    [InlineData(nameof(AnswerMeaning.Permanent), 4, false)]
    [InlineData(nameof(AnswerMeaning.Permanent), 5, true)]
    public void Pauses_AfterAFailure_ForARefusalOnlyWhenThereAreMany(string meaning, int failures, bool pauses) =>
        Assert.Equal(pauses, DeliveryPolicy.Pauses(Enum.Parse<AnswerMeaning>(meaning), failures, _options));

    [Theory]
    [InlineData(null, false)]
    [InlineData(119.9, false)]
    [InlineData(120.0, true)]
    public void IsHopeless_AfterDays_SwitchesOff(double? hours, bool hopeless) =>
        Assert.Equal(hopeless, DeliveryPolicy.IsHopeless(hours is { } since ? Now - TimeSpan.FromHours(since) : null, Now, _options));

    [Fact]
    public void Health_FailuresInARow_AreCountedFromTheFirstUntilASuccess()
    {
        var health = ReceiverHealth.Succeeded(Now);
        for (var failure = 0; failure < 3; failure++)
        {
            health = health.Failed(AnswerMeaning.Transient, null, Now.AddMinutes(failure), _options, 0.5);
        }

        Assert.Equal((Now, 3, Now.AddMinutes(2).AddSeconds(4), Now), (health.FailingSince, health.Failures, health.NextAttemptAt, health.LastSuccessAt));
        Assert.Equal(new ReceiverHealth(null, 0, null, Now.AddHours(1)), ReceiverHealth.Succeeded(Now.AddHours(1)));
        Assert.Null(ReceiverHealth.Succeeded(Now).Failed(AnswerMeaning.Permanent, null, Now, _options, 0.5).NextAttemptAt);
    }

    [Fact]
    public void Signature_OfTheSpecificationsExample_IsItsOwn()
    {
        // From the examples of the Standard Webhooks libraries.
        Assert.True(SigningSecret.TryRead("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out var key));
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            RequestSignature.Of("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8, [key]));
    }

    [Fact]
    public void Secret_Made_IsOneThatIsTaken() => Assert.True(SigningSecret.TryRead(SigningSecret.Create(), out var key) && key.Length == 32);
}
