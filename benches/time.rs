//! Times every scenario, and one service on two threads: the microseconds of a loop are the
//! nanoseconds of one round.

mod scenarios;
mod threads;

macro_rules! time {
    ($($group:ident { $($scenario:ident),* $(,)? })*) => {
        $(mod $group {
            use crate::scenarios;
            use divan::Bencher;

            $(
                #[divan::bench]
                fn $scenario(bencher: Bencher<'_, '_>) {
                    bencher.bench_local(scenarios::$group::$scenario());
                }
            )*
        })*
    };
}

each_scenario!(time);

fn main() {
    divan::main();
}
