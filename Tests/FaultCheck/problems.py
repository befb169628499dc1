"""What the check tells: what it did, when, and what it found wrong."""

import time


class Diary:
    """Faults with their times, for whoever repeats a seed; printed where something was wrong."""

    def __init__(self):
        self.begun = time.monotonic()
        self.lines = []
        self.problems = []
        self.faults = {}

    @property
    def elapsed(self):
        """Seconds since the check began."""
        return time.monotonic() - self.begun

    def note(self, text):
        self.lines.append(f"{self.elapsed:7.2f} s  {text}")

    def fault(self, kind, text):
        self.faults[kind] = self.faults.get(kind, 0) + 1
        self.note(text)

    def problem(self, text):
        """Something that must not be, whatever went wrong around it."""
        self.problems.append(text)
        self.note(f"WRONG: {text}")


class Hopeless(Exception):
    """The check can't go on."""
