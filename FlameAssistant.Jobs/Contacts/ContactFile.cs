using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Contacts;

/// <summary>
/// A CSV file that somebody exported from somewhere. Whatever it holds, each row is read whole, or is said to be broken; what
/// would swallow the rows after it refuses the file.
/// </summary>
internal sealed class ContactFile(string path)
{
    // A quotation mark that nobody closes would take the rest of the file for one cell.
    private const double MostInCell = 4_000_000;
    private const int ShownOfLong = 200;
    private const char Unreadable = '\uFFFD';

    private static readonly char[] delimiters = [',', ';', '\t'];

    /// <summary>The names of its columns, once all of it was read and can be taken.</summary>
    public async Task<Result<IReadOnlyList<string>>> CheckAsync(CancellationToken ct)
    {
        try
        {
            using var parser = Open(out _);
            if (await HeadAsync(parser) is not { } head)
            {
                return ImportErrors.Empty;
            }
            if (
                head.Any(name => name.Contains('\0', StringComparison.Ordinal))
                || head[0].StartsWith("PK\u0003", StringComparison.Ordinal)
            )
            {
                return ImportErrors.NotText;
            }
            if (head.Count > ImportErrors.MaxColumns)
            {
                return ImportErrors.TooManyColumns;
            }
        }
        catch (Exception ex) when (ex is MaxFieldSizeException or ParserException)
        {
            return ImportErrors.OpenQuote(1);
        }
        var rows = 0;
        await foreach (var read in ReadAsync(ct))
        {
            if (!read.IsOk)
            {
                return read.Error;
            }
            if (++rows > ImportErrors.MaxRows)
            {
                return ImportErrors.TooLarge;
            }
        }
        using var again = Open(out _);
        return rows == 0 ? ImportErrors.Empty : Result((await HeadAsync(again))!);
    }

    /// <summary>Its rows, without the head; an error ends them.</summary>
    public async IAsyncEnumerable<Result<StagedRow>> ReadAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        using var parser = Open(out var bad);
        var columns = (await HeadAsync(parser))?.Count ?? 0;
        for (var number = 1; ; number++)
        {
            ct.ThrowIfCancellationRequested();
            var line = parser.RawRow + 1;
            string[] cells;
            Error? open = null;
            bad.IsFound = false;
            try
            {
                if (!await parser.ReadAsync())
                {
                    yield break;
                }
                cells = parser.Record ?? [];
                if (bad.IsFound && parser.RawRow > line)
                {
                    open = ImportErrors.OpenQuote(line);
                }
            }
            catch (Exception ex) when (ex is MaxFieldSizeException or ParserException)
            {
                cells = [];
                open = ImportErrors.OpenQuote(line);
            }
            if (open is not null)
            {
                yield return open;
                yield break;
            }
            if (Array.TrueForAll(cells, string.IsNullOrWhiteSpace))
            {
                // What a spreadsheet writes below its last line.
                number--;
                continue;
            }
            yield return Row(number, line, cells, columns, bad.IsFound);
        }
    }

    private static Result<IReadOnlyList<string>> Result(IReadOnlyList<string> head) =>
        head.ToArray();

    private static StagedRow Row(
        int number,
        int line,
        string[] cells,
        int columns,
        bool hasBadQuote
    )
    {
        var broken =
            hasBadQuote ? "quote"
            : Array.Exists(cells, cell => cell.Contains('\0', StringComparison.Ordinal)) ? "nul"
            : Array.Exists(cells, cell => cell.Contains(Unreadable, StringComparison.Ordinal))
                ? "encoding"
            : Array.Exists(cells, cell => cell.Length > ImportErrors.MaxCell) ? "cell"
            : cells.Skip(columns).Any(cell => !string.IsNullOrWhiteSpace(cell)) ? "columns"
            : null;
        return new StagedRow(
            number,
            line,
            [
                .. cells
                    .Take(columns)
                    .Select(cell =>
                        cell.Length > ImportErrors.MaxCell ? cell[..ShownOfLong] + "…" : cell
                    ),
            ],
            broken
        );
    }

    private static async Task<IReadOnlyList<string>?> HeadAsync(CsvParser parser)
    {
        if (!await parser.ReadAsync() || parser.Record is not { Length: > 0 } head)
        {
            return null;
        }
        return
        [
            .. head.Select(
                (name, i) =>
                    string.IsNullOrWhiteSpace(name)
                        ? "#" + (i + 1).ToString(CultureInfo.InvariantCulture)
                    : name.Length > ShownOfLong ? name[..ShownOfLong]
                    : name.Trim()
            ),
        ];
    }

    private CsvParser Open(out Bad bad)
    {
        var found = bad = new Bad();
        var delimiter = Delimiter();
        return new CsvParser(
            new StreamReader(path, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true),
            new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = delimiter.ToString(),
                HasHeaderRecord = false,
                IgnoreBlankLines = true,
                MaxFieldSize = MostInCell,
                // 5" of pipe is a text; a cell that begins with a quotation mark and does not end with one is not.
                BadDataFound = args => found.IsFound |= args.Field.TrimStart().StartsWith('"'),
            }
        );
    }

    /// <summary>The one that parts the first line most often, outside of quotation marks.</summary>
    private char Delimiter()
    {
        using var reader = new StreamReader(path, new UTF8Encoding(false), true);
        var buffer = new char[65_536];
        var read = reader.ReadBlock(buffer);
        var counts = new int[delimiters.Length];
        var isQuoted = false;
        foreach (var c in buffer.AsSpan(0, read))
        {
            if (c is '\n' or '\r' && !isQuoted && counts.Sum() > 0)
            {
                break;
            }
            isQuoted ^= c == '"';
            if (!isQuoted && Array.IndexOf(delimiters, c) is >= 0 and var at)
            {
                counts[at]++;
            }
        }
        return delimiters[Array.IndexOf(counts, counts.Max())];
    }

    private sealed class Bad
    {
        public bool IsFound { get; set; }
    }
}
