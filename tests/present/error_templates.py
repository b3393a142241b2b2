"""Templates of messages of errors and doubts, read from the source with ast."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import cszt_models

ERRORS = {"DataError", "ScenarioError", "ConvergenceError", "NothingKnownError"}
ERRORS |= {"YearsError"}
PACKAGE = Path(cszt_models.__file__).parent
# Arguments that are texts for users: of an error, a doubt, a rule that it cites.
SHOWN = {
    **dict.fromkeys(ERRORS, slice(1)),
    **dict.fromkeys(("doubt", "_row_doubt"), slice(1, 3)),
    "Range": slice(2, 3),
}
HOLE = "\0"  # stands for every placeholder


def messages() -> dict[str, str]:
    """Where each message or part of one is written, by its template."""
    trees = {path: ast.parse(path.read_text()) for path in PACKAGE.rglob("*.py")}
    functions: dict[str, list[ast.FunctionDef]] = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                functions.setdefault(node.name, []).append(node)
    calls: dict[str, list[tuple[ast.Call, ast.AST]]] = {}
    for tree in trees.values():
        for scope in [tree, *_functions(tree)]:
            for node in _own(scope):
                if isinstance(node, ast.Call):
                    calls.setdefault(_name(node.func), []).append((node, scope))
    result: dict[str, str] = {}
    for path, tree in sorted(trees.items()):
        reader = _Reader(tree, functions, calls)
        for template in reader.read():
            result.setdefault(template, str(path.relative_to(PACKAGE)))
    return result


class _Reader:
    """Reads the errors of one module, following names and functions to their texts."""

    def __init__(
        self,
        tree: ast.Module,
        functions: dict[str, list[ast.FunctionDef]],
        calls: dict[str, list[tuple[ast.Call, ast.AST]]],
    ) -> None:
        self.tree, self.functions, self.calls = tree, functions, calls
        self.seen: set[int] = set()

    def read(self) -> Iterator[str]:
        for scope in [self.tree, *_functions(self.tree)]:
            for node in _own(scope):
                if not isinstance(node, ast.Call):
                    continue
                shown = SHOWN.get(_name(node.func), slice(0))
                for argument in node.args[shown]:
                    yield from self.texts(argument, scope)

    def texts(self, node: ast.expr, scope: ast.AST) -> Iterator[str]:
        """Templates of an expression, and of what stands in its placeholders."""
        if id(node) in self.seen:
            return
        self.seen.add(id(node))
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and re.search("[A-Za-z]", node.value):
                yield node.value
        elif isinstance(node, ast.JoinedStr):
            template = "".join(
                part.value if isinstance(part, ast.Constant) else HOLE
                for part in node.values
            )
            if re.search("[A-Za-z]", template):
                yield template
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from self.texts(part.value, scope)
        elif isinstance(node, ast.IfExp):
            yield from self.texts(node.body, scope)
            yield from self.texts(node.orelse, scope)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                yield from self.texts(value, scope)
        elif isinstance(node, ast.Tuple | ast.List):
            for value in node.elts:
                yield from self.texts(value, scope)
        elif isinstance(node, ast.GeneratorExp | ast.ListComp):
            yield from self.texts(node.elt, scope)
        elif isinstance(node, ast.Call):
            yield from self.called(node, scope)
        elif isinstance(node, ast.Name):
            yield from self.named(node.id, scope)

    def called(self, node: ast.Call, scope: ast.AST) -> Iterator[str]:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            for argument in node.args:
                yield from self.texts(argument, scope)
        elif isinstance(node.func, ast.Name):
            for function in self.functions.get(node.func.id, ()):
                for inner in _own(function):
                    if isinstance(inner, ast.Return) and inner.value:
                        yield from self.texts(inner.value, function)
            if node.func.id == "unknown":
                yield from self.texts(node.args[0], scope)

    def named(self, name: str, scope: ast.AST) -> Iterator[str]:
        """Texts that a name of a function or of the module is given."""
        places = [scope, self.tree] if scope is not self.tree else [scope]
        for place in places:
            for node in _own(place):
                if isinstance(node, ast.Assign):
                    yield from self._assigned(node, name, place)
                elif isinstance(node, ast.For) and _name(node.target) == name:
                    yield from self.texts(node.iter, place)
        if isinstance(scope, ast.FunctionDef):
            arguments = [a.arg for a in (*scope.args.args, *scope.args.kwonlyargs)]
            if name in arguments:
                yield from self._given(scope, name)

    def _assigned(self, node: ast.Assign, name: str, place: ast.AST) -> Iterator[str]:
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield from self.texts(node.value, place)
            elif isinstance(target, ast.Tuple):
                names = [getattr(element, "id", None) for element in target.elts]
                if name not in names:
                    continue
                if isinstance(node.value, ast.Tuple):
                    yield from self.texts(node.value.elts[names.index(name)], place)
                else:
                    yield from self.texts(node.value, place)

    def _given(self, function: ast.FunctionDef, name: str) -> Iterator[str]:
        """Texts that callers give an argument."""
        names = [a.arg for a in function.args.args]
        position = names.index(name) if name in names else None
        bound = bool(names) and names[0] in ("self", "cls")
        for node, scope in self.calls.get(function.name, ()):
            for keyword in node.keywords:
                if keyword.arg == name:
                    yield from self.texts(keyword.value, scope)
            if position is not None and 0 <= position - bound < len(node.args):
                yield from self.texts(node.args[position - bound], scope)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """Nodes of a scope without those of functions in it."""
    for node in ast.iter_child_nodes(scope):
        if not isinstance(node, ast.FunctionDef):
            yield node
            yield from _own(node)


def _name(node: ast.expr) -> str:
    return getattr(node, "id", None) or getattr(node, "attr", "")


def kinds() -> set[str]:
    """What names stand for, as `errors.unknown` is told in the source."""
    result = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node.func) == "unknown":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    result.add(str(first.value))
    return result
