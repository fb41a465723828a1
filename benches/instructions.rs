//! Counts the instructions of every scenario under callgrind.
//!
//! `benches/instructions.py` runs this and prints the figures of one round beside their goals.

#![allow(missing_docs)] // in what gungraun generates

use gungraun::{library_benchmark, library_benchmark_group, main};

mod scenarios;

macro_rules! count {
    ($($group:ident { $($scenario:ident),* $(,)? })*) => {
        mod count {
            use super::{library_benchmark, scenarios::{self, Scenario}};

            $(
                // The scenario comes back, so that its end is not counted.
                #[library_benchmark]
                $(#[bench::$scenario(scenarios::$group::$scenario())])*
                pub fn $group(mut scenario: Scenario) -> Scenario {
                    scenario();
                    scenario
                }
            )*
        }

        use count::{$($group),*};

        library_benchmark_group!(name = all, benchmarks = [$($group),*]);
    };
}

each_scenario!(count);

main!(library_benchmark_groups = all);
