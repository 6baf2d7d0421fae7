"""Which lines a script may hold."""

import pytest

from explorer.plain import is_plain, is_python


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        "for _ in range(3):\n    print(_)",
        "_, index = x.max(0)",
        "def f():\n    return 1",
        "async def f():\n    await g()",
        "x.sum();",
        "# a comment",
    ],
)
def test_plain_python_may_join(source):
    assert is_python(source)
    assert is_plain(source)


@pytest.mark.parametrize(
    "source",
    ["%time x = 1", "%%timeit\nx", "!ls", "x?", "files = !ls", "x = (", "x = \0", " x = 1"],
)
def test_what_only_ipython_reads_is_not_python(source):
    assert not is_python(source)
    assert not is_plain(source)


@pytest.mark.parametrize(
    "source",
    ["y = _ + 1", "In[3]", "Out", "get_ipython().magic('who')", "display(x)", "exit()", "__ + ___"],
)
def test_what_ipython_keeps_is_not_plain(source):
    assert is_python(source)
    assert not is_plain(source)


@pytest.mark.parametrize("source", ["await f()", "return 1", "x = yield", "break"])
def test_what_python_refuses_at_the_top_is_not_plain(source):
    assert not is_plain(source)


def test_an_odd_comparison_is_judged_without_a_warning(recwarn):
    assert is_plain("x is 'a'")
    assert not recwarn.list
