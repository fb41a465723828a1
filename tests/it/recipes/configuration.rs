//! The set from the environment or a file (`docs/configuration.md`): a mistake is told, and nothing
//! else of the file.

use std::{env::VarError, error::Error};
use tower_not_implemented::MethodSet;

fn supported(variable: Result<String, VarError>) -> Result<MethodSet, Box<dyn Error>> {
    match variable {
        Ok(methods) => Ok(methods.parse()?),
        Err(VarError::NotPresent) => Ok(MethodSet::STANDARD),
        Err(error) => Err(error.into()),
    }
}

#[test]
fn a_missing_variable_is_the_default_set() {
    let missing = std::env::var("TOWER_NOT_IMPLEMENTED_TEST_MISSING");
    assert_eq!(supported(missing).unwrap(), MethodSet::STANDARD);
}

#[test]
fn a_variable_is_a_set() {
    let set = supported(Ok("POST, PURGE".into())).unwrap();
    assert_eq!(set.to_string(), "GET, HEAD, POST, PURGE");
}

#[test]
fn an_empty_variable_is_an_error() {
    for empty in ["", " ", ","] {
        assert!(supported(Ok(empty.into())).is_err(), "{empty:?}");
    }
}

#[test]
fn a_wrong_variable_is_an_error_with_the_remedy() {
    let error = supported(Ok("GET, post".into())).unwrap_err().to_string();
    assert!(error.contains("write \"POST\""), "{error}");
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_an_error() {
    use std::os::unix::ffi::OsStringExt;

    let value = std::ffi::OsString::from_vec(b"POST, \xff".to_vec());
    let error = supported(Err(VarError::NotUnicode(value))).unwrap_err();
    assert!(error.to_string().contains("not valid unicode"), "{error}");
}

#[cfg(feature = "serde")]
mod file {
    use serde::{de::DeserializeOwned, Deserialize};
    use tower_not_implemented::MethodSet;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Configuration {
        methods: MethodSet, // MethodSet::STANDARD if it is not in the file
        password: String,
    }

    /// An error has the file's name, the line's number and the reason, but not the line itself.
    fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = match error.span() {
                Some(span) if span.end > 0 => 1 + text[..span.start].matches('\n').count(),
                _ => return format!("{name}: {}", error.message()),
            };
            format!("{name}, line {line}: {}", error.message())
        })
    }

    fn read(text: &str) -> Result<Configuration, String> {
        parse("server.toml", text)
    }

    #[test]
    fn a_file_has_a_set_or_leaves_it_out() {
        for text in [r#"methods = ["POST"]"#, r#"methods = "POST""#] {
            let set = read(text).unwrap().methods;
            assert_eq!(set.to_string(), "GET, HEAD, POST");
        }
        let configuration = read("password = \"swordfish\"").unwrap();
        assert_eq!(configuration.methods, MethodSet::STANDARD);
        assert_eq!(configuration.password, "swordfish");
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_without_the_password() {
        for (text, line, reason) in [
            ("methods = [\"POST\"\npassword = \"swordfish\"", 2, "`,`"),
            ("# \u{e9}\r\npasword = \"swordfish\"", 2, "`pasword`"),
            ("password = swordfish", 1, "quoted"),
            ("\npassword = \"swordfish", 2, "`\"`"),
            ("password = \"\"\"swordfish\n\u{e9}", 2, "`\"`"),
            ("password = \"\"\npassword = \"swordfish\"", 2, "duplicate"),
            (
                "password = \"swordfish\"\nmethods = [\n\"post\"\n]",
                2,
                "\"POST\"",
            ),
            (
                "methods = \"post\"\npassword = \"swordfish\"",
                1,
                "\"POST\"",
            ),
            ("methods = [5]\npassword = \"swordfish\"", 1, "`5`"),
        ] {
            let shown = read(text).unwrap_err();
            let start = format!("server.toml, line {line}: ");
            assert!(shown.starts_with(&start), "{text}: {shown}");
            assert!(shown.contains(reason), "{text}: {shown}");
            assert!(!shown.contains("swordfish"), "{text}: {shown}");
            // What is printed for toml's own error.
            let whole = format!("{:?}", toml::from_str::<Configuration>(text));
            assert!(whole.contains("swordfish"), "{text}: {whole}");
        }
        let number = read("methods = [5]").unwrap_err();
        assert!(number.ends_with(": invalid type: integer `5`, expected a string"));
        let quoted = read("password = 12345").unwrap_err();
        assert!(quoted.contains("`12345`"), "{quoted}");
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Required {
        methods: MethodSet,
        #[serde(default)]
        password: String,
    }

    #[test]
    fn an_empty_file_is_an_error_where_the_set_is_required() {
        assert_eq!(read("").unwrap().methods, MethodSet::STANDARD);
        let error = parse::<Required>("server.toml", "").unwrap_err();
        assert_eq!(error, "server.toml: missing field `methods`");
        let required: Required = parse("", "methods = \"POST\"").unwrap();
        assert_eq!(required.methods.to_string(), "GET, HEAD, POST");
        assert_eq!(required.password, "");
    }

    #[test]
    fn a_misspelt_key_is_an_error() {
        let error = read("method = [\"POST\"]").unwrap_err();
        assert!(error.contains("unknown field `method`"), "{error}");
    }

    #[test]
    fn an_empty_value_is_an_error_and_an_empty_list_is_get_and_head() {
        assert!(read("methods = \"\"").is_err());
        let configuration = read("methods = []").unwrap();
        assert_eq!(configuration.methods, MethodSet::GET_HEAD);
    }
}
