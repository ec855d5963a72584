using WaPlatform.Gateway.Media;

namespace WaPlatform.Tests.Gateway.Media;

public sealed class FileNamesTests
{
    [Theory]
    [InlineData("invoice.pdf", "invoice.pdf")]
    [InlineData("nota fiscal nº 1 😀.pdf", "nota fiscal nº 1 😀.pdf")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\Users\\me\\photo.jpg", "photo.jpg")]
    [InlineData("a\r\nb\0c.txt", "abc.txt")]
    [InlineData("photo\u202Egpj.exe", "photogpj.exe")]
    [InlineData(".htaccess", "htaccess")]
    [InlineData("a\"b<c>d.txt", "a_b_c_d.txt")]
    [InlineData("x\uD800y.txt", "xy.txt")]
    [InlineData("..", null)]
    [InlineData("dir/", null)]
    [InlineData(" \u200F ", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Clean_AnyName_LeavesAHarmlessOne(string? given, string? expected) => Assert.Equal(expected, FileNames.Clean(given));

    [Fact]
    public void Clean_TooLong_IsShortenedBeforeItsExtension()
    {
        var name = FileNames.Clean(new string('x', 115) + "😀😀😀.jpeg")!;

        Assert.True(name.Length <= 120);
        Assert.EndsWith(".jpeg", name, StringComparison.Ordinal);
        Assert.DoesNotContain(name, char.IsHighSurrogate);
        Assert.Equal(120, FileNames.Clean("a." + new string('y', 300))!.Length);
    }
}
