#!/usr/bin/env python3
"""Counts the instructions of every scenario: the mean over four builds, which differ in the number of codegen units.

Then draws costs.svg, and prints the goals and every scenario. A finished build is kept: an interrupted run goes on, and a run of
the same code counts nothing again.
"""

import hashlib
import importlib.util
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

PACKAGE = pathlib.Path(__file__).resolve().parent
ROUNDS = 1000
UPLOADS = 10  # of the scenarios whose name says so
# What the compiler inlines depends on how it cuts the code: one build alone is chance.
CODEGEN_UNITS = [1, 6, 16, 32]
RUNNER = "0.20.0"


def missing():
    """What has to be installed first, each with the way to get it."""
    if not importlib.util.find_spec("matplotlib"):
        yield "matplotlib is missing: apt-get install python3-matplotlib, or pip install matplotlib"
    if not shutil.which("valgrind"):
        yield "valgrind is missing: apt-get install valgrind"
    runner = shutil.which("gungraun-runner")
    version = runner and subprocess.run([runner, "--version"], capture_output=True, text=True, check=False).stdout
    if not version or RUNNER not in version:
        yield f"gungraun-runner {RUNNER} is missing: cargo install gungraun-runner --version {RUNNER}"


def count():
    """The counts of each build."""
    folder = target() / "instructions" / fingerprint()
    folder.mkdir(parents=True, exist_ok=True)
    results = []
    for build, units in enumerate(CODEGEN_UNITS, 1):
        what = f"build {build} of {len(CODEGEN_UNITS)}, codegen units: {units}"
        kept = folder / f"{units}.json"
        if kept.exists():
            print(f"{what}: kept in {kept}", file=sys.stderr)
        else:
            results_of(units, what, kept)
        results.append(json.loads(kept.read_text()))
    return results


def results_of(units, what, kept):
    """Counts one build, and keeps its counts once they are complete."""
    for path in summaries():
        path.unlink()
    run(units, what)
    unfinished = kept.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(counted()))
    unfinished.replace(kept)


def fingerprint():
    """Of what is counted, and of its compiler."""
    crate = PACKAGE.parent
    files = [crate / "Cargo.toml", *crate.glob("src/**/*.rs")]
    files += [PACKAGE / "Cargo.toml", PACKAGE / "Cargo.lock", PACKAGE / "instructions.rs", *PACKAGE.glob("scenarios/*.rs")]
    compiler = subprocess.run(["rustc", "-vV"], stdout=subprocess.PIPE, check=True).stdout
    digest = hashlib.sha256(compiler + os.environ.get("RUSTFLAGS", "").encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def run(units, what):
    """Counts with one build, and says how far it is."""
    # Of these two packages only: all others are built once.
    packages = ["tower-not-implemented", "tower-not-implemented-benches"]
    options = [f"--config=profile.bench.package.{package}.codegen-units={units}" for package in packages]
    command = ["cargo", "bench", *options, "--bench", "instructions"]
    environment = {**os.environ, "GUNGRAUN_SAVE_SUMMARY": "json", "GUNGRAUN_COLOR": "never"}
    print(f"{what}: building", file=sys.stderr)
    bench = subprocess.Popen(command, cwd=PACKAGE, env=environment, stdout=subprocess.PIPE, text=True)
    scenarios = 0
    for line in bench.stdout:
        if line.startswith("instructions::"):
            scenarios += 1
            print(f"\r{what}: scenario {scenarios}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if bench.wait() != 0:
        sys.exit(f"{' '.join(command)} failed")


def target():
    command = ["cargo", "metadata", "--format-version=1", "--no-deps"]
    metadata = subprocess.run(command, cwd=PACKAGE, stdout=subprocess.PIPE, check=True).stdout
    return pathlib.Path(json.loads(metadata)["target_directory"])


def summaries():
    return target().glob("gungraun/*/instructions/all/*/summary.json")


def counted():
    """Instructions of one round by "group scenario", in the order of the run."""
    found = [json.loads(path.read_text()) for path in summaries()]
    found.sort(key=lambda summary: summary["started_at"])
    return {f"{s['function_name']} {s['id']}": instructions(s) / rounds(s["id"]) for s in found}


def rounds(scenario):
    return UPLOADS if scenario.startswith("upload") else ROUNDS


def instructions(summary):
    return summary["profiles"][0]["data"]["total"]["metrics"]["Ir"]["values"]["new"]


def mean(builds, name):
    return sum(build[name] for build in builds) / len(builds)


def goals(of, builds):
    """What is measured, the figure, its goal if it has one, how it is written, and the floor's figure."""

    def check(*names):
        return max(of[f"membership {name}"] for name in names) - of["membership empty_loop"]

    def added(name, to):
        return of[name] - of[to]

    def ratio(name, to):
        return of[name] / of[to]

    constant = [
        "get_of_2", "post_missing_of_2", "get_of_9", "patch_of_9", "get_of_200", "patch_missing_of_200",
    ]  # fmt: skip
    registered = [
        "propfind_missing_of_2", "propfind_of_16", "propfind_of_200", "acl_of_39",
        "version_control_of_39", "long_extension_of_39", "long_extension_missing_of_200",
    ]  # fmt: skip
    own = ["first_of_40", "last_of_40", "foo_missing_of_40", "short_near_miss_of_40", "huge_near_miss_of_40"]
    yield "check, a method `http` has a constant for", check(*constant), 15, "", None
    yield "check, registered extension method", check(*registered), 110, "", None
    yield "check, own name of 1", check("only_of_1", "foo_missing_of_1"), 200, "", None
    yield "check, own name of 40", check(*own), 600, "", None
    huge = check("huge_near_miss_of_40") - check("short_near_miss_of_40")
    yield "check, 400 KB token over a short one", huge, 0, "", None

    for inner, goal in [("boxed", 90), ("ready", None), ("big", None)]:
        bare = f"forwarding {inner}_bare"
        floor = added(f"forwarding {inner}_floor_arc", bare)
        yield f"forwarding, over {inner}", added(f"forwarding {inner}_layer", bare), goal, "", floor
    sixteen = max(build["stack layer_16"] - build["stack bare"] for build in builds)
    yield "16 layers around each other, the largest of the builds", sixteen, 1400, "", None

    floor = ratio("hyper get_floor_arc", "hyper get_bare")
    yield "hyper GET, to bare", ratio("hyper get_layer", "hyper get_bare"), 1.04, "x", floor
    yield "hyper GET, to `validate`", ratio("hyper get_layer", "hyper get_validate"), None, "x", None

    for what, name, to, goal in [
        ("around an axum Router, GET, to the Router alone", "get_around", "get_bare", 1.02),
        ("around an axum Router, GET, to `validate`", "get_around", "get_around_validate", 1.01),
        ("around an axum Router, GET, to `from_fn`", "get_around", "get_around_from_fn", None),
        ("`Router::layer`, GET, to a layer that does nothing", "get_inside", "get_inside_nothing", 1.01),
        ("`Router::layer`, GET, to the Router alone", "get_inside", "get_bare", None),
        ("`Router::layer`, GET, to `validate`", "get_inside", "get_inside_validate", None),
        ("`Router::layer`, GET, to `from_fn`", "get_inside", "get_inside_from_fn", None),
        ("around an axum Router, refusal, to `validate`", "foo_around", "foo_around_validate", None),
        ("around an axum Router, refusal, to `from_fn`", "foo_around", "foo_around_from_fn", None),
        ("`Router::layer`, refusal, to `validate`", "foo_inside", "foo_inside_validate", None),
        ("`Router::layer`, refusal, to `from_fn`", "foo_inside", "foo_inside_from_fn", None),
    ]:
        yield what, ratio(f"axum {name}", f"axum {to}"), goal, "x", None

    mark = added("refusing response_with_mark", "refusing response_alone")
    fields = of["refusing floor_fields"]
    yield "refusal, three fields and the mark", of["refusing layer"], 2400, "", fields + mark
    yield "refusal of a request with an extension", of["refusing layer_extension"], 2750, "", None
    yield "refusal of a 60 KB token", of["refusing layer_huge_token"], 70_000, "", None
    validate = of["refusing validate"]
    yield "refusal less the mark, to `validate`", (of["refusing layer"] - mark) / validate, None, "x", fields / validate

    layering = max(of["cloning layering"], of["cloning layering_custom"], of["cloning layering_wrapped"])
    yield "`layer()`", layering - of["cloning empty_loop"], None, "", None
    yield "body of 100 frames, to bare", ratio("body layer", "body bare"), 1, "x", None
    yield "body of 100 frames, wrapped, to bare", ratio("body layer_wrapped", "body bare"), None, "x", None
    boxed = ratio("body boxed_wrapped", "body boxed_bare")
    yield "body of 100 frames, boxed and wrapped, to bare", boxed, 1.02, "x", None
    upload = ratio("hyper upload_layer", "hyper upload_bare")
    yield "2 MiB of refused content in hyper, to a handler that reads it", upload, None, "x", None


def written(figure, unit):
    if figure is None:
        return ""
    return f"{figure:.3f}" if unit == "x" else f"{figure:,.0f}"


def print_goals(of, builds):
    print("| what | goal | figure | floor | |\n|---|--:|--:|--:|---|")
    for what, figure, goal, unit, floor in goals(of, builds):
        cells = [goal_of(goal), written(figure, unit), written(floor, unit), verdict(figure, goal, unit)]
        print(f"| {what} | {' | '.join(cells)} |")


def goal_of(goal):
    return "" if goal is None else f"≤ {goal:,}"


def verdict(figure, goal, unit):
    """Of the figure as it is written: a difference that does not show misses no goal."""
    if goal is None:
        return ""
    shown = round(figure, 3 if unit == "x" else 0)
    return "met" if shown <= goal else "**not met**"


def print_chart(of):
    print("\n| | without | the layer | `validate` | `from_fn` |\n|---|--:|--:|--:|--:|")
    for title, bars in CHART.items():
        figures = [f"{of[scenario]:,.0f}" for scenario in bars.values()]
        print(f"| {title} | {' | '.join(figures + [''] * (4 - len(figures)))} |")


def print_builds(builds):
    """What moves from build to build, and its mean."""
    print(f"\n| codegen units | {' | '.join(map(str, CODEGEN_UNITS))} | mean |\n|---|--:|--:|--:|--:|--:|")
    names = ["stack bare", "stack layer_16"]
    for group in ["forwarding boxed", "forwarding ready", "forwarding big", "hyper get"]:
        names += [f"{group}_{what}" for what in ["bare", "floor_arc", "layer"]]
    names += ["axum get_bare", "axum get_around", "axum get_inside_nothing", "axum get_inside"]
    for name in names:
        figures = [build[name] for build in builds] + [mean(builds, name)]
        print(f"| {name} | {' | '.join(f'{figure:,.0f}' for figure in figures)} |")


def print_all(of):
    print("\n| scenario | instructions | over bare | to bare |\n|---|--:|--:|--:|")
    floor = None
    for name, figure in of.items():
        if is_floor(name):
            floor = figure
        print(f"| {name} | {figure:,.0f} | {figure - floor:+,.0f} | {figure / floor:.3f} |")


def is_floor(name):
    return "from_fn" not in name and name.endswith(("empty_loop", "bare", "bare_ok", "response_alone", "foo_method_router"))


def draw(of):
    """costs.svg: a GET and a refusal, for what one could put around a server."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "costs", "svg.fonttype": "none", "font.family": "sans-serif"})
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(3, 2, figsize=(9, 6.2), layout="constrained")
    for (title, bars), panel in zip(CHART.items(), panels.flat):
        names, figures = list(bars), [of[scenario] for scenario in bars.values()]
        colours = ["#c2410c" if name == "the layer" else "#94a3b8" for name in names]
        drawn = panel.barh(names, figures, color=colours)
        panel.bar_label(drawn, [f"{figure:,.0f}" for figure in figures], padding=4)
        panel.set_title(title, loc="left", fontsize=11)
        panel.set_xlim(0, max(figures) * 1.15)
        panel.invert_yaxis()
        panel.xaxis.set_visible(False)
        panel.tick_params(left=False)
        panel.spines[:].set_visible(False)
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", facecolor="white", metadata={"Date": None})
    (PACKAGE / "costs.svg").write_text(embeddable(drawn.getvalue()))


def embeddable(svg):
    """Without what an HTML page must not have: the documentation has the chart in its text."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    label = "Instructions of a GET and of a refusal: the numbers stand in the table of the page"
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{label}" style="max-width: 100%; height: auto" ', 1)
    return re.sub(r"\n\s*\n", "\n", svg)


# By the title of a panel, the scenario of each bar. `from_fn` is axum's.
CHART = {
    "GET in hyper": {
        "hyper alone": "hyper get_bare",
        "the layer": "hyper get_layer",
        "validate": "hyper get_validate",
    },
    "FOO in hyper, 501": {
        "a service's own": "hyper foo_bare_501",
        "the layer": "hyper foo_layer",
        "validate": "hyper foo_validate",
    },
    "GET around an axum Router": {
        "axum alone": "axum get_bare",
        "the layer": "axum get_around",
        "validate": "axum get_around_validate",
        "from_fn": "axum get_around_from_fn",
    },
    "FOO around an axum Router, 501": {
        "axum alone, 405": "axum foo_method_router",
        "the layer": "axum foo_around",
        "validate": "axum foo_around_validate",
        "from_fn": "axum foo_around_from_fn",
    },
    "GET in Router::layer": {
        "a layer that does nothing": "axum get_inside_nothing",
        "the layer": "axum get_inside",
        "validate": "axum get_inside_validate",
        "from_fn": "axum get_inside_from_fn",
    },
    "FOO in Router::layer, 501": {
        "a layer that does nothing, 405": "axum foo_inside_nothing",
        "the layer": "axum foo_inside",
        "validate": "axum foo_inside_validate",
        "from_fn": "axum foo_inside_from_fn",
    },
}


if __name__ == "__main__":
    if problems := list(missing()):
        sys.exit("\n".join(problems))
    try:
        builds = count()
    except KeyboardInterrupt:
        sys.exit("interrupted: the next run goes on after the last finished build")
    means = {name: mean(builds, name) for name in builds[0]}
    draw(means)
    print_goals(means, builds)
    print_chart(means)
    print_builds(builds)
    print_all(means)
