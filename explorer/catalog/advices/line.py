"""Names, calls and lines that Python or torch does not take."""

from explorer.catalog import mending
from explorer.catalog.advices.row import Advice

ROWS: tuple[Advice, ...] = (
    Advice(
        "NameError",
        r"name '(?P<name>\w+)' is not defined",
        "Nothing is called {name} here.",
        "Check the spelling, or run the line that makes {name} first.",
        "image = torch.rand(2)\nimagee + 1",
        mending.correct_name,
    ),
    Advice(
        "TypeError",
        r"'module' object is not callable",
        "torch itself is a module and can't be called.",
        "Call a function of it: torch.tensor([5.5, 3]) makes a tensor of values.",
        "torch([5.5, 3])",
        mending.call_tensor,
    ),
    Advice(
        "TypeError",
        r"'(?:torch\.)?(?:Size|dtype|device|int|bool|Tensor)' object is not callable",
        "What stands before the brackets is a value and not a function.",
        "Leave the brackets away.",
        "x = torch.ones(3)\nx.shape()",
        mending.without_brackets,
    ),
    Advice(
        "TypeError",
        r"'(?:builtin_function_or_method|method)' object is not subscriptable",
        "A function stands before the square brackets, and it has not been called.",
        "Call it first, with round brackets.",
        "x = torch.ones(3)\nx.size[0]",
        mending.round_brackets,
    ),
    Advice(
        "TypeError",
        r"(?P<op>\w+)\(\): argument '(?P<argument>\w+)' .*must be (?P<wanted>[^,]+), not (?P<kind>\w+)",
        "{op} takes no {kind} as {argument}: it takes {wanted}.",
        "Convert it, or choose {op} from the list of operators and fill in its form.",
        "torch.zeros(2.5)",
    ),
    Advice(
        "TypeError",
        r"(?P<op>\w+)\(\) (?:missing \d+ required positional arguments?: (?P<missing>.+)"
        r"|received an invalid combination of arguments - got (?P<got>\([^\n]*\)), but expected)",
        "{op} was called with other arguments than it takes{given}.",
        "Look at what it takes below, or choose it from the list and fill in its form.",
        "torch.full((2,))",
    ),
    Advice(
        "AttributeError",
        r"module 'torch' has no attribute 'new_(?P<kind>\w+)'",
        "new_{kind} belongs to a tensor, not to torch.",
        "Call it on the tensor whose dtype it is to take: x.new_{kind}(...).",
        "torch.new_ones(5, 3)",
    ),
    Advice(
        "AttributeError",
        r"(?P<owner>.+) has no attribute '(?P<name>\w+)'",
        "There is no {name} here.{meant}",
        "Check the spelling, or look for it in the list of operators.",
        "x = torch.rand(2)\nx.shap",
        mending.correct_attribute,
    ),
    Advice(
        "IndentationError",
        r"(?P<reason>.*)",
        "A line begins further right or left than Python expects.",
        "Begin lines of one block in the same column.",
        "  x = 3",
        mending.dedent,
    ),
    Advice(
        "SyntaxError",
        r"(?P<reason>.*?)(?: \([^()]*line \d+\))?$",
        "This is not Python: {reason}.",
        "Look at the brackets, quotes, commas and colons.",
        "x = torch.rand（5，3）",
        mending.plain_punctuation,
    ),
)
