//! Patterns of event types.

use proptest::prelude::*;
use webhook_runtime::handler::Pattern;

use crate::cases;
use crate::model::pattern;

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn pattern_matches_like_the_model(
        pattern in prop_oneof![
            Just("*".to_owned()),
            "[ab_]{1,2}(\\.[ab_]{1,2}){0,2}(\\.\\*)?",
        ],
        event_type in "[ab_.]{0,8}",
        has_prefix: bool,
    ) {
        let event_type = match has_prefix {
            true => format!("{}{event_type}", pattern.trim_end_matches('*')),
            false => event_type,
        };
        let found = Pattern::new(pattern.clone().leak(), 0).matches(&event_type);
        prop_assert_eq!(found, pattern::matches(&pattern, &event_type), "{} {}", pattern, event_type);
    }

    #[test]
    fn most_specific_pattern_of_the_model_matches(event_type in "[ab.]{0,6}") {
        let patterns = ["*", "a.*", "a.b.*", "a.b", "b"];
        let found = pattern::most_specific(&patterns, &event_type);
        prop_assert_eq!(found.is_none(), event_type.is_empty());
        if event_type == "a.b" {
            prop_assert_eq!(found, Some("a.b"));
        }
    }
}
