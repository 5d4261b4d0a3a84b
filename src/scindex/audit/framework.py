"""What can be counted in a framework alone, without a city."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scindex import messages
from scindex.audit.found import Found, share, standings
from scindex.catalogue.codelists import codelist
from scindex.catalogue.entries import Framework, Indicator, Names, Node
from scindex.catalogue.load import framework_ids, load_framework
from scindex.index.normalise import METHODS
from scindex.index.rollup import effective_weights
from scindex.recipe import Recipe
from scindex.scoring.tree import Tree, plant
from scindex.uncertainty.plan import FACTORS, plan_of


def count_framework(framework: Framework, recipe: Recipe) -> Found:
    """Count what the ten steps ask of a framework under a recipe."""
    found = Found()
    for count in (_structure, _definitions, _scales, _weights, _variation, _links, _texts):
        count(found, framework, recipe)
    return found


def _inner(framework: Framework) -> list[Node]:
    return [n for n in framework.nodes.values() if n.children]


def _structure(found: Found, framework: Framework, recipe: Recipe) -> None:
    inner, indicators = _inner(framework), list(framework.indicators.values())
    lone = [n for n in inner if len(n.children) == 1]
    sources = Counter(i.source.standing for i in indicators)
    step = "theoretical_framework"
    found.values["definitions_read"] = share(sources["published"] + sources["adapted"], len(indicators))
    found.values["lone_children"] = share(len(lone), len(inner))
    source = framework.source
    found.tell(step, "audit-source", publisher=source.publisher or "-", title=source.title or "-",
               standing=codelist("standing")[source.standing])  # fmt: skip
    found.tell(step, "audit-shape", indicators=len(indicators), nodes=len(inner), lone=len(lone),
               levels=len(framework.levels))  # fmt: skip
    found.tell(step, "audit-definitions", standings=standings(sources))
    reflective = sum(n.nature == "reflective" for n in inner)
    found.tell(step, "audit-nature", reflective=reflective, formative=len(inner) - reflective)


def _definitions(found: Found, framework: Framework, recipe: Recipe) -> None:
    indicators = list(framework.indicators.values())
    drafts = [i for i in indicators if i.draft]
    torn = [i for i in indicators if i.conflicts]
    ranged = sum(i.possible != (None, None) or bool(i.categories) for i in indicators)
    n = len(indicators)
    found.values["without_draft"] = share(n - len(drafts), n)
    found.values["without_conflict"] = share(n - len(torn), n)
    found.values["with_range"] = share(ranged, n)
    fields = Counter(f for i in drafts for f in i.draft)
    listed = ", ".join(f"{name} {count}" for name, count in fields.most_common(6))
    found.tell("data_selection", "audit-drafts", n=len(drafts), of=n, fields=listed or "-")
    found.tell("data_selection", "audit-conflicts", n=len(torn), of=n)


def scored_by_goalposts(indicator: Indicator, recipe: Recipe) -> bool:
    """Whether the recipe scores an indicator by where it lies between goalposts."""
    method = recipe.chosen("normalise", indicator.id, indicator.slug, indicator.code, own=indicator.normalise)
    return "worst" in METHODS[method.name].needs


def _scales(found: Found, framework: Framework, recipe: Recipe) -> None:
    counted = [i for i in framework.indicators.values() if i.direction != "context"]
    by_posts = [i for i in counted if scored_by_goalposts(i, recipe)]
    posts = Counter(i.goalposts.standing if i.goalposts else "" for i in by_posts)
    given = posts.total() - posts[""]
    step = "normalisation"
    found.values["scorable"] = share(len(counted) - posts[""], len(counted))
    found.values["defended"] = share(posts["published"] + posts["natural"] + posts["adapted"], given)
    found.tell(step, "audit-goalposts", n=given, of=len(by_posts), standings=standings(posts, "audit.none"))
    found.tell(step, "audit-by-sample", n=len(counted) - len(by_posts), of=len(counted))
    ways = Counter(i.direction for i in framework.indicators.values())
    found.tell(step, "audit-directions", **{d: ways[d] for d in ("higher", "lower", "target", "context")})
    found.tell(step, "audit-capped", capped=_yes_no(recipe.capped))


def _yes_no(value: bool) -> Names:
    return {lang: messages.label("word.yes" if value else "word.no", lang) for lang in messages.LANGUAGES}


def _weights(found: Found, framework: Framework, recipe: Recipe) -> None:
    tree = plant(framework, recipe)
    shape = tree.shape(recipe)
    sharing = [k for k, b in enumerate(tree.branches) if len(b.children) > 1 and (k or recipe.total)]
    argued = 0
    for node in sharing:
        branch = tree.branches[node]
        own = recipe.chosen("weight", branch.id, branch.level).name
        unequal = len({float(shape.weight[c]) for c in branch.children}) > 1
        argued += unequal or own not in ("own", "equal")
    step = "weighting_and_aggregation"
    found.values["argued"] = share(argued, len(sharing))
    found.tell(step, "audit-weights", n=argued, of=len(sharing), sets=list(framework.weight_sets) or "-")
    _effective(found, tree, recipe)
    methods = Counter(shape.method[k] for k in sharing)
    listed = [f"{method} ({n})" for method, n in methods.most_common()]
    found.tell(step, "audit-aggregation", methods=listed, total=_yes_no(recipe.total))


def _effective(found: Found, tree: Tree, recipe: Recipe) -> None:
    """Compare effective weights within each node that is shown: the total, or each top node."""
    shape = tree.shape(recipe)
    scorable = [_scorable(i, recipe) for i in tree.indicators]
    tops = [0] if recipe.total else list(tree.branches[0].children)
    ratios: dict[float, tuple[Names, Names]] = {}
    for top in tops:
        inside = set(tree.below(top))
        shares = effective_weights(shape, [s and c in inside for c, s in enumerate(scorable)])
        known = [c for c in inside if shares[c] > 0]
        if known:
            light, heavy = (f(known, key=lambda c: (shares[c], -c)) for f in (min, max))
            names = tree.indicators[heavy].name, tree.indicators[light].name
            ratios.setdefault(float(shares[heavy] / shares[light]), names)
    found.values["weight_ratio"] = max(ratios, default=float("nan"))
    if ratios:
        worst = max(ratios)
        heavy, light = ratios[worst]
        params = {"ratio": round(worst, 1), "heavy": heavy, "light": light}
        found.tell("weighting_and_aggregation", "audit-effective", **params)


def _scorable(indicator: Indicator, recipe: Recipe) -> bool:
    if indicator.direction == "context":
        return False
    return indicator.goalposts is not None or not scored_by_goalposts(indicator, recipe)


def _variation(found: Found, framework: Framework, recipe: Recipe) -> None:
    factors = plan_of(recipe).factors
    found.values["varied"] = share(len(factors), len(FACTORS))
    proposed = sum(bool(i.goalposts and i.goalposts.standing == "proposed") for i in _indicators(framework))
    found.tell("uncertainty_and_sensitivity", "audit-varied", factors=list(factors) or "-", proposed=proposed)


def _indicators(framework: Framework) -> Iterator[Indicator]:
    yield from framework.indicators.values()


def _links(found: Found, framework: Framework, recipe: Recipe) -> None:
    indicators = list(framework.indicators.values())
    linked = sum(bool(i.sdg) for i in indicators)
    divisors = {i.denominate.by for i in indicators if i.denominate}
    outside = [c for c in framework.context.values() if c.id not in divisors and c.kind != "category"]
    step = "links_to_other_indicators"
    found.values["with_sdg"] = share(linked, len(indicators))
    found.values["outside"] = float(len(outside))
    found.tell(step, "audit-sdg", n=linked, of=len(indicators))
    others = [load_framework(name) for name in framework_ids() if name != framework.id]
    common = {f.id: len(framework.indicators.keys() & f.indicators.keys()) for f in others}
    shared = [f"{name} ({n})" for name, n in common.items() if n]
    found.tell(step, "audit-shared", shared=shared or "-")
    found.tell(step, "audit-outside", n=len(outside))


def _texts(found: Found, framework: Framework, recipe: Recipe) -> None:
    indicators = list(framework.indicators.values())
    named: list[Names] = [
        n.name for n in framework.nodes.values() if n.id and n.id not in framework.indicators
    ]
    named += [i.name for i in indicators]
    whole = sum(_complete(n) for n in named)
    defined = sum(_complete(i.numerator) for i in indicators)
    found.values["named"] = share(whole, len(named))
    found.values["defined"] = share(defined, len(indicators))
    found.tell("presentation", "audit-texts", named=whole, of=len(named), defined=defined, n=len(indicators))


def _complete(names: Names) -> bool:
    return all(names.get(lang) for lang in messages.LANGUAGES)
