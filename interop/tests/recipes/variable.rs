// What docs/configuration.md says of an environment variable.

mod checks {
    use super::{supported, MethodSet, VarError};

    fn set(variable: &str) -> Result<String, String> {
        let set = supported(Ok(variable.into()));
        set.map(|set| set.to_string())
            .map_err(|error| error.to_string())
    }

    pub(super) fn run() {
        let missing = supported(Err(VarError::NotPresent));
        assert_eq!(missing.unwrap(), MethodSet::STANDARD);
        assert_eq!(set("POST, PURGE").unwrap(), "GET, HEAD, POST, PURGE");
        assert_eq!(set("purge,QUERRY").unwrap(), "GET, HEAD, QUERRY, purge");
        let error = set("GET, post").unwrap_err();
        assert!(
            error.starts_with("element 2, \"post\", is not \"POST\""),
            "{error}"
        );
        assert!(error.ends_with("write \"POST\""), "{error}");
        for wrong in ["", " ", ",", "POST,", "*", "GET POST", "GET|POST", "get"] {
            assert!(set(wrong).is_err(), "{wrong:?}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStringExt;
            let value = std::ffi::OsString::from_vec(b"POST, \xff".to_vec());
            let error = supported(Err(VarError::NotUnicode(value))).unwrap_err();
            assert!(error.to_string().contains("not valid unicode"), "{error}");
        }
    }
}
