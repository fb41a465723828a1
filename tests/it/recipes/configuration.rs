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
    use serde::Deserialize;
    use tower_not_implemented::MethodSet;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Configuration {
        methods: MethodSet, // MethodSet::STANDARD if it is not in the file
        password: String,
    }

    fn read(text: &str) -> Result<Configuration, toml::de::Error> {
        toml::from_str(text)
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
    fn a_bad_value_is_told_and_the_password_beside_it_is_not() {
        for value in ["\"post\"", "[\"post\"]"] {
            let text = format!("password = \"swordfish\"\nmethods = {value}\n");
            let error = read(&text).unwrap_err();
            for shown in [error.to_string(), error.message().to_string()] {
                assert!(shown.contains("write \"POST\""), "{shown}");
                assert!(!shown.contains("swordfish"), "{shown}");
            }
            // What `main` prints for an error that it returns.
            let printed = format!("{error:?}");
            assert!(printed.contains("swordfish"), "{printed}");
        }
    }

    #[test]
    fn the_line_of_the_mistake_is_shown_unless_the_message_alone_is() {
        let error = read("pasword = \"swordfish\"").unwrap_err();
        assert!(error.to_string().contains("swordfish"), "{error}");
        let message = error.message();
        assert!(message.contains("pasword"), "{message}");
        assert!(!message.contains("swordfish"), "{message}");
    }

    #[test]
    fn a_misspelt_key_is_an_error() {
        let error = read("method = [\"POST\"]").unwrap_err().to_string();
        assert!(error.contains("unknown field `method`"), "{error}");
    }

    #[test]
    fn an_empty_value_is_an_error_and_an_empty_list_is_get_and_head() {
        assert!(read("methods = \"\"").is_err());
        let configuration = read("methods = []").unwrap();
        assert_eq!(configuration.methods, MethodSet::GET_HEAD);
    }
}
