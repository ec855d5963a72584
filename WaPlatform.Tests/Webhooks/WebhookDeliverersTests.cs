using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using WaPlatform.Gateway.Webhooks;

namespace WaPlatform.Tests.Webhooks;

public sealed class WebhookDeliverersTests
{
    [Fact]
    public async Task Wake_WhateverIsInTheWay_ItsCallerIsAnswered()
    {
        var deliverers = new WebhookDeliverers(DispatchProxy.Create<IGrainFactory, NoWay>(), TimeProvider.System, NullLogger<WebhookDeliverers>.Instance);

        await deliverers.WakeAsync(Guid.NewGuid(), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => deliverers.AskAsync(Guid.NewGuid(), grain => Task.FromResult(true)));
    }

#pragma warning disable CA1852 // A class is made of it.
    private class NoWay : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new InvalidOperationException("No way there.");
    }
#pragma warning restore CA1852
}
