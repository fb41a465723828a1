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

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROUNDS = 1000


def count():
    for path in summaries():
        path.unlink()
    environment = {**os.environ, "GUNGRAUN_SAVE_SUMMARY": "json"}
    command = ["cargo", "bench", "--bench", "instructions"]
    subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr, check=True)


def target():
    command = ["cargo", "metadata", "--format-version=1", "--no-deps"]
    metadata = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
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
    """What is measured, the figure, its goal, and how it is written."""

    def check(*names):
        return max(of[f"membership {name}"] for name in names) - of["membership empty_loop"]

    def added(group, name, to="bare"):
        return of[f"{group}_{name}"] - of[f"{group}_{to}"]

    def ratio(name, to):
        return of[name] / of[to]

    constant = ["get_of_2", "post_missing_of_2", "get_of_9", "patch_of_9", "get_of_200", "patch_missing_of_200"]
    extension = [
        "propfind_missing_of_2", "propfind_of_16", "propfind_of_200", "acl_of_39",
        "version_control_of_39", "long_extension_of_39", "long_extension_missing_of_200",
    ]  # fmt: skip
    yield "check, a method `http` has a constant for", check(*constant), "<=", 15, ""
    yield "the same, sets of 200 over sets of 2", check("get_of_200") - check("get_of_2"), "<=", 0, ""
    yield "check, registered extension method", check(*extension), "<=", 110, ""
    yield "the same, sets of 200 over sets of 16", check("propfind_of_200") - check("propfind_of_16"), "<=", 0, ""
    yield "check, unregistered, 40 names", check("last_of_40", "foo_missing_of_40"), "<=", 180, ""
    yield "check, unregistered, 200 names", check("last_of_200", "foo_missing_of_200"), "<=", 220, ""
    near = check("huge_near_miss_of_200") - check("short_near_miss_of_200")
    yield "400 KB token over a short miss, 200 names", near, "<=", 0, ""
    yield "400 KB token over a short miss, no names", check("huge_missing_of_2") - check("foo_missing_of_2"), "<=", 0, ""
    for inner, goal in [("boxed", 60), ("big", 60), ("ready", 100)]:
        for name in ["layer", "layer_custom", "layer_same_body"]:
            yield f"forwarding, added to {inner}, `{name}`", added(f"forwarding {inner}", name), "<=", goal, ""
    for name in ["get_layer", "get_layer_default", "get_layer_same_body"]:
        yield f"hyper, `{name}` to bare", ratio(f"hyper {name}", "hyper get_bare"), "<=", 1.03, "x"
        for peer in ["get_validate", "get_validate_by_hand"]:
            yield f"hyper, `{name}` to `{peer}`", ratio(f"hyper {name}", f"hyper {peer}"), "<=", 1, "x"
    yield "axum, around the Router to bare", ratio("axum get_around", "axum get_bare"), "<=", 1.02, "x"
    inside = ratio("axum get_inside_same_body", "axum get_identity")
    yield "axum, `Router::layer`, same body, to identity", inside, "<=", 1, "x"
    yield "clone, default settings", of["cloning layer"] - of["cloning empty_loop"], "<=", 20, ""
    yield "body of 100 frames, to bare", ratio("body layer", "body bare"), "<=", 1.02, "x"
    yield "body of 100 frames, boxed, to bare", ratio("body boxed_layer", "body boxed_bare"), "<=", 1.02, "x"
    yield "body of 100 frames, same body, to bare", ratio("body layer_same_body", "body bare"), "<=", 1, "x"
    mark = of["refusing response_with_mark"] - of["refusing response_alone"]
    for peer in ["validate", "validate_by_hand"]:
        unmarked = (of["refusing layer"] - mark) / of[f"refusing {peer}"]
        yield f"refusal without the mark, to `{peer}`", unmarked, "<=", 0.9, "x"
    yield "refusal with the mark", of["refusing layer"], "<=", 2000, ""
    for peer in ["foo_from_fn_405", "foo_from_fn_405_bare"]:
        yield f"axum, `{peer}` to refusal around the Router", ratio(f"axum {peer}", "axum foo_around"), ">=", 3, "x"
    for name, goal in [("layer_16_same_body", 45), ("layer_16", 72)]:
        yield f"stacked, a layer of `{name}`", (of[f"stack {name}"] - of["stack bare"]) / 16, "<=", goal, ""


def written(figure, unit):
    return f"{figure:.3f}" if unit == "x" else f"{figure:,.0f}"


def print_goals(of):
    print("| what | figure | goal | |\n|---|--:|--:|---|")
    for what, figure, sign, goal, unit in goals(of):
        # As written, so that one instruction in a hundred thousand misses nothing.
        shown = round(figure, 3 if unit == "x" else 0)
        met = shown <= goal if sign == "<=" else shown >= goal
        sign = {"<=": "≤", ">=": "≥"}[sign]
        print(f"| {what} | {written(figure, unit)} | {sign} {goal:,} | {'met' if met else '**not met**'} |")


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
