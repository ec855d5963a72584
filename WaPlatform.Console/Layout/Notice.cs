using Microsoft.Extensions.Localization;
using MudBlazor;
using WaPlatform.Console.Http;
using WaPlatform.Console.Texts;

namespace WaPlatform.Console.Layout;

/// <summary>Says in passing how an act ended.</summary>
public sealed class Notice(ISnackbar snackbar, IStringLocalizer<Words> words)
{
    public void Done(string text) => snackbar.Add(text, Severity.Success);

    public void Failed(Problem problem) => snackbar.Add(
        problem.IsAbsent ? words["Problem.Absent"] : $"{problem.Headline(words)}{(problem.Detail is { Length: > 0 } detail ? $": {detail}" : "")} ({problem.Code})",
        Severity.Error);

    /// <summary>Does it, and says how it ended.</summary>
    /// <returns>Whether it was done.</returns>
    public async Task<bool> TryAsync(Func<Task> act, string? done)
    {
        try
        {
            await act();
        }
        catch (ApiException exception)
        {
            Failed(exception.Problem);
            return false;
        }

        if (done is not null)
        {
            Done(done);
        }

        return true;
    }
}
