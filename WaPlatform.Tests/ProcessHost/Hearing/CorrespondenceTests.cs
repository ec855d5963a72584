using Microsoft.Extensions.Time.Testing;
using WaPlatform.ProcessHost.Hearing;

namespace WaPlatform.Tests.ProcessHost.Hearing;

public sealed class CorrespondenceTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Correspondence _correspondence;

    public CorrespondenceTests() => _correspondence = new Correspondence(
        Microsoft.Extensions.Options.Options.Create(new HearingOptions { SilentRecipients = 3, ReceiptPatience = TimeSpan.FromMinutes(3), ReceiptWindow = TimeSpan.FromMinutes(30) }), _clock);

    [Fact]
    public void ReceiptsMissing_ManyRecipientsAndNothingCameBack_IsTrueOnceTheirTimeIsOver()
    {
        _correspondence.Heard(isReceipt: true);
        SendTo(3);
        Assert.False(_correspondence.ReceiptsMissing);

        _clock.Advance(TimeSpan.FromMinutes(3));

        Assert.True(_correspondence.ReceiptsMissing);
    }

    [Fact]
    public void ReceiptsMissing_ManyMessagesToTheSameFew_IsFalse()
    {
        _correspondence.Heard(isReceipt: true);
        for (var i = 0; i < 100; i++)
        {
            SendTo(2);
        }

        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.False(_correspondence.ReceiptsMissing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReceiptsMissing_AnythingCameMeanwhile_IsFalse(bool receipt)
    {
        _correspondence.Heard(isReceipt: true);
        SendTo(10);
        _clock.Advance(TimeSpan.FromMinutes(4));

        _correspondence.Heard(receipt);

        Assert.False(_correspondence.ReceiptsMissing);
    }

    [Fact]
    public void ReceiptsMissing_NumberThatNeverHadAReceipt_IsFalse()
    {
        _correspondence.Heard(isReceipt: false);
        SendTo(100);

        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.False(_correspondence.ReceiptsMissing);
    }

    // People who are away over a night add up to many; that says nothing.
    [Fact]
    public void ReceiptsMissing_RecipientsThatAreAwayOneAfterAnotherOverANight_IsFalse()
    {
        _correspondence.Heard(isReceipt: true);
        for (var i = 0; i < 40; i++)
        {
            _correspondence.Sent($"55119{i:D8}@s.whatsapp.net");
            _clock.Advance(TimeSpan.FromMinutes(16));
            Assert.False(_correspondence.ReceiptsMissing);
        }
    }

    [Fact]
    public void StandDown_AsksForMoreTheNextTimeUntilSomethingIsHeard()
    {
        _correspondence.Heard(isReceipt: true);
        SendTo(3);
        _clock.Advance(TimeSpan.FromMinutes(4));
        _correspondence.StandDown();
        Assert.False(_correspondence.ReceiptsMissing);

        SendTo(5);
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.False(_correspondence.ReceiptsMissing);

        _correspondence.Heard(isReceipt: true);
        SendTo(3);
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.True(_correspondence.ReceiptsMissing);
    }

    [Fact]
    public void Sent_ToANewsletter_AsksForNoReceipt()
    {
        _correspondence.Heard(isReceipt: true);
        for (var i = 0; i < 5; i++)
        {
            _correspondence.Sent($"{i}@newsletter");
        }

        _clock.Advance(TimeSpan.FromMinutes(4));

        Assert.False(_correspondence.ReceiptsMissing);
    }

    private void SendTo(int recipients)
    {
        for (var i = 0; i < recipients; i++)
        {
            _correspondence.Sent($"55119{i:D8}@s.whatsapp.net");
        }
    }
}
