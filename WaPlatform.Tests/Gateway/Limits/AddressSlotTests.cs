using System.Net;
using WaPlatform.Gateway.Limits;

namespace WaPlatform.Tests.Gateway.Limits;

public sealed class AddressSlotTests
{
    [Theory]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff")]
    public void Of_OneCustomer_IsOneSlot(string one, string other) => Assert.Equal(AddressSlot.Of(IPAddress.Parse(one)), AddressSlot.Of(IPAddress.Parse(other)));

    [Fact]
    public void Of_ManyAddresses_AreSpreadOverAFixedNumber()
    {
        var slots = Enumerable.Range(0, 100_000).Select(n => AddressSlot.Of(new IPAddress([10, (byte)(n >> 16), (byte)(n >> 8), (byte)n]))).ToList();

        Assert.All(slots, slot => Assert.InRange(slot, 0, AddressSlot.Count - 1));
        Assert.InRange(slots.Distinct().Count(), AddressSlot.Count * 9 / 10, AddressSlot.Count);
    }

    [Fact]
    public void Of_NoAddress_IsASlotToo() => Assert.InRange(AddressSlot.Of(null), 0, AddressSlot.Count - 1);
}
