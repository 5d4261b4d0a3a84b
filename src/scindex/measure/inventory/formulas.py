"""Equations of an inventory, on numbers and arrays; they know no city and no factor file."""

from __future__ import annotations

from collections.abc import Mapping

CO2_PER_C = 44 / 12
CH4_PER_C = 16 / 12
N2O_PER_N = 44 / 28
"""Ratios of molar masses, rounded as the guidelines round them. [-]"""

DAYS = 365
"""Days of a year in the guidelines' equation for wastewater."""


def scaled(amount: float, *, city: float, proxy: float) -> float:
    """Scale another place's activity to the city (GPC equation 5.1).

    Parameters
    ----------
    amount : float
        Activity of the other place. [any unit]
    city, proxy : float
        Population, floor area or output of the city and of the other place. [same unit]

    Returns
    -------
    float
        [unit of `amount`]

    Examples
    --------
    >>> scaled(1000.0, city=2.0, proxy=8.0)
    250.0
    """
    return amount * city / proxy


def degradable_carbon(shares: Mapping[str, float], content: Mapping[str, float]) -> float:
    """Return the degradable organic carbon of mixed waste. [t C / t]

    Parameters
    ----------
    shares : Mapping of str to float
        Material to its share of the wet waste; what is left out is inert. [-]
    content : Mapping of str to float
        Material to its degradable organic carbon. [t C / t]

    Examples
    --------
    >>> round(degradable_carbon({"food": 0.5, "paper": 0.5}, {"food": 0.15, "paper": 0.4}), 4)
    0.275
    """
    return sum(share * content[material] for material, share in shares.items())


def methane_potential(*, doc: float, mcf: float, doc_fraction: float, methane: float) -> float:
    r"""Return the methane that a tonne of waste will give off in a landfill. [t CH4 / t]

    Notes
    -----
    .. math:: L_0 = MCF \cdot DOC \cdot DOC_F \cdot F \cdot 16/12

    Examples
    --------
    >>> round(methane_potential(doc=0.1935, mcf=1.0, doc_fraction=0.6, methane=0.5), 4)
    0.0774
    """
    return mcf * doc * doc_fraction * methane * CH4_PER_C


def landfill_methane(waste: float, potential: float, *, recovered: float, oxidised: float) -> float:
    r"""Return the methane that waste put into a landfill commits to. [t CH4]

    Parameters
    ----------
    waste : float
        Wet waste of the year. [t]
    potential : float
        What `methane_potential` returned. [t CH4 / t]
    recovered, oxidised : float
        Share that is recovered, and share of the rest that the cover oxidises. [-]

    Notes
    -----
    .. math:: CH_4 = m \cdot L_0 \cdot (1 - f_{rec}) \cdot (1 - OX)

    References
    ----------
    Methane commitment of the GPC, as CityCatalyst implements it.

    Examples
    --------
    >>> round(landfill_methane(100_000, 0.0774, recovered=0.0, oxidised=0.1))
    6966
    """
    return waste * potential * (1 - recovered) * (1 - oxidised)


def burnt_carbon(
    waste: float, *, dry_matter: float, carbon: float, fossil: float, oxidised: float
) -> tuple[float, float]:
    r"""Return fossil and biogenic CO2 of burnt waste. [t CO2]

    Parameters
    ----------
    waste : float
        Wet waste. [t]
    dry_matter, carbon, fossil : float
        Dry matter in it, carbon in that, fossil part of that. [-]
    oxidised : float
        Share of the carbon that burns. [-]

    Notes
    -----
    .. math:: CO_2 = m \cdot dm \cdot CF \cdot FCF \cdot OF \cdot 44/12

    Examples
    --------
    >>> fossil, biogenic = burnt_carbon(12.0, dry_matter=1.0, carbon=0.5, fossil=0.25, oxidised=1.0)
    >>> round(fossil, 9), round(biogenic, 9)
    (5.5, 16.5)
    """
    whole = waste * dry_matter * carbon * oxidised * CO2_PER_C
    return whole * fossil, whole * (1 - fossil)


def wastewater_methane(
    load: float, *, sludge: float, capacity: float, correction: float, served: float, recovered: float
) -> float:
    r"""Return the methane of wastewater on one way of treatment. [t CH4]

    Parameters
    ----------
    load : float
        Organic load of the year. [t BOD]
    sludge : float
        Of it removed as sludge. [t BOD]
    capacity : float
        Largest methane yield, Bo. [t CH4 / t BOD]
    correction : float
        Methane correction factor of the treatment, MCF. [-]
    served, recovered : float
        Share of the load that takes this way, share of the methane recovered. [-]

    Notes
    -----
    .. math:: CH_4 = (TOW - S) \cdot B_o \cdot MCF \cdot U \cdot (1 - f_{rec})

    Examples
    --------
    >>> round(wastewater_methane(1000.0, sludge=0.0, capacity=0.6, correction=0.5, served=1.0, recovered=0.0))
    300
    """
    return (load - sludge) * capacity * correction * served * (1 - recovered)


def organic_load(people: float, bod: float, correction: float) -> float:
    """Return the organic load of a year. [t BOD]

    Parameters
    ----------
    people : float
        [person]
    bod : float
        [kg / person / day]
    correction : float
        Industrial load in the same sewers, I. [-]

    Examples
    --------
    >>> round(organic_load(1000, 0.06, 1.25), 3)
    27.375
    """
    return people * bod * correction * DAYS / 1000


def effluent_n2o(
    people: float,
    protein: float,
    *,
    nitrogen: float,
    nonconsumed: float,
    industrial: float,
    removed: float,
    emitted: float,
) -> float:
    r"""Return the nitrous oxide of the nitrogen that leaves with the wastewater. [t N2O]

    Parameters
    ----------
    people : float
        [person]
    protein : float
        [kg / person / year]
    nitrogen, nonconsumed, industrial : float
        Nitrogen in protein; for protein not eaten; for industry in the same sewers. [-]
    removed : float
        Nitrogen removed with sludge. [t N]
    emitted : float
        N2O-N per N. [-]

    Notes
    -----
    .. math:: N_2O = (P \cdot protein \cdot 0.16 \cdot F_{noncon} \cdot F_{ind} - N_s) \cdot EF \cdot 44/28

    Examples
    --------
    >>> round(
    ...     effluent_n2o(
    ...         1e6, 36.5, nitrogen=0.16, nonconsumed=1.1, industrial=1.25, removed=0.0, emitted=0.005
    ...     ), 3
    ... )
    63.093
    """
    tonnes = people * protein * nitrogen * nonconsumed * industrial / 1000
    return (tonnes - removed) * emitted * N2O_PER_N
