using System.Text;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Shared;
using FlameAssistant.Jobs.Contacts;

namespace FlameAssistant.Jobs.Tests.Contacts;

/// <summary>Files as people and programs write them, and as somebody hostile would.</summary>
public sealed class ContactFileTests : IDisposable
{
    private readonly string path = Path.Combine(
        Path.GetTempPath(),
        $"flame-test-{Guid.NewGuid():N}.csv"
    );

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData("name,phone\nAna,+55\n", false)]
    [InlineData("name,phone\nAna,+55\n", true)]
    [InlineData("name;phone\r\nAna;+55\r\n", true)]
    [InlineData("name\tphone\nAna\t+55", false)]
    [InlineData("\"name\",\"phone\"\n\n\"Ana\",\"+55\"\n\n", false)]
    public async Task Any_delimiter_with_or_without_a_mark_should_be_read(string text, bool hasMark)
    {
        var (columns, rows) = await ReadAsync([
            .. hasMark ? Encoding.UTF8.Preamble.ToArray() : [],
            .. Encoding.UTF8.GetBytes(text),
        ]);
        columns.ShouldBe(["name", "phone"]);
        rows.ShouldHaveSingleItem().Cells.ShouldBe(["Ana", "+55"]);
    }

    [Fact]
    public async Task Quoted_cells_should_keep_lines_quotes_and_delimiters()
    {
        var (_, rows) = await ReadAsync(
            "name,note\n\"Núñez, Ana\",\"said \"\"hi\"\"\nand left\"\nBia,5\" pipe\n"u8.ToArray()
        );
        rows.Select(r => (r.Line, r.Broken)).ShouldBe([(2, null), (4, null)]);
        rows[0].Cells.ShouldBe(["Núñez, Ana", "said \"hi\"\nand left"]);
        rows[1].Cells.ShouldBe(["Bia", "5\" pipe"]);
    }

    [Fact]
    public async Task What_is_broken_should_be_its_rows_alone()
    {
        var (_, rows) = await ReadAsync([
            .. "name,phone\nAna,+1\n"u8,
            .. "Jos"u8,
            0xE9,
            .. ",+2\nnu\0l,+3\n"u8,
            .. Encoding.UTF8.GetBytes($"{new string('x', 1_000_000)},+4\n"),
            .. "too,many,cells,here\nfew\n\"bad\" quote,+5\nBia,+6\n"u8,
        ]);
        rows.Select(r => r.Broken)
            .ShouldBe([null, "encoding", "nul", "cell", "columns", null, "quote", null]);
        rows.Select(r => r.Number).ShouldBe(Enumerable.Range(1, 8));
        rows[3].Cells[0].Length.ShouldBeLessThan(300);
        rows[7].Cells.ShouldBe(["Bia", "+6"]);
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_should_refuse_the_file_and_say_where()
    {
        (await CheckAsync("name,phone\nAna,+1\n\"Bia,+2\nCarla,+3\n"u8.ToArray()))!.Args.ShouldBe([
            3,
        ]);
        (
            await CheckAsync([
                .. "name,phone\n\"Ana"u8,
                .. Encoding.UTF8.GetBytes(new string('x', 5_000_000)),
            ])
        )!.Args.ShouldBe([2]);
    }

    [Fact]
    public async Task What_is_no_table_should_be_refused()
    {
        (await CheckAsync([])).ShouldBe(ImportErrors.Empty);
        (await CheckAsync("name,phone\n"u8.ToArray())).ShouldBe(ImportErrors.Empty);
        (await CheckAsync("PK\u0003\u0004,x\ny\n"u8.ToArray())).ShouldBe(ImportErrors.NotText);
        (await CheckAsync([.. "na\0me,x\n"u8, .. "y\n"u8])).ShouldBe(ImportErrors.NotText);
        (
            await CheckAsync(
                Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(1, 101)) + "\nx\n")
            )
        ).ShouldBe(ImportErrors.TooManyColumns);
        (
            await CheckAsync(
                Encoding.UTF8.GetBytes(
                    "name\n" + string.Concat(Enumerable.Repeat("a\n", ImportErrors.MaxRows + 1))
                )
            )
        ).ShouldBe(ImportErrors.TooLarge);
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+55 11 98765-4321")]
    [InlineData("-5")]
    [InlineData("@me")]
    [InlineData("\ttab")]
    [InlineData("a \"quoted\", one")]
    [InlineData("'apostrophe")]
    public void What_is_written_out_should_calculate_nothing_and_come_back_the_same(string text)
    {
        var cell = CsvCell.Of(text);
        cell.Trim('"')[0].ShouldNotBeOneOf('=', '+', '-', '@', '\t');
        File.WriteAllText(path, $"name,x\n{cell},y\n");
        CsvCell.Read(Cells().Trim()).Trim().ShouldBe(text.Trim());

        string Cells()
        {
            var rows = new ContactFile(path).ReadAsync(default).ToBlockingEnumerable().ToList();
            return rows[0].Value.Cells[0];
        }
    }

    [Fact]
    public void Columns_should_be_guessed_by_their_names()
    {
        ImportTargets
            .Guess(["Nombre", "Apellidos", "Teléfono", "E-mail", "Phone", "Other"], [])
            .ShouldBe(["first_name", "last_name", "phone", "email", "", ""]);
        ImportTargets.Guess(["Nombre", "Celular"], []).ShouldBe(["name", "phone"]);
    }

    private async Task<Error?> CheckAsync(byte[] bytes)
    {
        await File.WriteAllBytesAsync(path, bytes);
        return (await new ContactFile(path).CheckAsync(default)).Error;
    }

    private async Task<(IReadOnlyList<string> Columns, List<StagedRow> Rows)> ReadAsync(
        byte[] bytes
    )
    {
        await File.WriteAllBytesAsync(path, bytes);
        var file = new ContactFile(path);
        var columns = (await file.CheckAsync(default)).Value;
        var rows = new List<StagedRow>();
        await foreach (var row in file.ReadAsync(default))
        {
            rows.Add(row.Value);
        }
        return (columns, rows);
    }
}
