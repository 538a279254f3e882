"""What the report of a portfolio adds: income today, with the advice and at the target; the audit step by step."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ruleset import Bar, BarChart, Case, Outcome, Paragraphs, Section, Table, Tone, Type, Voice, hookimpl

AUDIT = ("audit_contact", "audit_collection", "audit_coherence", "audit_memorability", "audit_plan")
STEP_POINTS = 20


@hookimpl
def ruleset_report(outcome: Outcome, case: Case, voice: Voice) -> Iterator[Section]:
    """Yield the projection of income where an amount is given, then the audit where there are pieces to judge."""
    if outcome.ruleset == "portfolio":
        yield from _income(outcome, case, voice)
        yield from _audit(outcome, voice)


def _income(outcome: Outcome, case: Case, voice: Voice) -> Iterator[Section]:
    _ = voice.own
    today, target = _amount(outcome.values.get("secure_total")), _amount(_answer("target_income", case, voice))
    if today is None or target is None:
        return
    bars = [
        _bar(_("Aujourd'hui : revenus sûrs"), today, voice, good=today >= target),
        *_advice(outcome, case, voice, today),
    ]
    shown = BarChart(bars, _bar(_("Votre cible"), target, voice))
    parts = Table((_("Revenu"), _("Par an"), _("Sorte")), _parts(case, voice))
    told = _(
        "Une bourse espérée n'est pas un revenu sûr : elle est montrée à part, et ne revient pas d'une année à l'autre."
    )
    yield Section(_("Vers votre cible de revenus"), [shown, parts, Paragraphs([told])])


def _advice(outcome: Outcome, case: Case, voice: Voice, today: Fraction) -> Iterator[Bar]:
    """Yield what income would be by each way that closes the gap."""
    _ = voice.own
    hours, packages = _amount(outcome.values.get("hours_to_close")), _amount(outcome.values.get("packages_to_close"))
    rate = _amount(case.answers.get("hourly_rate"))
    unit = voice.ruleset.parameters["package_unit"].period(outcome.on)
    price = _amount(unit.value) if unit else None
    expected = _amount(outcome.values.get("with_expected_grant"))
    if hours is not None and rate is not None:
        label = _("Avec le conseil : {n} heures de plus, facturées {rate} l'heure")
        yield _bar(
            label.format(n=_number(hours, voice), rate=_money(rate, voice)), today + hours * rate, voice, good=True
        )
    if packages is not None and price is not None:
        label = _("Avec le conseil : {n} forfait(s) de plus à {price}, comme celui de l'exemple")
        full = label.format(n=_number(packages, voice), price=_money(price, voice))
        yield _bar(full, today + packages * price, voice, good=True)
    if expected is not None:
        yield Bar(_("Si la bourse espérée est accordée"), expected, _money(expected, voice), "warning")


def _parts(case: Case, voice: Voice) -> Iterator[tuple[str, str, str]]:
    """Yield each income that is given, with its amount and its kind."""
    _ = voice.own
    rate, hours = (_amount(case.answers.get(id)) for id in ("hourly_rate", "billable_hours"))
    freelance = rate * hours if rate is not None and hours is not None else None
    mandates, art = _("mandats"), _("art")
    given = (
        (_("Salaire"), _amount(case.answers.get("salary")), mandates),
        (_("Pige : heures facturées"), freelance, mandates),
        (_("Forfaits"), _amount(case.answers.get("package_income")), mandates),
        (_("Bourses obtenues"), _amount(case.answers.get("grants_awarded")), art),
        (_("Droits d'auteur"), _amount(case.answers.get("royalties")), art),
        (_("Cachets d'artiste"), _amount(case.answers.get("artist_fees")), art),
    )
    for label, amount, kind in given:
        if amount:
            yield label, _money(amount, voice), kind


def _audit(outcome: Outcome, voice: Voice) -> Iterator[Section]:
    _, definitions = voice.own, voice.ruleset.definitions
    bars = [
        Bar(_(definitions[id].label), points, _number(points, voice), _tone(points))
        for id in AUDIT
        if (points := _amount(outcome.values.get(id))) is not None
    ]
    if bars:
        most = Bar(_("Le plus possible à chaque étape"), STEP_POINTS, str(STEP_POINTS))
        yield Section(_("L'audit en cinq étapes"), [BarChart(bars, most)])


def _tone(points: Fraction) -> Tone:
    return "good" if points * 4 >= STEP_POINTS * 3 else "warning" if points * 2 >= STEP_POINTS else "danger"


def _answer(id: str, case: Case, voice: Voice) -> object:
    """Return an answer, or what is assumed for it."""
    given = case.answers.get(id)
    return given if _amount(given) is not None else voice.ruleset.questions[id].assume


def _amount(value: object) -> Fraction | None:
    return Fraction(value) if isinstance(value, int | Fraction) and not isinstance(value, bool) else None


def _bar(label: str, amount: Fraction, voice: Voice, *, good: bool = False) -> Bar:
    return Bar(label, amount, _money(amount, voice), "good" if good else "plain")


def _money(amount: Fraction, voice: Voice) -> str:
    return voice.value(amount, voice.ruleset.questions["target_income"].type)


def _number(number: Fraction, voice: Voice) -> str:
    return voice.value(number, Type("number"))
