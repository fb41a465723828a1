//! config-rs, whose list separator leaves the spaces around the elements of a list; and a binary format.

use config::{Config, ConfigError, Environment};
use serde::Deserialize;
use std::collections::HashMap;
use tower_not_implemented::MethodSet;

#[derive(Debug, Deserialize)]
struct Configuration {
    methods: MethodSet,
}

/// The set of an environment variable that is a list.
fn read(value: &str) -> Result<MethodSet, ConfigError> {
    let variables = HashMap::from([("METHODS".to_owned(), value.to_owned())]);
    let environment = Environment::default()
        .source(Some(variables))
        .try_parsing(true)
        .list_separator(",");
    let config = Config::builder().add_source(environment).build()?;
    assert!(config.get_array("methods").is_ok(), "no list");
    let configuration: Configuration = config.try_deserialize()?;
    Ok(configuration.methods)
}

#[test]
fn spaces_around_an_element_are_ignored() {
    let set = read("POST, PURGE").unwrap();
    assert_eq!(set.to_string(), "GET, HEAD, POST, PURGE");
}

#[test]
fn an_element_of_spaces_is_empty() {
    let error = read("POST,  ").unwrap_err().to_string();
    assert!(error.starts_with("element 2 is empty: "), "{error}");
}

#[test]
fn a_bad_element_is_named_without_its_spaces() {
    let error = read("POST, get").unwrap_err().to_string();
    assert!(
        error.contains("element 2, \"get\", is not \"GET\""),
        "{error}"
    );
}

#[test]
fn a_format_that_nobody_reads_has_the_string() {
    let set = "POST, PURGE".parse::<MethodSet>().unwrap();
    let bytes = postcard::to_allocvec(&set).unwrap();
    assert_eq!(bytes, postcard::to_allocvec(&set.to_string()).unwrap());
    assert_eq!(postcard::from_bytes::<MethodSet>(&bytes).unwrap(), set);
    let bad = postcard::to_allocvec("GET, post").unwrap();
    assert!(postcard::from_bytes::<MethodSet>(&bad).is_err());
    let list = postcard::to_allocvec(&vec!["GET", "POST"]).unwrap();
    assert!(postcard::from_bytes::<MethodSet>(&list).is_err());
}
