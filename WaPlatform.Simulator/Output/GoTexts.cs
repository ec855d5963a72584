using System.Globalization;

namespace WaPlatform.Simulator.Output;

/// <summary>Longer texts of the imitated process: start banner, panics.</summary>
internal static class GoTexts
{
    public static string Banner(string address, int handlers, int processId) => string.Create(CultureInfo.InvariantCulture, $$"""

            _______ __
           / ____(_) /_  ___  _____
          / /_  / / __ \/ _ \/ ___/
         / __/ / / /_/ /  __/ /
        /_/   /_/_.___/\___/_/          v3.4.0
        --------------------------------------------------
        INFO Server started on: 	http://{{address}}
        INFO Total handlers: 		{{handlers}}
        INFO Prefork: 			Disabled
        INFO PID: 			{{processId}}
        INFO Total process count: 	1

        """);

    /// <summary>A Go panic of the main goroutine; the process ends with 2 after it.</summary>
    public static string Panic(string message) =>
        $"""
        panic: {message}

        goroutine 1 [running]:
        github.com/aldinokemal/go-whatsapp-web-multidevice/cmd.initApp()
        	/srv/engine:679 +0x272
        github.com/spf13/cobra.(*Command).Execute(...)
        	/srv/engine:1071
        main.main()
        	/srv/engine:8 +0xf

        """;

    /// <summary>A crash in a background goroutine, as seen in the field.</summary>
    public static string Crash() =>
        """
        panic: runtime error: invalid memory address or nil pointer dereference
        [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1234567]

        goroutine 87 [running]:
        github.com/aldinokemal/go-whatsapp-web-multidevice/infrastructure/whatsapp.handler({0x1601220, 0x22a7000})
        	/srv/engine:331 +0x1c2
        created by go.mau.fi/whatsmeow.(*Client).dispatchEvent in goroutine 41
        	/srv/engine:929 +0x2bc

        """;

    /// <summary>What the Go runtime says to a GOMEMLIMIT it cannot read.</summary>
    public static string BadMemoryLimit(string limit) =>
        $"""
        GOMEMLIMIT={limit}
        fatal error: malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`

        runtime stack:
        runtime.throw(...)
        	/usr/lib/go:1229 +0x48
        runtime.readGOMEMLIMIT()
        	/usr/lib/go:1424 +0xaf

        """;

    /// <summary>What SIGQUIT prints.</summary>
    public static string Quit() =>
        """
        SIGQUIT: quit
        PC=0x4950c1 m=0 sigcode=0

        goroutine 0 gp=0x22813a0 m=0 mp=0x2283620 [idle]:
        runtime.futex(0x2283778, 0x80, 0x0, 0x0, 0x0, 0x0)
        	/usr/lib/go

        """;
}
