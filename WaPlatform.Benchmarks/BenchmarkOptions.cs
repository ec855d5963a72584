using System.Globalization;

namespace WaPlatform.Benchmarks;

/// <summary>What is asked for on the command line.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        Usage: WaPlatform.Benchmarks messages|events|webhooks [--rounds N] [--smoke] [--only PART] [--database CONNECTION] [--redis CONNECTION] [--json FILE]

          --rounds N             of messages: rounds that are measured, after one that is not (default 3)
          --smoke                small counts and one round: shows that the program works, measures nothing
          --only PART            of messages: accept, bulk, deliver or wait: for a profile of it
          --database CONNECTION  an empty database for the platform instead of SQLite
          --redis CONNECTION     a Redis server instead of the platform's own
          --json FILE            writes the raw figures, too

        WAPLATFORM_SIMULATOR names a native simulator; without it the one that is built beside Standalone is the engine.
        """;

    /// <summary>What is measured: <c>messages</c>, <c>events</c> or <c>webhooks</c>.</summary>
    public string Subject { get; private init; } = "";

    /// <summary>Rounds that are measured, 1 to 100.</summary>
    public int Rounds { get; private init; } = 3;

    public bool IsSmoke { get; private init; }

    /// <summary>The only scenario that is run; null: all.</summary>
    public string? Only { get; private init; }

    public string? Database { get; private init; }

    public string? Redis { get; private init; }

    public string? JsonFile { get; private init; }

    /// <summary>Counts of one round.</summary>
    public Sizes Sizes => IsSmoke ? Sizes.Smoke : Sizes.Full;

    /// <returns>Null if the arguments make no sense.</returns>
    public static BenchmarkOptions? Parse(string[] args)
    {
        if (args is not ["messages" or "events" or "webhooks", ..])
        {
            return null;
        }

        var options = new BenchmarkOptions { Subject = args[0] };
        for (var i = 1; i < args.Length; i++)
        {
            if (args[i] == "--smoke")
            {
                options = options with { IsSmoke = true, Rounds = 1 };
            }
            else if (i + 1 == args.Length || options.With(args[i], args[++i]) is not { } more)
            {
                return null;
            }
            else
            {
                options = more;
            }
        }

        return options;
    }

    public bool Has(string part) => Only is null || Only == part;

    private BenchmarkOptions? With(string name, string value) => name switch
    {
        "--rounds" when Subject == "messages" && int.TryParse(value, CultureInfo.InvariantCulture, out var rounds) && rounds is >= 1 and <= 100 => this with { Rounds = rounds },
        "--only" when Subject == "messages" && value is "accept" or "bulk" or "deliver" or "wait" => this with { Only = value },
        "--database" => this with { Database = value },
        "--redis" => this with { Redis = value },
        "--json" => this with { JsonFile = value },
        _ => null,
    };
}
