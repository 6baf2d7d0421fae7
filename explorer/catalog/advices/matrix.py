"""Matrices that can not be multiplied, inverted or solved."""

from explorer.catalog import mending
from explorer.catalog.advices.row import Advice

ROWS: tuple[Advice, ...] = (
    Advice(
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied "
        r"\((?P<n>\d+)x(?P<k>\d+) and (?P<l>\d+)x(?P<m>\d+)\)",
        "[{n}, {k}] can't be multiplied by [{l}, {m}]: the first has {k} columns, the second {l} rows.",
        "The columns of the first must be as many as the rows of the second. Transpose one of them.",
        "x = torch.rand(5, 3)\ny = torch.rand(5, 3)\nx @ y",
        mending.transpose,
    ),
    Advice(
        "RuntimeError",
        r"size mismatch, got input \((?P<n>\d+)\), mat \((?P<shape>[\dx]+)\), vec \((?P<k>\d+)\)",
        "A matrix of {shape} can't be multiplied by a vector of {k} elements.",
        "The vector needs as many elements as the matrix has columns. Transpose the matrix.",
        "x = torch.rand(3, 5)\ny = torch.rand(3)\nx @ y",
        mending.transpose,
    ),
    Advice(
        "RuntimeError",
        r"1D tensors expected, but got (?P<a>\d+)D and (?P<b>\d+)D",
        "dot multiplies two rows, and these tensors have {a} and {b} dimensions.",
        "Use @ or torch.matmul, which multiply matrices too.",
        "x = torch.ones(2, 2)\ny = torch.ones(2, 2)\ntorch.dot(x, y)",
        mending.matmul,
    ),
    Advice(
        "RuntimeError",
        r"same number of elements, but got (?P<a>\d+) and (?P<b>\d+) elements",
        "One row has {a} elements, the other {b}.",
        "Slice them to the same size first.",
        "x = torch.ones(2)\ny = torch.ones(3)\ntorch.dot(x, y)",
    ),
    Advice(
        "RuntimeError",
        r"(?:self|mat2) must be a matrix|batch[12] must be a 3D tensor",
        "mm multiplies two matrices and bmm two batches of them, and one of these tensors is neither.",
        "Use @ or torch.matmul, which take rows, matrices and batches.",
        "x = torch.ones(2, 2)\ny = torch.ones(2)\ntorch.mm(x, y)",
        mending.matmul,
    ),
    Advice(
        "RuntimeError",
        r"first two dimensions of batch2 tensor to be: \[(?P<a>\d+), (?P<b>\d+)\] "
        r"but got: \[(?P<c>\d+), (?P<d>\d+)\]",
        "The first batch has {a} matrices of {b} columns, the second {c} of {d} rows.",
        "The columns of the first must be as many as the rows of the second: .mT transposes each.",
        "x = torch.ones(2, 2, 3)\ny = torch.ones(2, 2, 3)\ntorch.bmm(x, y)",
    ),
    Advice(
        "RuntimeError",
        "both arguments to matmul need to be at least 1D",
        "A tensor without dimensions is no matrix and no row.",
        "Use *, which multiplies every element by it.",
        "x = torch.tensor(2.0)\ny = torch.ones(2, 2)\nx @ y",
        mending.times,
    ),
    Advice(
        "RuntimeError",
        r"number of subscripts in the equation \((?P<n>\d+)\) does not match the number of dimensions "
        r"\((?P<m>\d+)\) for operand (?P<operand>\d+)",
        "The equation has {n} letters for a tensor with {m} dimensions (number {operand}, from 0).",
        "Write one letter for each dimension.",
        'x = torch.ones(2)\ntorch.einsum("ij,j->i", x, x)',
    ),
    Advice(
        "RuntimeError",
        r"subscript (?P<letter>\w) has size (?P<a>\d+) for operand \d+ which does not broadcast with "
        r"previously seen size (?P<b>\d+)",
        "The letter {letter} stands for a dimension of size {b} in one tensor and of {a} in another.",
        "Dimensions with the same letter need the same size: check the order of the letters.",
        'x = torch.ones(2, 3)\ntorch.einsum("ij,jk->ik", x, x)',
    ),
    Advice(
        "RuntimeError",
        r"must be batches of square matrices, but they are (?P<n>\d+) by (?P<m>\d+)",
        "A square matrix is needed, and this one is {n} by {m}.",
        "For the inverse of any matrix use torch.linalg.pinv; else slice a square.",
        "x = torch.ones(2, 3)\ntorch.linalg.inv(x)",
        mending.pseudo_inverse,
    ),
    Advice(
        "_LinAlgError",
        "input matrix is singular|solver.* singular",
        "This matrix has no inverse: one of its rows can be made of the others.",
        "Use torch.linalg.pinv, or lstsq in place of solve, which come as near as possible.",
        "x = torch.ones(2, 2)\ntorch.linalg.inv(x)",
        mending.pseudo_inverse,
    ),
    Advice(
        "_LinAlgError",
        "input is not positive-definite",
        "Such a factor exists only of a symmetric matrix whose eigenvalues are all above 0.",
        "Make one with x @ x.T, or look at torch.linalg.eigvalsh.",
        "x = -torch.eye(2)\ntorch.linalg.cholesky(x)",
    ),
    Advice(
        "RuntimeError",
        r"Incompatible shapes of A and B .* \((?P<n>\d+)x(?P<m>\d+) and (?P<k>\d+)x(?P<l>\d+)\)",
        "A is [{n}, {m}] and B is [{k}, {l}]: they need equally many rows.",
        "Give B a row for each row of A.",
        "a = torch.eye(2)\nb = torch.ones(3)\ntorch.linalg.solve(a, b)",
    ),
)
