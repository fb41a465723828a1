#!/usr/bin/env python3
"""Counts the instructions of every scenario: the mean over four builds, which differ in the number of codegen units.

    benches/instructions.py            count, draw costs.svg, and print the goals and every scenario
    benches/instructions.py --again    draw and print what was counted last
"""

import argparse
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


def missing(counting):
    """What has to be installed first, each with the way to get it."""
    if not importlib.util.find_spec("matplotlib"):
        yield "matplotlib is missing: apt-get install python3-matplotlib, or pip install matplotlib"
    if not counting:
        return
    if not shutil.which("valgrind"):
        yield "valgrind is missing: apt-get install valgrind"
    runner = shutil.which("gungraun-runner")
    version = runner and subprocess.run([runner, "--version"], capture_output=True, text=True, check=False).stdout
    if not version or RUNNER not in version:
        yield f"gungraun-runner {RUNNER} is missing: cargo install gungraun-runner --version {RUNNER}"


def count():
    results = []
    for build, units in enumerate(CODEGEN_UNITS, 1):
        what = f"build {build} of {len(CODEGEN_UNITS)}, codegen units: {units}"
        for path in summaries():
            path.unlink()
        run(units, what)
        results.append(counted())
    kept().write_text(json.dumps(results))


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


def kept():
    return target() / "instructions.json"


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


def all_builds():
    if not kept().exists():
        sys.exit("nothing was counted yet: run benches/instructions.py without --again")
    return json.loads(kept().read_text())


def mean(builds, name):
    return sum(build[name] for build in builds) / len(builds)


def goals(of):
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

    for inner in ["ready", "boxed", "big"]:
        bare = f"forwarding {inner}_bare"
        floor = added(f"forwarding {inner}_floor_arc", bare)
        yield f"forwarding, over {inner}", added(f"forwarding {inner}_layer", bare), round(floor) + 30, "", floor
    yield "16 layers around each other", added("stack layer_16", "stack bare"), 1400, "", None

    over_floor = ratio("hyper get_layer", "hyper get_floor_arc")
    yield "hyper GET, to the floor with an Arc", over_floor, 1.01, "x", 1
    floor = ratio("hyper get_floor_arc", "hyper get_bare")
    yield "hyper GET, to bare", ratio("hyper get_layer", "hyper get_bare"), 1.04, "x", floor

    validate = ratio("axum get_around", "axum get_around_validate")
    yield "around an axum Router, GET, to `validate`", validate, 1.01, "x", None
    from_fn = ratio("axum get_around", "axum get_around_from_fn")
    yield "around an axum Router, GET, to `from_fn`", from_fn, 0.85, "x", None
    from_fn = ratio("axum foo_around", "axum foo_around_from_fn_501")
    yield "around an axum Router, refusal, to `from_fn` with a 501", from_fn, 1, "x", None
    from_fn = ratio("axum foo_inside", "axum foo_from_fn_501")
    yield "inside an axum Router, refusal, to `from_fn` with a 501", from_fn, 1, "x", None
    yield "inside an axum Router, refusal, to `validate`", ratio("axum foo_inside", "axum foo_validate"), None, "x", None

    mark = added("refusing response_with_mark", "refusing response_alone")
    fields = of["refusing floor_fields"]
    yield "refusal, three fields and the mark", of["refusing layer"], 2280, "", fields + mark
    yield "refusal of a request with an extension", of["refusing layer_extension"], 2640, "", None
    yield "refusal of a 60 KB token", of["refusing layer_huge_token"], 70_000, "", None
    by_hand = of["refusing validate_by_hand"]
    unmarked = (of["refusing layer"] - mark) / by_hand
    yield "refusal less the mark, to `validate_by_hand`", unmarked, None, "x", fields / by_hand

    layering = max(of["cloning layering"], of["cloning layering_custom"], of["cloning layering_wrapped"])
    yield "`layer()`", layering - of["cloning empty_loop"], 50, "", None
    yield "body of 100 frames, to bare", ratio("body layer", "body bare"), 1, "x", None
    yield "body of 100 frames, wrapped, to bare", ratio("body layer_wrapped", "body bare"), None, "x", None
    boxed = ratio("body boxed_wrapped", "body boxed_bare")
    yield "body of 100 frames, boxed and wrapped, to bare", boxed, 1.02, "x", None
    upload = ratio("hyper upload_layer", "hyper upload_bare")
    yield "2 MiB of refused content in hyper, to a handler that reads it", upload, 1, "x", None


def written(figure, unit):
    if figure is None:
        return ""
    return f"{figure:.3f}" if unit == "x" else f"{figure:,.0f}"


def print_goals(of):
    print("| what | goal | figure | floor | |\n|---|--:|--:|--:|---|")
    for what, figure, goal, unit, floor in goals(of):
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
    print("\n| | alone | the layer | `validate` | `from_fn` |\n|---|--:|--:|--:|--:|")
    for title, bars in CHART.items():
        figures = [f"{of[scenario]:,.0f}" for scenario in bars.values()]
        print(f"| {title} | {' | '.join(figures + [''] * (4 - len(figures)))} |")


def print_builds(builds):
    """What moves from build to build, and its mean."""
    print(f"\n| codegen units | {' | '.join(map(str, CODEGEN_UNITS))} | mean |\n|---|--:|--:|--:|--:|--:|")
    for group in ["forwarding ready", "forwarding boxed", "forwarding big", "hyper get"]:
        for what in ["bare", "floor_arc", "layer"]:
            name = f"{group}_{what}"
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

    figure, panels = pyplot.subplots(2, 2, figsize=(9, 4.2), layout="constrained")
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
        "from_fn": "axum foo_around_from_fn_501",
    },
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--again", action="store_true")
    counting = not parser.parse_args().again
    if problems := list(missing(counting)):
        sys.exit("\n".join(problems))
    if counting:
        count()
    builds = all_builds()
    means = {name: mean(builds, name) for name in builds[0]}
    draw(means)
    print_goals(means)
    print_chart(means)
    print_builds(builds)
    print_all(means)
