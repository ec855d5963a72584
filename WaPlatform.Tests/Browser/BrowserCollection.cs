namespace WaPlatform.Tests.Browser;

/// <summary>Browser tests share one browser, and run one after another. With nothing beside them: a browser takes what there is of the machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowserCollection : ICollectionFixture<Chromium>
{
    public const string Name = "Browser";
}
