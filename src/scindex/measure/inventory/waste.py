"""Solid waste: landfill by methane commitment, burning with its fossil part, biological treatment."""

from __future__ import annotations

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.measure.inventory import formulas
from scindex.measure.inventory.activity import BIOGENIC, Activity, Emission, Factors

FAMILY = "waste"
MATERIALS = ("food", "garden", "paper", "wood", "textiles", "industrial")
MANAGED = "managed"
OPEN = "open_burning"
ROUNDING = 1e-6
"""By how much shares may pass one through rounding."""


def landfill(activity: Activity, factors: Factors) -> list[Emission]:
    """Return the methane that waste put into a landfill commits to.

    Notes
    -----
    Needs ``site``, ``convention`` and the shares of materials; what is left of the whole is inert.
    """
    waste, site = activity.amount_in("t"), activity.word("site")
    shares = {m: activity.number(m, 0.0) for m in MATERIALS}
    if not 0 < sum(shares.values()) <= 1 + ROUNDING:
        raise MethodError(
            Finding("activity-shares", value=sum(shares.values()), params={"of": list(MATERIALS)})
        )

    def get(quantity: str, **asked: str):
        return factors.parameter(activity, FAMILY, quantity, treatment="landfill", **asked)

    content = {m: get("degradable_organic_carbon", material=m) for m, share in shares.items() if share}
    used = [
        get("methane_correction", site=site),
        get("doc_fraction", convention=activity.word("convention")),
        get("methane_fraction"),
        get("oxidation", site=site if site == MANAGED else "other"),
    ]
    mcf, fraction, methane, oxidised = (f.value for f in used)
    doc = formulas.degradable_carbon(
        {m: shares[m] for m in content}, {m: f.value for m, f in content.items()}
    )
    potential = formulas.methane_potential(doc=doc, mcf=mcf, doc_fraction=fraction, methane=methane)
    recovered = activity.assumed("recovered", 0.0)
    tonnes = formulas.landfill_methane(waste, potential, recovered=recovered, oxidised=oxidised)
    return [Emission("CH4", tonnes, (*used, *content.values()))]


def incineration(activity: Activity, factors: Factors) -> list[Emission]:
    """Return fossil CO2, biogenic CO2 (a memo line), methane and nitrous oxide of burnt waste.

    Notes
    -----
    Needs ``waste``, ``dry_matter``, ``carbon`` and ``fossil_share``; one row for each material
    where they differ. Methane needs ``operation`` and ``technology`` of the plant.
    """
    tonnes, treatment = activity.amount_in("t"), activity.text("treatment") or "incineration"
    oxidation = factors.parameter(activity, FAMILY, "oxidation", treatment=treatment)
    fossil, biogenic = formulas.burnt_carbon(
        tonnes,
        dry_matter=activity.number("dry_matter"),
        carbon=activity.number("carbon"),
        fossil=activity.number("fossil_share"),
        oxidised=oxidation.value,
    )
    asked = {"treatment": treatment, "waste": activity.word("waste")}
    (n2o,) = factors.gases(activity, FAMILY, gas="N2O", **asked)
    found = [
        Emission("CO2", fossil, (oxidation,)),
        Emission(BIOGENIC, biogenic, (oxidation,)),
        Emission("N2O", tonnes * n2o.value_in("t_N2O/t"), (n2o,)),
    ]
    if treatment == OPEN:
        # no factor for the methane of open burning is known here
        params = {"gas": "CH4", "what": treatment}
        activity.findings.append(Finding("activity-gas-left-out", "warning", params=params))
        return found
    plant = {"operation": activity.word("operation"), "technology": activity.word("technology")}
    (ch4,) = factors.gases(activity, FAMILY, gas="CH4", treatment=treatment, **plant)
    return [*found, Emission("CH4", tonnes * ch4.value_in("t_CH4/t"), (ch4,))]


def biological(activity: Activity, factors: Factors) -> list[Emission]:
    """Return methane, less what is recovered, and nitrous oxide of composted or digested waste."""
    tonnes = activity.amount_in("t")
    recovered = activity.assumed("recovered", 0.0)
    left = {"CH4": 1 - recovered}
    return [
        Emission(f.gas, tonnes * f.value_in(f"t_{f.gas}/t") * left.get(f.gas, 1.0), (f,))
        for f in factors.gases(activity, FAMILY, treatment=activity.word("treatment"))
    ]
