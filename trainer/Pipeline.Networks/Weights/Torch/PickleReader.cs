using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Pipeline.Core.Errors;

namespace Pipeline.Networks.Weights.Torch;

/// <summary>
/// Interprets the few opcodes of a pickle that tensors need. Nothing is imported, constructed or called: a known name
/// stands for data (<see cref="TorchObjects"/>), every other name and every other opcode is refused by name. Time and
/// memory are linear in the bytes read.
/// </summary>
/// <remarks>
/// Source: the opcode table of Python's <c>pickletools</c> (protocols 0 to 5). Checked against files that PyTorch wrote
/// in <c>TorchFileTests</c>.
/// </remarks>
internal sealed class PickleReader(ReadOnlyMemory<byte> bytes, string path)
{
    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );
    private readonly List<object?> stack = [];
    private readonly Dictionary<uint, object?> memo = [];

    /// <summary>Position after the last pickle that was read.</summary>
    internal int Position { get; private set; }

    /// <summary>Reads one pickle, from its first opcode to its stop.</summary>
    /// <exception cref="WeightsException">It is truncated, malformed, or wants more than tensors.</exception>
    internal object? Read()
    {
        stack.Clear();
        memo.Clear();
        while (true)
        {
            byte opcode = Take(1)[0];
            if (opcode == (byte)'.')
            {
                return Pop();
            }

            if (!Constant(opcode) && !Container(opcode) && !Memory(opcode) && !Reference(opcode))
            {
                throw Refuse($"it uses the pickle operation {PickleOpcodes.NameOf(opcode)}, which tensors do not need");
            }
        }
    }

    private bool Constant(byte opcode)
    {
        switch ((char)opcode)
        {
            case 'N':
                stack.Add(null);
                return true;
            case '\x88':
                stack.Add(true);
                return true;
            case '\x89':
                stack.Add(false);
                return true;
            case 'J':
                stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                return true;
            case 'K':
                stack.Add((long)Take(1)[0]);
                return true;
            case 'M':
                stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                return true;
            case '\x8a':
                AddLong(Take(Take(1)[0]));
                return true;
            case 'G':
                stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                return true;
            case 'X':
                stack.Add(TextOf(Take(TakeLength())));
                return true;
            case '\x8c':
                stack.Add(TextOf(Take(Take(1)[0])));
                return true;
            case 'T':
                stack.Add(TextOf(Take(TakeLength())));
                return true;
            case 'U':
                stack.Add(TextOf(Take(Take(1)[0])));
                return true;
            case '\x80' when Take(1)[0] <= 5:
                return true; // protocol
            case '\x95':
                Take(8);
                return true; // frame: a hint for buffering
            default:
                return false;
        }
    }

    private bool Container(byte opcode)
    {
        switch ((char)opcode)
        {
            case '(':
                stack.Add(PickleMark.Instance);
                return true;
            case '}':
                stack.Add(new PickleDictionary());
                return true;
            case ']':
                stack.Add(new PickleList());
                return true;
            case ')':
                stack.Add(new PickleTuple([]));
                return true;
            case 't':
                stack.Add(new PickleTuple(PopToMark()));
                return true;
            case '\x85':
                stack.Add(new PickleTuple([Pop()]));
                return true;
            case '\x86':
                stack.Add(new PickleTuple(PopMany(2)));
                return true;
            case '\x87':
                stack.Add(new PickleTuple(PopMany(3)));
                return true;
            case 'a':
                Append([Pop()]);
                return true;
            case 'e':
                Append(PopToMark());
                return true;
            case 's':
                SetItems(PopMany(2));
                return true;
            case 'u':
                SetItems(PopToMark());
                return true;
            case '0':
                Pop();
                return true;
            default:
                return false;
        }
    }

    private bool Memory(byte opcode)
    {
        switch ((char)opcode)
        {
            case 'q':
                memo[Take(1)[0]] = Peek();
                return true;
            case 'r':
                memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek();
                return true;
            case '\x94':
                memo[(uint)memo.Count] = Peek();
                return true;
            case 'h':
                stack.Add(Recall(Take(1)[0]));
                return true;
            case 'j':
                stack.Add(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                return true;
            default:
                return false;
        }
    }

    private bool Reference(byte opcode)
    {
        switch ((char)opcode)
        {
            case 'c':
                stack.Add(Name(TakeLine(), TakeLine()));
                return true;
            case '\x93':
                object?[] name = PopMany(2);
                stack.Add(Name(name[0] as string ?? "?", name[1] as string ?? "?"));
                return true;
            case 'Q':
                stack.Add(
                    TorchObjects.Storage(Pop())
                        ?? throw Refuse("a persistent identifier does not describe a tensor's storage")
                );
                return true;
            case 'R':
                object?[] call = PopMany(2);
                stack.Add(
                    TorchObjects.Rebuild(call[0], call[1])
                        ?? throw Refuse($"it calls {Describe(call[0])} with arguments that are not a tensor's")
                );
                return true;
            case 'b':
                // the only state that state dicts carry is an OrderedDict's attribute _metadata, version numbers of
                // modules that no tensor depends on
                Pop();
                return Peek() is PickleDictionary ? true : throw Refuse($"it sets the state of {Describe(Peek())}");
            default:
                return false;
        }
    }

    private PickleName Name(string module, string member)
    {
        var name = new PickleName(module, member);
        return TorchObjects.IsKnown(name)
            ? name
            : throw Refuse(
                $"it refers to '{Shorten($"{name}")}', and only tensors, their storages and OrderedDict are read. "
                    + "If it holds a whole model, save its state_dict() instead: torch.save(model.state_dict(), path)"
            );
    }

    private void Append(ReadOnlySpan<object?> items)
    {
        if (Peek() is not PickleList list)
        {
            throw Damaged("an item is appended to something that is no list");
        }

        list.AddRange(items);
    }

    private void SetItems(object?[] items)
    {
        if (Peek() is not PickleDictionary dictionary || items.Length % 2 != 0)
        {
            throw Damaged("items are set that do not pair up, or not in a dictionary");
        }

        for (int index = 0; index < items.Length; index += 2)
        {
            dictionary.Add(items[index], items[index + 1]);
        }
    }

    private object? Recall(uint key) =>
        memo.TryGetValue(key, out object? value)
            ? value
            : throw Damaged($"it recalls value {key}, which it never stored");

    private object? Peek() => stack.Count > 0 ? stack[^1] : throw Damaged("its stack runs empty");

    private object? Pop()
    {
        object? value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object?[] PopMany(int count)
    {
        if (stack.Count < count)
        {
            throw Damaged("its stack runs empty");
        }

        object?[] values = [.. stack[^count..]];
        stack.RemoveRange(stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        int mark = stack.FindLastIndex(item => item is PickleMark);
        if (mark < 0)
        {
            throw Damaged("a mark is missing");
        }

        object?[] values = PopMany(stack.Count - mark - 1);
        Pop();
        return values;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - Position)
        {
            throw Damaged("it ends in the middle of a value");
        }

        Position += count;
        return bytes.Span.Slice(Position - count, count);
    }

    private int TakeLength()
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        return length <= int.MaxValue ? (int)length : throw Damaged($"a text claims {length} bytes");
    }

    private string TakeLine()
    {
        int length = bytes.Span[Position..].IndexOf((byte)'\n');
        string line = TextOf(Take(length < 0 ? int.MaxValue : length));
        Take(1);
        return line;
    }

    private void AddLong(ReadOnlySpan<byte> value)
    {
        var number = new BigInteger(value); // little-endian, two's complement
        if (value.Length <= 8)
        {
            stack.Add((long)number);
        }
        else
        {
            stack.Add(number); // the legacy format's magic number has 10 bytes
        }
    }

    private string TextOf(ReadOnlySpan<byte> text)
    {
        try
        {
            return StrictUtf8.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("a text is not UTF-8");
        }
    }

    private static string Describe(object? value) =>
        value switch
        {
            PickleName name => $"'{Shorten(name.ToString())}'",
            null => "None",
            _ => $"a {value.GetType().Name}",
        };

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "...";

    private WeightsException Damaged(string fault) =>
        new($"Weights file '{path}' is damaged: {fault} (byte {Position} of its pickle). Fetch or write it again.")
        {
            Subject = path,
            Found = fault,
        };

    private WeightsException Refuse(string fault) =>
        new($"Weights file '{path}' is refused: {fault} (byte {Position} of its pickle). Nothing of it was run.")
        {
            Subject = path,
            Found = fault,
        };
}
