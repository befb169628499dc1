"""The `jmespath` package, held to the specification where it departs from it.

Each departure is one entry of CORRECTIONS, with its reason, and can be switched off by itself, so that the oracle
can tell which of them decided a case. <https://jmespath.org/specification.html>
"""

import json
from json import loads

from jmespath import exceptions, functions, lexer, parser, visitor

CORRECTIONS = {
    "ordering": "Ordering operators are only valid for numbers and give null for all else; the package also orders "
    "strings, and fails on a string and a number.",
    "equality": "true/false are only equal to themselves; the package takes 1 for true inside lists and objects.",
    "not": "In the precedence list `!` stands with the other boolean operators; the package applies it to the first "
    "name of a path only, so that `!a.b` is always null.",
    "object-projection": "All that follows a wildcard is projected; after `a.*` the package projects one step.",
    "slice": "A slice is projected; the package does not after an index, as in `a[0][1:].b`.",
    "numbers": "A slice has at most one number in each place; the package takes the last of several.",
    "step": "A step of 0 is an error; the package finds it only when a list is sliced.",
    "bare-words": "JSON stands in backticks (JEP 12); the package takes a bare word for a string, NaN for a number.",
    "commas": "Arguments and members are separated by single commas; the package takes none, and one after the last.",
    "expressions": "An expression type (`&a`) is only an argument, of a parameter that takes one.",
    "calls": "Unknown functions and wrong numbers of arguments are found when the expression is parsed, which the "
    "specification leaves open; and a function's name stands without parentheses around it.",
    "to_number": "A string must be a json-number; the package takes all that Python does, such as `1_0` and ` 1`.",
    "to_string": "The value as JSON; the package escapes all that is not ASCII, which is JSON as well.",
    "contains": "A string contains no value of another type: false, where the package fails.",
    "avg": "The mean of whole numbers is a whole number if it can be.",
    "variadic": "All arguments of merge() are objects; the package checks the first one, and fails otherwise.",
    "merge": "merge() takes 0 or more objects; the package wants one.",
    "keys": "max_by and min_by order all by numbers or all by strings: otherwise it is a type error, which the package "
    "does not tell from a failure of its own.",
}

active = set(CORRECTIONS)


class Duplicate(Exception):
    """A literal names a member twice, which JSON leaves undefined."""


class StepError(Exception):
    """A slice's step is 0."""


class KindError(Exception):
    """An argument that is an expression where a value is wanted, or the reverse."""


def unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Duplicate
    return members


def no_constant(name):
    raise ValueError(name)


class Lexer(lexer.Lexer):
    def _consume_literal(self):
        if "bare-words" not in active:
            return super()._consume_literal()
        start = self._position
        lexeme = self._consume_until("`").replace("\\`", "`")
        try:
            value = loads(lexeme, object_pairs_hook=unique, parse_constant=no_constant)
        except ValueError as error:
            raise exceptions.LexerError(start, lexeme, "not JSON") from error
        return {"type": "literal", "value": value, "start": start, "end": self._position - start}


class Parser(parser.Parser):
    """Parses one expression; never one from the package's cache, which the corrections would miss."""

    takes_expression = False

    def parse_once(self, expression):
        self._tokens = list(Lexer().tokenize(expression))
        self._index = 0
        node = self._expression(binding_power=0)
        if self._current_token() != "eof":
            self._raise_parse_error_for_token(self._lookahead_token(0), "more than an expression")
        return node

    def _token_nud_not(self, token):
        # Above the comparators (5), below all that goes on with a path (9 and more).
        power = 8 if "not" in active else self.BINDING_POWER["not"]
        return {"type": "not_expression", "children": [self._expression(power)]}

    def _token_led_dot(self, left):
        if self._current_token() == "star" and "object-projection" in active:
            self._advance()
            right = self._parse_projection_rhs(self.BINDING_POWER["star"])
            return {"type": "value_projection", "children": [left, right]}
        return super()._token_led_dot(left)

    def _token_led_lbracket(self, left):
        if self._lookahead_token(0)["type"] in ("number", "colon") and "slice" in active:
            return self._project_if_slice(left, self._parse_index_expression())
        return super()._token_led_lbracket(left)

    def _parse_slice_expression(self):
        if "numbers" in active:
            kinds = [token["type"] for token in self._tokens[self._index :]]
            kinds = kinds[: kinds.index("rbracket")] if "rbracket" in kinds else kinds
            if ("number", "number") in zip(kinds, kinds[1:]):
                self._raise_parse_error_for_token(self._lookahead_token(0), "two numbers")
        node = super()._parse_slice_expression()
        if node["children"][2] == 0 and "step" in active:
            raise StepError
        return node

    def _parse_multi_select_hash(self):
        if "commas" not in active:
            return super()._parse_multi_select_hash()
        pairs = []
        while True:
            key = self._lookahead_token(0)
            self._match_multiple_tokens(token_types=["quoted_identifier", "unquoted_identifier"])
            self._match("colon")
            pairs.append({"type": "key_val_pair", "children": [self._expression(0)], "value": key["value"]})
            if self._current_token() != "comma":
                break
            self._match("comma")
        self._match("rbrace")
        return {"type": "multi_select_dict", "children": pairs}

    def _token_nud_expref(self, token):
        if not self.takes_expression and "expressions" in active:
            self._raise_parse_error_for_token(token, "not an argument")
        self.takes_expression = False
        return super()._token_nud_expref(token)

    def _expression(self, binding_power=0):
        if self._current_token() != "expref":
            self.takes_expression = False
        return super()._expression(binding_power)

    def _token_led_lparen(self, left):
        name = self._lookahead_token(-2)
        if left["type"] != "field" or ("calls" in active and name["type"] != "unquoted_identifier"):
            self._raise_parse_error_for_token(name, "not a function's name")
        arguments = []
        while self._current_token() != "rparen":
            self.takes_expression = True
            arguments.append(self._expression())
            if self._current_token() == "comma":
                self._match("comma")
                if self._current_token() == "rparen" and "commas" in active:
                    self._match("comma")
            elif "commas" in active:
                break
        self._match("rparen")
        if "calls" in active:
            Functions().check_call(left["value"], arguments)
        return {"type": "function_expression", "children": arguments, "value": left["value"]}


def same(a, b):
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return a == b


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class Interpreter(visitor.TreeInterpreter):
    def __init__(self):
        super().__init__(visitor.Options(custom_functions=Functions()))

    def visit_comparator(self, node, value):
        left, right = (self.visit(child, value) for child in node["children"])
        if node["value"] in ("eq", "ne"):
            if "equality" in active:
                return same(left, right) == (node["value"] == "eq")
        elif "ordering" in active and not (is_number(left) and is_number(right)):
            return None
        return super().visit_comparator(node, value)


class Functions(functions.Functions):
    def check_call(self, name, arguments):
        if name not in self.FUNCTION_TABLE:
            raise exceptions.UnknownFunctionError(name)
        signature = self.FUNCTION_TABLE[name]["signature"]
        is_variadic = signature[-1].get("variadic")
        minimum = 0 if name == "merge" and "merge" in active else len(signature)
        if len(arguments) < minimum or (len(arguments) > minimum and not is_variadic):
            raise exceptions.ArityError(minimum, len(arguments), name)
        for index, argument in enumerate(arguments):
            types = signature[min(index, len(signature) - 1)]["types"]
            if (argument["type"] == "expref") != ("expref" in types) and "expressions" in active:
                raise KindError

    def call_function(self, function_name, resolved_args):
        if function_name == "merge" and not resolved_args and "merge" in active:
            return {}
        return super().call_function(function_name, resolved_args)

    def _type_check(self, actual, signature, function_name):
        if "variadic" in active:
            signature = [signature[min(index, len(signature) - 1)] for index in range(len(actual))]
        super()._type_check(actual, signature, function_name)

    @functions.signature({"types": []})
    def _func_to_number(self, value):
        if isinstance(value, str) and "to_number" in active:
            try:
                number = loads(value, parse_constant=no_constant)
            except ValueError:
                return None
            return number if is_number(number) and value == value.strip(" \t\r\n") else None
        return super()._func_to_number(value)

    @functions.signature({"types": []})
    def _func_to_string(self, value):
        if isinstance(value, str):
            return value
        return json.dumps(value, separators=(",", ":"), ensure_ascii="to_string" not in active)

    @functions.signature({"types": ["array", "string"]}, {"types": []})
    def _func_contains(self, subject, search):
        if isinstance(subject, list) and "equality" in active:
            return any(same(element, search) for element in subject)
        if isinstance(subject, str) and not isinstance(search, str) and "contains" in active:
            return False
        return search in subject

    @functions.signature({"types": ["array-number"]})
    def _func_avg(self, numbers):
        total = sum(numbers)
        if "avg" in active and numbers and isinstance(total, int) and total % len(numbers) == 0:
            return total // len(numbers)
        return super()._func_avg(numbers)

    def _extreme(self, name, function, array, expression):
        try:
            return function(array, expression)
        except TypeError as error:
            if "keys" not in active:
                raise
            raise exceptions.JMESPathTypeError(name, array, "array", ["number", "string"]) from error

    @functions.signature({"types": ["array"]}, {"types": ["expref"]})
    def _func_max_by(self, array, expression):
        return self._extreme("max_by", super()._func_max_by, array, expression)

    @functions.signature({"types": ["array"]}, {"types": ["expref"]})
    def _func_min_by(self, array, expression):
        return self._extreme("min_by", super()._func_min_by, array, expression)


def outcome(expression, value):
    """`{"result": …}` or `{"error": kind}`; `crash` is none of the specification's kinds."""
    try:
        node = Parser().parse_once(expression)
        return {"result": Interpreter().visit(node, value)}
    except exceptions.ArityError:
        return {"error": "invalid-arity"}
    except (exceptions.JMESPathTypeError, KindError):
        return {"error": "invalid-type"}
    except exceptions.UnknownFunctionError:
        return {"error": "unknown-function"}
    except StepError:
        return {"error": "invalid-value"}
    except (exceptions.ParseError, exceptions.LexerError, exceptions.EmptyExpressionError):
        return {"error": "syntax"}
    except Duplicate:
        raise
    except (TypeError, ValueError, AttributeError):
        return {"error": "crash"}
