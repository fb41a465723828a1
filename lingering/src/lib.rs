#![cfg_attr(feature = "axum", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "axum"),
    doc = "A connection that lingers when it closes: [`Lingering`]."
)]

mod closing;
mod lingering;

pub use lingering::Lingering;
