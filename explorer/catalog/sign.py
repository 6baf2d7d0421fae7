"""Python's signs: how its parser calls them, and the functions of torch that they stand for."""

import ast

BINARY: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
COMPARISON: dict[type[ast.AST], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
UNARY: dict[type[ast.AST], str] = {ast.USub: "-x", ast.UAdd: "+x", ast.Invert: "~x"}
SIGNS = BINARY | COMPARISON | UNARY
"""The path of every sign, as in `signature.CatalogueEntry`."""

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "+": ("add",),
    "-": ("sub", "subtract"),
    "*": ("mul", "multiply"),
    "/": ("div", "divide", "true_divide"),
    "//": ("floor_divide",),
    "%": ("remainder",),
    "**": ("pow",),
    "@": ("matmul",),
    "==": ("eq",),
    "!=": ("ne", "not_equal"),
    "<": ("lt", "less"),
    "<=": ("le", "less_equal"),
    ">": ("gt", "greater"),
    ">=": ("ge", "greater_equal"),
    "&": ("bitwise_and",),
    "|": ("bitwise_or",),
    "^": ("bitwise_xor",),
    "<<": ("bitwise_left_shift",),
    ">>": ("bitwise_right_shift",),
    "-x": ("neg", "negative"),
    "+x": ("positive",),
    "~x": ("bitwise_not",),
}
"""The functions of torch that signs stand for, by path, the usual name first."""
