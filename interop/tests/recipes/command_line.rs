// What docs/configuration.md says of the command line.

mod checks {
    use super::{MethodSet, Options, Parser};

    fn set(arguments: &[&str]) -> Result<MethodSet, clap::Error> {
        let options = Options::try_parse_from(["server"].iter().chain(arguments));
        options.map(|options| options.methods)
    }

    pub(super) fn run() {
        assert_eq!(set(&[]).unwrap(), MethodSet::STANDARD);
        let posts = set(&["--methods", "POST, PURGE"]).unwrap();
        assert_eq!(posts.to_string(), "GET, HEAD, POST, PURGE");
        assert!(set(&["--methods", "post"]).is_err());
        assert!(set(&["--methods", ""]).is_err());
    }
}
