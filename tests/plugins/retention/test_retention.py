"""What the retention plug-in promises for every register: dates, decisions, holds, duties, deadlines."""

import datetime as dt
import json
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ruleset import UNKNOWN, evaluate, load, make_case
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset_plugins.retention import (
    add_hours,
    full_hours_between,
    is_qc_holiday,
    next_day_qc,
    next_working_day_qc,
    ruleset_check,
)

ROOT = Path(__file__).resolve().parents[3]
DAY = dt.timedelta(days=1)
OPERATOR = {
    "g_etab": ["SN"],
    "g_marches": ["SN", "FR", "QC"],
    "g_suivi_ue": True,
    "g_moyens_sn": False,
    "g_calendrier": "FR",
    "g_lbcft": "aucun",
    "g_hebergeur_fr": False,
    "g_fisc_qc": False,
    "g_lprpde": False,
}
DECISIONS = {"conserver_actif", "archiver", "geler", "effacer", "indetermine"}
# The days on which a month's length decides: 29 February and its neighbours, ends of months.
EDGES = [
    dt.date(year, month, day)
    for year in (2023, 2024, 2025, 2026)
    for month, day in ((1, 31), (2, 28), (3, 31), (5, 31), (8, 31), (10, 31), (11, 30), (12, 31))
] + [dt.date(2024, 2, 29)]


@pytest.fixture(scope="module")
def retention():
    return load("retention")


def case_of(ruleset, rows, on, operator=None, **records):
    full = {"donnee": rows, "activite": [], "demande": [], "sous_traitant": [], "incident": [], **records}
    return make_case(ruleset, {**OPERATOR, **(operator or {})}, full, on)


def outcome(ruleset, rows, on, operator=None, **records):
    return evaluate(ruleset, case_of(ruleset, rows, on, operator, **records), ask=False)


def values(ruleset, rows, on, operator=None, only=None, of="donnee", **records):
    """The values of each row (all that are shown, or `only` some), without the findings and words of an outcome."""
    situation = Situation(compile_program(ruleset), case_of(ruleset, rows, on, operator, **records))
    shown = only or [one.id for one in ruleset.definitions.values() if one.label and one.record == of]
    return [
        {id: value for id in shown if (value := situation.value(id, number)) is not UNKNOWN}
        for number, _ in enumerate(situation.case.records[of])
    ]


def test_the_values_read_below_are_those_of_the_outcome(retention):
    written = json.loads((ROOT / "examples/retention/registre.json").read_text(encoding="utf-8"))
    rows, on = written["records"]["donnee"], dt.date(2026, 11, 23)
    assert tuple(values(retention, rows, on)) == outcome(retention, rows, on).record_values["donnee"]


days = st.one_of(st.sampled_from(EDGES), st.dates(dt.date(2016, 1, 1), dt.date(2036, 12, 31)))
PLAIN = ["logs", "cookie_pub", "cookie_mesure", "audience", "choix_cookie", "fraude_alerte", "score_risque", "prospect"]
RELATION = ["client_prospection", "avis", "compte_bancaire"]
ACTIVE = ["compte", "profil", "reseau_social", "navigation", "messages", "fraude_liste", "fidelite"]


@st.composite
def rows(draw, start=days):
    """A row of any category with every date that its rules need."""
    day = draw(start)
    later = day + draw(st.integers(0, 60)) * DAY
    row = {
        "d_id": "r",
        "sujet": "r",
        "pays": draw(st.sampled_from(["SN", "FR", "UE_autre", "QC", "autre"])),
        "finalite": "contrat",
        "base_legale": "contrat",
        "decision_auto": False,
        "loi_contrat": draw(st.sampled_from(["none", "SN", "FR", "QC"])),
    }
    kind = draw(st.sampled_from(["plain", "relation", "active", "order", "card", "cvv", "identity", "list", "file"]))
    if kind == "plain":
        row |= {"categorie": draw(st.sampled_from(PLAIN)), "date_collecte": day}
    elif kind == "relation":
        row |= {"categorie": draw(st.sampled_from(RELATION)), "fin_relation": day, "cloture_compte": day}
    elif kind == "active":
        row |= {"categorie": draw(st.sampled_from(ACTIVE)), "derniere_activite": day, "type_activite": "achat"}
        row["preuve_utile"] = draw(st.booleans())
        if draw(st.booleans()):
            row["cloture_compte"] = later
    elif kind == "order":
        row |= {"categorie": "commande", "date_document": day, "date_livraison": later, "execution_terminee_le": later}
        row |= {"consommateur": draw(st.booleans()), "montant": draw(st.sampled_from([60, 120, 500])), "devise": "EUR"}
    elif kind == "card":
        row |= {"categorie": "carte", "date_debit": day, "execution_terminee_le": later}
        row["debit_differe"] = draw(st.booleans())
    elif kind == "cvv":
        row |= {"categorie": "cvv", "date_debit": day}
    elif kind == "identity":
        row |= {"categorie": "piece_identite", "verifiee_le": day, "fin_relation": later}
    elif kind == "list":
        row |= {"categorie": "opposition", "opposition_le": day}
    else:
        row |= {"categorie": draw(st.sampled_from(["dossier_demande", "incident_registre"]))}
        row |= {"date_document": day, "date_collecte": day}
    return row


@st.composite
def held(draw, row):
    start = draw(days)
    hold = {"gel_depuis": start, "gel_motif": "litige"}
    if draw(st.booleans()):
        hold["gel_leve_le"] = start + draw(st.integers(1, 900)) * DAY
    return {**row, **hold}


def as_date(value):
    """A date that may be none: no known end is later than every end."""
    return dt.date.max if value is None else value


# decisions


@given(st.lists(rows().flatmap(lambda row: st.one_of(st.just(row), held(row))), min_size=1, max_size=8), days)
def test_a_row_is_in_exactly_one_decision_every_day(retention, drawn, on):
    for row, found in zip(drawn, values(retention, drawn, on), strict=True):
        assert found["decision"] in DECISIONS, row
        end = found["effacer_le"]
        assert (found["decision"] == "effacer") == (end is not None and on >= end), row
        assert found["depassement_jours"] == ((on - end).days + 1 if found["decision"] == "effacer" else 0), row
        assert found["decision"] != "indetermine" or end is None, row


@pytest.mark.parametrize("categorie", ["compte", "commande", "carte", "logs"])
def test_the_twenty_years_around_an_event_hold_no_gap(retention, categorie):
    """Twenty years, every fifth day, seen from one day: the rows differ by the day of their event."""
    on = dt.date(2026, 11, 23)
    events = [on + offset * DAY for offset in range(-3652, 3653, 5)]
    rows = [
        {
            "d_id": str(number),
            "categorie": categorie,
            "pays": "FR",
            "date_collecte": event,
            "date_document": event,
            "date_debit": event,
            "execution_terminee_le": event,
            "consommateur": True,
            "montant": 200,
            "devise": "EUR",
        }
        for number, event in enumerate(events)
    ]
    found = values(retention, rows, on, only=("decision", "effacer_le"))
    order = {"effacer": 0, "archiver": 1, "conserver_actif": 2}
    ranks = [order[one["decision"]] for one in found]
    assert ranks == sorted(ranks)  # the older the event, the further on is its row
    ends = [one["effacer_le"] for one in found]
    assert ends == sorted(ends)


@given(rows(st.dates(dt.date(2023, 9, 22), dt.date(2036, 12, 31))))
def test_erasure_is_the_first_day_when_nothing_justifies_the_row(retention, row):
    [found] = values(retention, [row], dt.date(2026, 11, 23))
    end = found["effacer_le"]
    assume(end is not None and end > dt.date(2023, 9, 23))
    grounds = [found[name] for name in ("actif_jusquau", "obligatoire_jusquau", "preuve_jusquau")]
    assert end == max(ground for ground in grounds if ground is not None) + DAY
    [before] = values(retention, [row], end - DAY)
    [after] = values(retention, [row], end)
    assert before["decision"] in ("conserver_actif", "archiver")
    assert after["decision"] == "effacer"
    assert after["depassement_jours"] == 1


@given(st.data(), days)
def test_a_hold_never_shortens(retention, data, on):
    row = data.draw(rows())
    frozen = data.draw(held(row))
    plain, hold = values(retention, [row, {**frozen, "d_id": "h", "sujet": "h"}], on)
    if hold["decision"] != "geler":
        assert as_date(hold["effacer_le"]) >= as_date(plain["effacer_le"])
    assert not (frozen["gel_depuis"] <= on < as_date(frozen.get("gel_leve_le")) and hold["decision"] == "effacer") or (
        row["categorie"] == "cvv"
    )


DUTIES = [
    {"g_etab": ["SN", "FR"]},
    {"g_etab": ["SN", "QC"]},
    {"g_lbcft": "FR"},
    {"g_lbcft": "SN"},
    {"g_hebergeur_fr": True},
    {"g_fisc_qc": True},
    {"g_lprpde": True},
]


BREACH_RECORD = {"d_id": "r", "categorie": "incident_registre", "pays": "SN", "date_collecte": dt.date(2023, 1, 31)}


@given(st.lists(rows(), min_size=1, max_size=6), days, st.sampled_from(DUTIES), st.sampled_from(["SN", "FR", "QC"]))
@example([BREACH_RECORD], dt.date(2023, 1, 31), {"g_lprpde": True}, "SN")
def test_a_legal_duty_never_brings_erasure_forward(retention, drawn, on, duty, country):
    before = {"g_etab": [country]}
    after = {**before, **duty, "g_etab": [country, *duty.get("g_etab", [])]}
    without, with_ = values(retention, drawn, on, before), values(retention, drawn, on, after)
    for one, other, row in zip(without, with_, drawn, strict=True):
        if one["decision"] == "indetermine":
            continue  # no text gave it an end: there was no erasure to bring forward
        assert as_date(other["effacer_le"]) >= as_date(one["effacer_le"]), row


@given(st.lists(rows(), min_size=2, max_size=6), days)
def test_a_row_alone_is_as_in_any_register_without_related_rows(retention, drawn, on):
    named = [{**row, "d_id": f"d{number}", "sujet": f"s{number}"} for number, row in enumerate(drawn)]
    together = values(retention, named, on)
    requests = [{"q_id": "q", "sujet": "s0", "droit": "effacement", "recue_le": on, "canal": "courriel"}]
    for row, found in zip(named[1:], together[1:], strict=True):
        assert values(retention, [row], on)[0] == found
        assert values(retention, [row], on, demande=requests)[0] == found


# dates


@given(st.lists(days, min_size=1, max_size=12), st.integers(1, 12), st.integers(1, 31))
def test_months_and_years_run_by_the_calendar(retention, starts, month, day):
    """Against another implementation of the calendar: dateutil's."""
    on = dt.date(2026, 11, 23)
    rows = [
        {
            "d_id": str(number),
            "categorie": "commande",
            "pays": "SN",
            "date_document": start,
            "execution_terminee_le": start,
        }
        for number, start in enumerate(starts)
    ]
    rows += [{**row, "categorie": "cookie_pub", "date_collecte": row["date_document"]} for row in rows]
    rows += [{**row, "categorie": "prospect"} for row in rows[len(starts) : 2 * len(starts)]]
    read = ("exercice", "obligatoire_jusquau", "preuve_jusquau", "actif_jusquau")
    found = values(retention, rows, on, {"g_cloture_mois": month, "g_cloture_jour": day}, only=read)
    orders, cookies, prospects = (found[number * len(starts) : (number + 1) * len(starts)] for number in range(3))
    for start, order, cookie, prospect in zip(starts, orders, cookies, prospects, strict=True):
        closing = order["exercice"]
        assert start <= closing < start + relativedelta(years=1, days=1)
        assert closing + relativedelta(years=10) == order["obligatoire_jusquau"] or (
            # electronic documents run from their own date, which is never later than the closing
            order["obligatoire_jusquau"] > closing + relativedelta(years=10)
        )
        assert closing.month == month
        assert closing.day == min(day, (closing + relativedelta(day=31)).day)
        assert order["preuve_jusquau"] == start + relativedelta(months=60)
        assert cookie["actif_jusquau"] == start + relativedelta(months=13)
        assert prospect["actif_jusquau"] == start + relativedelta(months=36)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2023-02-15", 36, "2026-02-15"),
        ("2024-02-29", 36, "2027-02-28"),
        ("2023-02-28", 12, "2024-02-28"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2025-10-31", 13, "2026-11-30"),
        ("2026-01-31", 3, "2026-04-30"),
    ],
)
def test_the_dossiers_own_examples_of_counting(retention, start, months, last):
    row = {"categorie": "messages", "pays": "SN", "duree_annoncee_mois": months, "debut_annonce": start}
    [found] = values(retention, [{**row, "date_collecte": "2026-11-01"}], dt.date(2026, 11, 23))
    assert found["actif_jusquau"] == min(dt.date.fromisoformat(last), dt.date(2029, 11, 1))


# requests


@given(
    st.lists(st.dates(dt.date(2018, 5, 25), dt.date(2036, 12, 31)), min_size=1, max_size=8),
    st.sampled_from(["FR", "QC", "aucun"]),
)
def test_answer_deadlines_move_only_forward_and_to_a_working_day(retention, received, calendar):
    received.sort()
    requests = [
        {"q_id": str(number), "sujet": "x", "droit": "acces", "pays": country, "recue_le": day, "canal": "courriel"}
        for country in ("FR", "QC")
        for number, day in enumerate(received)
    ]
    found = values(retention, [], received[0], {"g_calendrier": calendar}, of="demande", demande=requests)
    eu = [one["echeance_rgpd"] for one in found[: len(received)]]
    qc = [one["echeance_qc"] for one in found[len(received) :]]
    assert eu == sorted(eu)
    assert qc == sorted(qc)
    for day, deadline in zip(received, eu, strict=True):
        plain = day + relativedelta(months=1)
        assert plain <= deadline <= plain + 6 * DAY
        assert deadline.weekday() < 5
    for day, deadline in zip(received, qc, strict=True):
        plain = day + 30 * DAY
        assert deadline == (next_working_day_qc(plain) if plain.weekday() == 6 or is_qc_holiday(plain) else plain)


# functions


def test_quebec_holidays_are_those_of_the_interpretation_act():
    assert [day for day in (dt.date(2026, 1, 1) + number * DAY for number in range(365)) if is_qc_holiday(day)] == [
        dt.date(2026, 1, 1),
        dt.date(2026, 4, 3),
        dt.date(2026, 4, 6),
        dt.date(2026, 5, 18),
        dt.date(2026, 6, 24),
        dt.date(2026, 7, 1),
        dt.date(2026, 9, 7),
        dt.date(2026, 10, 12),
        dt.date(2026, 12, 25),
    ]
    assert is_qc_holiday(dt.date(2029, 7, 2))  # 1 July is a Sunday
    assert not is_qc_holiday(dt.date(2029, 7, 1))
    assert not is_qc_holiday(dt.date(2022, 1, 3))  # « observed », in payroll calendars only


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_a_day_that_counts_is_not_moved(day):
    moved = next_working_day_qc(day)
    assert moved >= day
    assert moved.weekday() < 5
    assert not is_qc_holiday(moved)
    assert next_working_day_qc(moved) == moved
    assert next_day_qc(day) in (day, moved)


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)),
    st.times(),
    st.integers(-12, 14),
    st.integers(-12, 14),
    st.integers(0, 200),
)
def test_hours_do_not_depend_on_the_zone(day, moment, zone, other, hours):
    clock = moment.replace(second=0, microsecond=0, fold=0)
    start = dt.datetime.combine(day, clock, dt.timezone(dt.timedelta(hours=zone)))
    end = (start + dt.timedelta(hours=hours)).astimezone(dt.timezone(dt.timedelta(hours=other)))
    assert full_hours_between(start.isoformat(), end.isoformat()) == hours
    assert full_hours_between(start.isoformat(), (end + dt.timedelta(minutes=1)).isoformat()) == hours + 1
    assert dt.datetime.fromisoformat(add_hours(start.isoformat(), hours)) == end


@pytest.mark.parametrize("text", ["2026-11-20T17:30", "hier", "2026-13-01T00:00Z", ""])
def test_an_instant_without_a_zone_is_refused(text):
    with pytest.raises(ValueError, match=r"instant ISO 8601|fuseau"):
        full_hours_between(text, "2026-11-20T17:30Z")


# the sample register


def test_the_sample_register_is_the_worked_case(retention):
    written = json.loads((ROOT / "examples/retention/registre.json").read_text(encoding="utf-8"))
    case = make_case(retention, written["answers"], written["records"], dt.date.fromisoformat(written["on"]))
    [worked] = [one for one in retention.cases if one.name == "C15 registre du site d'origine"]
    assert case.answers == worked.case.answers
    assert case.records == worked.case.records
    found = evaluate(retention, case, ask=False)
    assert found.values["lignes_a_effacer"] == 5
    assert found.values["prochaine_echeance"] == dt.date(2026, 12, 2)


def test_an_inconsistent_register_is_told(retention):
    rows = [
        {"d_id": "a", "destinataires": "stripe, google", "gel_depuis": "2026-02-01", "gel_leve_le": "2026-01-01"},
        {"d_id": "a"},
    ]
    records = {
        "donnee": rows,
        "sous_traitant": [{"s_id": "stripe"}],
        "activite": [{"ligne": "z", "nature": "clic", "jour": "2026-01-01"}],
    }
    assert ruleset_check(make_case(retention, {}, records)) == [
        "deux lignes du registre ont l'identifiant « a »",
        "ligne « a » : le destinataire « google » n'a pas de fiche",
        "ligne « a » : le gel est levé avant d'avoir commencé (2026-01-01 avant 2026-02-01)",
        "activité d'une ligne inconnue : « z »",
    ]
    assert ruleset_check(make_case(load("loyalty"), {})) == []
