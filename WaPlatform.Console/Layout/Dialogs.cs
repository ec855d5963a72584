using MudBlazor;

namespace WaPlatform.Console.Layout;

public static class Dialogs
{
    /// <param name="word">Has to be typed first; null = a click is enough.</param>
    public static async Task<bool> ConfirmAsync(this IDialogService dialogs, string title, string text, string yes, string? word = null)
    {
        var parameters = new DialogParameters<ConfirmDialog> { { d => d.Text, text }, { d => d.Yes, yes }, { d => d.Word, word } };
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(title, parameters);
        return await dialog.Result is { Canceled: false };
    }

    /// <summary>Shows a dialog and waits for its end.</summary>
    /// <returns>Whether it ended with something done.</returns>
    public static async Task<bool> RunAsync<T>(this IDialogService dialogs, string title, DialogParameters<T> parameters)
        where T : Microsoft.AspNetCore.Components.ComponentBase
    {
        var dialog = await dialogs.ShowAsync<T>(title, parameters);
        return await dialog.Result is { Canceled: false };
    }
}
