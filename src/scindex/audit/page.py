"""The audit as a page of Markdown: English, with a summary in Korean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scindex import messages
from scindex.audit.grades import GRADES, OPEN, Audit, Step, shown
from scindex.messages import label, local


def page(found: Audit, data: str = "") -> str:
    """Return an audit as Markdown.

    Parameters
    ----------
    found : Audit
    data : str
        Name of the file that was scored; empty where none was.

    Returns
    -------
    str
    """
    lines = [f"# {label('audit.title', 'en', framework=found.framework.name)}", ""]
    lines += [label("audit.made", "en", data=data or label("audit.no-data", "en")), ""]
    lines += [label("audit.rule", "en", standing=found.standing), ""]
    lines += [*_summary(found, "en"), ""]
    for step in found.steps:
        lines += [*_section(step), ""]
    lines += [
        f"## {label('audit.summary', 'ko')}",
        "",
        label("audit.rule", "ko", standing=found.standing),
        "",
    ]
    lines += _summary(found, "ko")
    return "\n".join(lines) + "\n"


def _summary(found: Audit, lang: str) -> Iterator[str]:
    yield _row(label(f"audit.column.{c}", lang) for c in ("step", "grade", "why"))
    yield _row(["---"] * 3)
    for step in found.steps:
        yield _row([f"{step.number}. {local(step.name, lang)}", step.grade, messages.text(step.why, lang)])


def _section(step: Step) -> Iterator[str]:
    yield f"## {step.number}. {local(step.name, 'en')}: {label(f'audit.grade.{step.grade}', 'en')}"
    yield ""
    for fact in step.facts:
        yield f"- {messages.sentence(fact, 'en')}"
    if step.facts:
        yield ""
    yield _row(label(f"audit.column.{c}", "en") for c in ("measure", "value", "grade", "cuts"))
    yield _row(["---"] * 4)
    for m in step.measures:
        cuts = ", ".join(f"{g} {shown(x, m.unit)}" for g, x in zip(GRADES, m.limits))
        value = shown(m.value, m.unit) if m.grade != OPEN else label("audit.not-counted", "en")
        bound = label(f"audit.cuts.{m.better}", "en", cuts=cuts)
        yield _row([local(m.name, "en"), value, m.grade, bound])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
