//! The pages have the code that is tested here.

const OBSERVING: &str = include_str!("../../../docs/observing.md");
const CONFIGURATION: &str = include_str!("../../../docs/configuration.md");
const PRODUCTION: &str = include_str!("../../../docs/production.md");

/// The page, the test, and the first words of what both have.
const RECIPES: [(&str, &str, &str); 14] = [
    (OBSERVING, include_str!("body.rs"), "fn explain"),
    (
        CONFIGURATION,
        include_str!("configuration.rs"),
        "fn supported",
    ),
    (
        CONFIGURATION,
        include_str!("configuration.rs"),
        "    fn parse",
    ),
    (CONFIGURATION, include_str!("sets.rs"), "    let caldav"),
    (PRODUCTION, include_str!("rollout.rs"), "async fn count"),
    (PRODUCTION, include_str!("rollout.rs"), "fn roll_out"),
    (
        PRODUCTION,
        include_str!("balancers.rs"),
        "fn method_not_allowed",
    ),
    (PRODUCTION, include_str!("balancers.rs"), "fn without_grpc"),
    (PRODUCTION, include_str!("alerts.rs"), "fn count"),
    (PRODUCTION, include_str!("switch.rs"), "fn app"),
    (PRODUCTION, include_str!("switch.rs"), "fn layer"),
    (PRODUCTION, include_str!("switch.rs"), "fn read("),
    (PRODUCTION, include_str!("switch.rs"), "fn reload"),
    (PRODUCTION, include_str!("sets.rs"), "async fn serve"),
];

/// From the line that begins with `start` to the end of its block or statement.
fn item<'a>(source: &'a str, start: &str) -> &'a str {
    let from = source.find(&format!("\n{start}")).unwrap() + 1;
    let (indentation, item) = start.split_at(start.len() - start.trim_start().len());
    let end = if item.starts_with("let ") {
        ";\n".to_string()
    } else {
        format!("\n{indentation}}}\n")
    };
    let length = source[from..].find(&end).unwrap() + end.len();
    &source[from..from + length]
}

/// Without indentation: a statement of a function may stand on its own in a page.
fn trimmed(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim_start).collect();
    lines.join("\n")
}

#[test]
fn the_pages_have_the_code_that_is_tested() {
    for (page, test, start) in RECIPES {
        let code = item(test, start);
        assert!(trimmed(page).contains(&trimmed(code)), "{code}");
    }
}

#[test]
fn no_line_of_code_is_longer_than_92_columns() {
    for page in [OBSERVING, CONFIGURATION, PRODUCTION] {
        // Every second part is code, which begins with the name of its language.
        for code in page.split("```").skip(1).step_by(2) {
            if code.starts_with("text") {
                continue;
            }
            for line in code.lines() {
                assert!(line.chars().count() <= 92, "{line}");
            }
        }
    }
}
