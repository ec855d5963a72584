using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Audit;

namespace WaPlatform.Tests.Gateway.Audit;

public sealed class AuditPolicyTests
{
    [Theory]
    [InlineData("POST", Scopes.DevicesWrite, true)]
    [InlineData("DELETE", Scopes.Admin, true)]
    [InlineData("PATCH", Scopes.WebhooksManage, true)]
    [InlineData("PUT", Scopes.Admin, true)]
    [InlineData("GET", Scopes.Admin, false)]
    [InlineData("HEAD", Scopes.Admin, false)]
    [InlineData("OPTIONS", Scopes.Admin, false)]
    [InlineData("POST", Scopes.MessagesSend, false)]
    [InlineData("POST", Scopes.ProxyUse, false)]
    [InlineData("POST", null, false)]
    public void Covers_WhatChangesThePlatform_AndNoMore(string method, string? scope, bool isCovered)
    {
        var metadata = new EndpointMetadataCollection(scope is null ? [] : [new AuthorizeAttribute(scope)]);

        Assert.Equal(isCovered, AuditPolicy.Covers(method, metadata));
    }

    [Fact]
    public void Covers_EndpointThatSaysSo_WhateverItsMethod() => Assert.True(AuditPolicy.Covers("GET", new EndpointMetadataCollection(Audited.Always)));

    [Theory]
    [InlineData(200, "ana", false, true)]
    [InlineData(403, "ana", false, true)]
    [InlineData(500, "ana", false, true)]
    [InlineData(429, "ana", false, false)]
    [InlineData(401, null, false, false)]
    [InlineData(400, null, false, false)]
    [InlineData(401, null, true, true)]
    [InlineData(401, "ana", true, true)]
    [InlineData(429, "ana", true, false)]
    public void IsWorthAnEntry_OnlyWhatSomebodyKnownDidOrASignIn(int status, string? actor, bool isSignIn, bool isWorth) =>
        Assert.Equal(isWorth, AuditPolicy.IsWorthAnEntry(status, actor, isSignIn));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\0b\nc", "a?b?c")]
    [InlineData(null, null)]
    public void Clean_AnyText_CanBeStored(string? text, string? clean) => Assert.Equal(clean, AuditText.Clean(text));

    // Not as a case of the theory: the runner cannot write half a character.
    [Fact]
    public void Clean_HalfACharacter_IsLeftOut() => Assert.Equal("half ?", AuditText.Clean("half \ud83d"));

    [Fact]
    public void Clean_LongText_IsCut() => Assert.Equal(256, AuditText.Clean(new string('x', 10_000))!.Length);
}
