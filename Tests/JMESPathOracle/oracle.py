#!/usr/bin/env python3
"""Prints what the `jmespath` package makes of generated expressions and values, one JSON object a line.

    oracle.py SEED COUNT

A line has `expression`, `value`, and either `result` or `error`, the kind of an error. `corrected` names the entries
of `specification.CORRECTIONS` without which the line would be another one; it is missing where the package, as it
is, agrees with the specification. The same seed prints the same lines.
"""

import json
import random
import sys

import specification

NAMES = ["a", "b", "c", "d", "list", "True"]
ODD_NAMES = ["a b", "é", "e\u0301", "q\"", "\\", "1", "", "\u2713", "😀", "a.b", "\n"]
TEXTS = ["", "x", "y", "abc", "b", "é", "e\u0301", "😀✓", "it's", "`", "\\"]
TEXTS += ["10", "-2.5", "1e2", " 1", "0x1", "1_0", "true", "null"]
NUMBERS = [0, 1, 2, 3, -1, -2, 7, 10, 100, 0.5, 1.0, -1.5, 2.25, 1e3]
NUMBER_FUNCTIONS = ["abs", "ceil", "floor"]
LIST_FUNCTIONS = ["avg", "sum", "max", "min", "sort", "reverse", "length", "keys", "values", "to_array"]
ANY_FUNCTIONS = ["to_string", "to_number", "type", "to_array", "not_null", "length", "merge"]
BY_FUNCTIONS = ["sort_by", "max_by", "min_by"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, choices):
        return self.random.choice(choices)

    def chance(self, times):
        return self.random.randrange(times) == 0

    # Values

    def scalar(self):
        return self.pick(
            [lambda: self.pick(TEXTS), lambda: self.pick(NUMBERS), lambda: self.pick([True, False, None])]
        )()

    def value(self, depth):
        if depth <= 0 or self.chance(4):
            return self.scalar()
        if self.chance(2):
            return self.object(depth)
        return self.list(depth)

    def object(self, depth):
        """Names mean mostly the same everywhere, so that expressions find what they look for."""
        makers = {
            "a": self.scalar,
            "b": lambda: self.value(depth - 1),
            "c": lambda: self.object(depth - 1) if depth > 0 else {},
            "d": lambda: self.pick(TEXTS),
            "list": lambda: self.list(depth - 1),
            "True": lambda: self.pick([True, False, True, 0, ""]),
        }
        members = {name: make() for name, make in makers.items() if not self.chance(4)}
        if self.chance(4):
            members[self.pick(ODD_NAMES)] = self.value(depth - 1)
        return members

    def list(self, depth):
        """Mostly of one kind, so that functions and projections have something to work on."""
        length = self.random.randrange(6)
        kind = self.random.randrange(6 if depth > 0 else 2)
        if kind == 0:
            return [self.pick(NUMBERS) for _ in range(length)]
        if kind == 1:
            return [self.pick(TEXTS) for _ in range(length)]
        if kind == 2:
            return [self.list(depth - 1) for _ in range(length)]
        if kind == 3:
            return [self.value(depth - 1) for _ in range(length)]
        keys = self.pick([NUMBERS, TEXTS])
        return [{**self.object(depth - 1), "a": self.pick(keys)} for _ in range(length)]

    # Expressions

    def name(self):
        if self.chance(12):
            return json.dumps(self.pick(ODD_NAMES + NAMES), ensure_ascii=self.chance(2))
        return self.pick(NAMES)

    def literal(self):
        if self.chance(3):
            text = self.pick(TEXTS)
            return "'" + text.replace("'", "\\'") + "'" if "\\" not in text else "'\\\\'"
        text = json.dumps(self.value(1), ensure_ascii=self.chance(2)).replace("`", "\\`")
        return "`" + text + "`"

    def number(self):
        return str(self.random.randrange(-4, 5))

    def slice(self):
        parts = [self.number() if self.chance(2) else "" for _ in range(self.random.randrange(2, 4))]
        if len(parts) == 3 and parts[2] == "0" and not self.chance(8):
            parts[2] = "1"
        return "[" + ":".join(parts) + "]"

    def bracket(self, depth):
        return self.pick(
            [
                lambda: f"[{self.number()}]",
                lambda: "[*]",
                lambda: "[]",
                self.slice,
                lambda: f"[?{self.condition(depth - 1)}]",
            ]
        )()

    def primary(self, depth):
        if depth <= 0:
            return self.pick([self.name, self.name, self.name, lambda: "@", self.literal])()
        return self.pick(
            [
                self.name,
                self.name,
                lambda: "list",
                lambda: "c",
                lambda: "@",
                lambda: "*",
                self.literal,
                lambda: self.bracket(depth),
                lambda: self.multi_select(depth),
                lambda: self.call(depth),
                lambda: self.call(depth),
                lambda: f"({self.expression(depth - 1)})",
            ]
        )()

    def multi_select(self, depth):
        count = self.random.randrange(1, 4)
        if self.chance(2):
            return "[" + ", ".join(self.expression(depth - 1) for _ in range(count)) + "]"
        return "{" + ", ".join(f"{self.name()}: {self.expression(depth - 1)}" for _ in range(count)) + "}"

    def call(self, depth):
        kind = self.random.randrange(9)

        def argument(*likely):
            return self.pick([*likely, *likely, self.expression(depth - 1)])

        if kind == 0:
            return f"{self.pick(NUMBER_FUNCTIONS)}({argument('a', 'list[0]')})"
        if kind in (1, 2):
            return f"{self.pick(LIST_FUNCTIONS)}({argument('list', 'c.list', 'c', 'list[*].a')})"
        if kind == 3:
            return f"{self.pick(ANY_FUNCTIONS)}({argument('@', 'a', 'd')})"
        if kind == 4:
            return f"{self.pick(BY_FUNCTIONS)}({argument('list', 'b')}, &{argument('a', '@', 'length(d)')})"
        if kind == 5:
            return f"map(&{argument('a', '[a, d]')}, {argument('list', 'b')})"
        if kind == 6:
            name = self.pick(["contains", "starts_with", "ends_with", "join"])
            return f"{name}({argument('d')}, {argument('d', 'list', self.literal())})"
        if kind == 7:
            arguments = ", ".join(argument() for _ in range(self.random.randrange(4)))
            return f"{self.pick(['not_null', 'merge'])}({arguments})"
        # Subtly wrong: another number of arguments, an expression that is none, a name that no function has.
        name = self.pick(NUMBER_FUNCTIONS + LIST_FUNCTIONS + ANY_FUNCTIONS + BY_FUNCTIONS + ["map", "join", "lenght"])
        arguments = ", ".join(self.pick(["", "", "&"]) + argument() for _ in range(self.random.randrange(4)))
        return f"{name}({arguments})"

    def path(self, depth):
        text = self.primary(depth)
        for _ in range(self.random.randrange(4)):
            if self.chance(3) or text.endswith("list"):
                text += self.bracket(depth)
            else:
                step = self.pick(
                    [
                        self.name,
                        self.name,
                        self.name,
                        lambda: "*",
                        lambda: self.multi_select(depth) if depth > 0 else self.name(),
                        lambda: self.call(depth) if depth > 0 else self.name(),
                    ]
                )()
                text += "." + step
        return text

    def condition(self, depth):
        operator = self.pick(["==", "==", "!=", "<", "<=", ">", ">="])
        return self.pick(
            [
                lambda: self.path(depth),
                lambda: f"{self.path(depth)} {operator} {self.path(depth)}",
                lambda: f"{self.name()}{operator}{self.literal()}",
                lambda: f"a {operator} `{self.pick(NUMBERS)}`",
                lambda: f"!{self.path(depth)}",
                lambda: self.expression(depth),
            ]
        )()

    def expression(self, depth):
        if depth <= 0 or not self.chance(3):
            return self.path(depth)
        operator = self.pick([" || ", "||", " && ", " | ", "|", " == ", " != ", " < ", " >= "])
        left = self.pick(["", "", "", "!"]) + self.path(depth)
        return left + operator + self.expression(depth - 1)

    def broken(self, text):
        """One to three slips of the finger."""
        for _ in range(self.random.randrange(1, 4)):
            place = self.random.randrange(len(text) + 1)
            slip = self.pick(list(".[](){}*@,:|&!='`\" a0-?\\é"))
            cut = self.random.randrange(3)
            text = text[:place] + (slip if cut != 1 else "") + text[place + (cut > 0) :]
        return text

    def case(self):
        depth = self.random.randrange(4)
        expression = self.expression(depth)
        if self.chance(5):
            expression = self.broken(expression)
        return expression, self.value(3) if self.chance(10) else self.object(3)


def answer(expression, value):
    specification.active = set(specification.CORRECTIONS)
    expected = specification.outcome(expression, value)
    specification.active = set()
    line = {"expression": expression, "value": value, **expected}
    written = json.dumps(expected, sort_keys=True)
    if json.dumps(specification.outcome(expression, value), sort_keys=True, default=str) != written:
        line["corrected"] = responsible(expression, value, written)
    return line


def responsible(expression, value, expected):
    """The corrections without one of which the outcome would be another one; several may have to go together."""
    names = []
    for name in specification.CORRECTIONS:
        specification.active = set(specification.CORRECTIONS) - {name}
        if json.dumps(specification.outcome(expression, value), sort_keys=True, default=str) != expected:
            names.append(name)
    return names or ["several"]


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    generator = Generator(seed)
    printed = 0
    while printed < count:
        expression, value = generator.case()
        try:
            line = answer(expression, value)
        except specification.Duplicate:
            continue
        # Most expressions find nothing, and agree on it.
        if line.get("result", "") is None and not generator.chance(6):
            continue
        if line.get("error") == "crash":
            raise SystemExit(f"the package fails on {expression!r} in a way that no correction covers")
        print(json.dumps(line))
        printed += 1


main()
