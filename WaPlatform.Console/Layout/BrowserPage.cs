using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace WaPlatform.Console.Layout;

/// <summary>What the page in the browser does for the console (browser.js).</summary>
public sealed class BrowserPage(IJSRuntime js) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    public async Task StartAsync()
    {
        _module = await js.InvokeAsync<IJSObjectReference>("import", "./js/browser.js");
        await _module.InvokeVoidAsync("listenForSearch");
    }

    public ValueTask<string?> RecallAsync(string name) => _module!.InvokeAsync<string?>("recall", name);

    public ValueTask RememberAsync(string name, string value) => _module!.InvokeVoidAsync("remember", name, value);

    public ValueTask<string> LanguageAsync() => _module!.InvokeAsync<string>("language");

    public ValueTask SetLanguageAsync(string name) => _module!.InvokeVoidAsync("setLanguage", name);

    public ValueTask SetDarkAsync(bool dark) => _module!.InvokeVoidAsync("setDark", dark);

    public ValueTask CopyAsync(string text) => _module!.InvokeVoidAsync("copy", text);

    public async Task SaveAsync(string name, Stream content)
    {
        using var reference = new DotNetStreamReference(content);
        await _module!.InvokeVoidAsync("save", name, reference);
    }

    public ValueTask ToEndAsync(ElementReference element) => _module!.InvokeVoidAsync("toEnd", element);

    public ValueTask<bool> IsAtEndAsync(ElementReference element) => _module!.InvokeAsync<bool>("isAtEnd", element);

    public async ValueTask DisposeAsync()
    {
        if (_module is not null)
        {
            await _module.DisposeAsync();
        }
    }
}
