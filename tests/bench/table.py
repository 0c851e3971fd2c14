"""Rows of the table: figures of alternated runs, as medians with minimum and maximum, and ratios of the runs of one round."""

from dataclasses import dataclass, field
from statistics import median


@dataclass
class Table:
    """What was measured, in the order in which it is shown, and what is missing."""

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, what, ours, beside="–", bar="–"):
        self.rows.append((what, ours, beside, bar))

    def lack(self, what):
        if what not in self.missing:
            self.missing.append(what)

    def markdown(self):
        head = [("Measured", "Rushes", "Others in the same run", "Aim"), ("---",) * 4]
        lines = ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in [*head, *self.rows]]
        return "\n".join(lines)


def spread(values, unit, digits=0):
    """The median with the smallest and the largest value, as in `152 ms (148–170)`."""
    low, middle, high = min(values), median(values), max(values)
    if len(values) == 1:
        return f"{middle:.{digits}f} {unit}"
    return f"{middle:.{digits}f} {unit} ({low:.{digits}f}–{high:.{digits}f})"


def ratio(ours, theirs, digits=2):
    """Ours to theirs, round by round, as in `0.44× (0.41–0.47)`."""
    ratios = [one / other for one, other in zip(ours, theirs) if other > 0]
    if not ratios:
        return "no ratio: theirs is 0"
    low, middle, high = min(ratios), median(ratios), max(ratios)
    if len(ratios) == 1:
        return f"{middle:.{digits}f}×"
    return f"{middle:.{digits}f}× ({low:.{digits}f}–{high:.{digits}f})"
