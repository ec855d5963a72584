using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.Tests.ProcessHost.Hosts;

public sealed class PlacementPlanTests
{
    private const string A = "a", B = "b", C = "c";

    [Theory]
    [InlineData(A, 5, 0, 0, A)] // stays where it is, however full that is
    [InlineData(null, 5, 3, 4, B)]
    [InlineData("gone", 5, 3, 2, C)]
    [InlineData(null, 0, 0, 0, A)]
    public void Choose_HostsOfOneSize_KeepsThePlaceOrTakesTheEmptiest(string? current, int a, int b, int c, string expected) =>
        Assert.Equal(expected, PlacementPlan.Choose([Host(A, a), Host(B, b), Host(C, c)], current));

    [Fact]
    public void Choose_HostsOfDifferentSizes_TakesTheOneThatIsLeastFilled() =>
        Assert.Equal(B, PlacementPlan.Choose([Host(A, 5, max: 10), Host(B, 20, max: 100)], null));

    [Fact]
    public void Choose_PlaceIsDraining_TakesAnother() =>
        Assert.Equal(B, PlacementPlan.Choose([Host(A, 0, draining: true), Host(B, 9)], A));

    [Fact]
    public void Choose_AllDraining_NoneIsTaken() => Assert.Null(PlacementPlan.Choose([Host(A, 0, draining: true)], null));

    [Fact]
    public void ChooseOther_OthersAreFull_NoneIsTaken() =>
        Assert.Null(PlacementPlan.ChooseOther([Host(A, 1, max: 5), Host(B, 5, max: 5)], A));

    [Fact]
    public void Moves_NewHostJoined_FillsItUntilTheDifferenceIsTwo()
    {
        var moves = PlacementPlan.Moves([Host(A, 15), Host(B, 15), Host(C, 0)], [.. On(A, 15), .. On(B, 15)], 100);

        var counts = new[] { A, B, C }.ToDictionary(id => id, id => (id == C ? 0 : 15) + moves.Count(m => m.To == id) - moves.Count(m => m.From == id));
        Assert.True(counts.Values.Max() - counts.Values.Min() <= 2, string.Join(' ', counts));
        Assert.Equal(moves.Count, moves.Select(m => m.PhoneNumber).Distinct().Count());
        Assert.All(moves, move => Assert.Equal(C, move.To));
    }

    [Fact]
    public void Moves_DifferenceOfTwo_NothingMoves() =>
        Assert.Empty(PlacementPlan.Moves([Host(A, 11), Host(B, 10), Host(C, 9)], [.. On(A, 11), .. On(B, 10), .. On(C, 9)], 100));

    [Fact]
    public void Moves_HostIsDraining_AllOfItsDevicesGoAsFarAsThereIsRoom()
    {
        var moves = PlacementPlan.Moves([Host(A, 6, draining: true), Host(B, 4, max: 6), Host(C, 5, max: 6)], On(A, 6), 100);

        Assert.Equal([B, B, C], moves.Select(move => move.To).Order());
    }

    [Fact]
    public void Moves_MoreThanAtOnce_AreLeftForLater() =>
        Assert.Equal(3, PlacementPlan.Moves([Host(A, 30), Host(B, 0)], On(A, 30), 3).Count);

    [Fact]
    public void Moves_SomebodyScansACode_ThatNumberStaysUnlessItsHostIsDraining()
    {
        PlacedDevice[] pairing = [.. On(A, 10).Select(device => device with { IsPairing = true })];

        Assert.Empty(PlacementPlan.Moves([Host(A, 10), Host(B, 0)], pairing, 100));
        Assert.Equal(10, PlacementPlan.Moves([Host(A, 10, draining: true), Host(B, 0)], pairing, 100).Count);
    }

    private static HostLoad Host(string id, int devices, int max = 50, bool draining = false) => new(id, max, devices, draining);

    private static PlacedDevice[] On(string host, int count) => [.. Enumerable.Range(0, count).Select(n => new PlacedDevice($"{host}{n:000}", host, IsPairing: false))];
}
