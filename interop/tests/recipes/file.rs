// What docs/configuration.md says of a configuration file.

mod checks {
    use super::{read, Deserialize, MethodSet};

    fn a_file_has_a_set_or_leaves_it_out() {
        for text in [r#"methods = ["POST"]"#, r#"methods = "POST""#] {
            assert_eq!(read(text).unwrap().methods.to_string(), "GET, HEAD, POST");
        }
        let configuration = read("password = \"swordfish\"").unwrap();
        assert_eq!(configuration.methods, MethodSet::STANDARD);
        assert_eq!(configuration.password, "swordfish");
        assert_eq!(read("methods = []").unwrap().methods, MethodSet::GET_HEAD);
    }

    fn a_mistake_is_told_without_the_password() {
        for (text, reason) in [
            ("methods = [\"POST\"\npassword = \"swordfish\"", "`,`"),
            ("pasword = \"swordfish\"", "`pasword`"),
            ("password = swordfish", "quoted"),
            ("\npassword = \"swordfish", "`\"`"),
            ("password = \"\"\npassword = \"swordfish\"", "duplicate"),
            ("password = \"swordfish\"\nmethods = [\"post\"]", "\"POST\""),
            ("methods = \"\"\npassword = \"swordfish\"", "empty"),
            ("methods = [5]\npassword = \"swordfish\"", "`5`"),
            ("method = [\"POST\"]\npassword = \"swordfish\"", "`method`"),
        ] {
            let shown = read(text).err().unwrap();
            assert!(shown.contains(reason), "{text}: {shown}");
            assert!(!shown.contains("swordfish"), "{text}: {shown}");
            // What is printed for toml's own error.
            let whole = format!("{:?}", toml::from_str::<super::Configuration>(text).err());
            assert!(whole.contains("swordfish"), "{text}: {whole}");
        }
        let quoted = read("password = 12345").err().unwrap();
        assert!(quoted.contains("`12345`"), "{quoted}");
    }

    #[derive(Deserialize)]
    struct Required {
        methods: MethodSet,
    }

    fn without_a_default_a_file_needs_its_set() {
        let error = toml::from_str::<Required>("").err().unwrap();
        assert_eq!(error.message(), "missing field `methods`");
        let json = serde_json::from_str::<Required>(r#"{"methods": "POST"}"#);
        assert!(json.unwrap().methods.contains(&http::Method::POST));
    }

    pub(super) fn run() {
        a_file_has_a_set_or_leaves_it_out();
        a_mistake_is_told_without_the_password();
        without_a_default_a_file_needs_its_set();
    }
}
