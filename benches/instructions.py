#!/usr/bin/env python3
"""Counts the instructions of every scenario, and prints those of one round beside the goals.

    benches/instructions.py            count and print
    benches/instructions.py --again    print what was counted last
"""

import json
import os
import pathlib
import subprocess
import sys

PACKAGE = pathlib.Path(__file__).resolve().parent
ROUNDS = 1000


def count():
    for path in summaries():
        path.unlink()
    environment = {**os.environ, "GUNGRAUN_SAVE_SUMMARY": "json"}
    command = ["cargo", "bench", "--bench", "instructions"]
    subprocess.run(command, cwd=PACKAGE, env=environment, stdout=sys.stderr, check=True)


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
    return {f"{s['function_name']} {s['id']}": instructions(s) / ROUNDS for s in found}


def instructions(summary):
    return summary["profiles"][0]["data"]["total"]["metrics"]["Ir"]["values"]["new"]


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
    """Of the figure as written, so that one instruction in a hundred thousand misses nothing."""
    if goal is None:
        return ""
    shown = round(figure, 3 if unit == "x" else 0)
    return "met" if shown <= goal else "**not met**"


def print_all(of):
    print("\n| scenario | instructions | over bare | to bare |\n|---|--:|--:|--:|")
    floor = None
    for name, figure in of.items():
        if is_floor(name):
            floor = figure
        print(f"| {name} | {figure:,.0f} | {figure - floor:+,.0f} | {figure / floor:.3f} |")


def is_floor(name):
    return "from_fn" not in name and name.endswith(("empty_loop", "bare", "bare_ok", "response_alone", "foo_method_router"))


if __name__ == "__main__":
    if sys.argv[1:] != ["--again"]:
        count()
    print_goals(counted())
    print_all(counted())
