using WaPlatform.Simulator;
using WaPlatform.Simulator.CommandLine;
using WaPlatform.Simulator.Output;

var log = new GoLog(TimeProvider.System, Console.Out, Console.Error);
var command = CommandParser.Parse(args);
switch (command.Kind)
{
    case CommandKind.Print:
        log.Print(command.Text.TrimEnd('\n'));
        return 0;
    case CommandKind.Fail:
        log.Raw(command.Text);
        return 1;
    default:
        var end = new ProcessEnd();
        using (var shutdown = new Shutdown(end))
        {
            return await new Engine(command, Environment.GetEnvironmentVariable, log, TimeProvider.System, end).RunAsync(shutdown);
        }
}
