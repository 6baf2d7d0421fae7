"""Complex, sparse, nested and quantised tensors show what they are, or say what to do."""

import math
import warnings

import pytest
import torch

from explorer.engine.description import tensor_info
from explorer.engine.identity import Identities
from explorer.panes.heatmap.facts import facts

LAYOUTS = {
    "sparse_coo": lambda x: x.to_sparse(),
    "sparse_csr": lambda x: x.to_sparse_csr(),
    "sparse_csc": lambda x: x.to_sparse_csc(),
    "sparse_bsr": lambda x: x.to_sparse_bsr((2, 2)),
    "sparse_bsc": lambda x: x.to_sparse_bsc((2, 2)),
}
PATTERN = torch.tensor(
    [[0.0, 2.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, -3.0], [0.0, 0.0, 0.0, 0.0]]
)


def sparse(layout):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls CSR a beta
        return LAYOUTS[layout](PATTERN)


def fact_texts(tensor):
    return [fact.text for fact in facts(tensor_info(tensor, "x", Identities()))]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_sparse_tensor_shows_the_zeros_between_what_it_stores(stage, open_pane, layout):
    stage.show(x=sparse(layout))
    pane = open_pane()
    assert pane.shown_values().tolist() == PATTERN.tolist()
    assert pane.shown_texts()[1] == "2."


@pytest.mark.parametrize(
    ("layout", "stored", "nbytes"),
    [
        ("sparse_coo", "3 stored, 18.8 %", 3 * 4 + 2 * 3 * 8),
        ("sparse_csr", "3 stored, 18.8 %", 3 * 4 + (5 + 3) * 8),
        ("sparse_csc", "3 stored, 18.8 %", 3 * 4 + (5 + 3) * 8),
        ("sparse_bsr", "8 stored, 50 %", 8 * 4 + (3 + 2) * 8),
        ("sparse_bsc", "8 stored, 50 %", 8 * 4 + (3 + 2) * 8),
    ],
)
def test_the_facts_tell_how_much_is_stored(layout, stored, nbytes):
    texts = fact_texts(sparse(layout))
    assert {layout, stored, f"{nbytes} B"} <= set(texts)


def test_a_dense_tensor_says_nothing_of_storing():
    assert not any("stored" in text for text in fact_texts(torch.zeros(2, 2)))


def test_an_empty_sparse_tensor_has_no_density_to_divide_by():
    assert "0 stored, 0 %" in fact_texts(torch.zeros(0, 3).to_sparse())


@pytest.mark.parametrize("layout", [torch.strided, torch.jagged])
def test_a_nested_tensor_offers_its_first_part(stage, open_pane, layout):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a prototype, says torch
        nested = torch.nested.nested_tensor([torch.zeros(2, 3), torch.zeros(4, 3)], layout=layout)
    stage.show(x=nested)
    message = open_pane().message
    assert message.isVisible()
    assert "nested tensor" in message.what.text()
    assert "from x[0] to x[1]" in message.fix.text()
    assert message.problem.fix_code.endswith("= x[0]")


def test_a_quantised_tensor_says_what_its_integers_are_worth(stage, open_pane):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch is about to drop them
        x = torch.quantize_per_tensor(torch.ones(2, 3), 0.25, 10, torch.quint8)
        y = torch.quantize_per_channel(
            torch.ones(2, 3), torch.tensor([0.5, 0.125]), torch.tensor([0, 1]), 0, torch.qint8
        )
    stage.show(x=x)
    message = open_pane().message
    assert "(integer - zero point) × scale" in message.what.text()
    assert "Its scale is 0.25, its zero point 10." in message.fix.text()
    assert message.problem.fix_code.endswith("= x.dequantize()")
    stage.show(x=y)
    assert "dim 0 has its own scale, from 0.125 to 0.5" in open_pane().message.fix.text()


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("magnitude", [[5.0, 2.0]]),
        ("phase", [[math.atan2(4, 3), math.pi]]),
        ("real", [[3.0, -2.0]]),
        ("imaginary", [[4.0, 0.0]]),
    ],
)
@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
def test_each_part_of_complex_numbers_is_shown(qtbot, stage, open_pane, part, expected, dtype):
    stage.show(x=torch.tensor([[3 + 4j, -2 + 0j]], dtype=dtype))
    pane = open_pane()
    box = pane.page.part_box
    box.setCurrentIndex(box.findData(part))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(pane.is_complete)
    assert torch.allclose(torch.tensor(pane.shown_values()), torch.tensor(expected).double())
    assert pane.shown_texts() == ("3.+4.j", "-2.+0.j")
    assert torch.allclose(
        eval(pane.shown_code(), dict(stage.namespace)).double(), torch.tensor(expected).double()
    )


def test_the_ends_of_phases_have_one_colour(qtbot, stage, open_pane):
    stage.show(x=torch.polar(torch.ones(1, 2), torch.tensor([[-math.pi + 1e-6, math.pi - 1e-6]])))
    pane = open_pane()
    box = pane.page.part_box
    box.setCurrentIndex(box.findData("phase"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(pane.is_complete)
    image = pane.page.item.picture.image
    first, last = image.pixelColor(0, 0), image.pixelColor(1, 0)
    difference = [abs(a - b) for a, b in zip(first.getRgb(), last.getRgb(), strict=True)]
    assert max(difference) <= 12
