//! What Prometheus documents of each action, and what it refuses.

use super::*;
use crate::model::Labels;

/// The labels that most of these tests begin with.
const LABELS: &[(&str, &str)] = &[("__name__", "m"), ("a", "foo"), ("b", "bar"), ("c", "baz")];

/// A rule: the source labels separated by spaces, and what else is to be set.
fn rule(action: Action, source_labels: &str, set: impl FnOnce(&mut RelabelConfig)) -> RelabelConfig {
    let source_labels = source_labels.split_whitespace().map(str::to_owned).collect();
    let mut config = RelabelConfig { source_labels, action, ..RelabelConfig::default() };
    set(&mut config);
    config
}

/// Sets the regular expression, the target label and the replacement.
fn fields(regex: &str, target: &str, replacement: &str) -> impl FnOnce(&mut RelabelConfig) {
    move |config| {
        config.regex = regex.to_owned();
        config.target_label = target.to_owned();
        config.replacement = replacement.to_owned();
    }
}

/// Sets the target label.
fn target(name: &str) -> impl FnOnce(&mut RelabelConfig) {
    move |config| config.target_label = name.to_owned()
}

/// Sets the regular expression.
fn regex(regex: &str) -> impl FnOnce(&mut RelabelConfig) {
    move |config| config.regex = regex.to_owned()
}

/// Applies rules to a label set, and expects the labels that are left; `None` where the set is dropped.
#[track_caller]
fn check_from(labels: &[(&str, &str)], rules: &[RelabelConfig], expect: Option<&[(&str, &str)]>) {
    let mut builder = Labels::from_pairs(labels.iter().copied()).to_builder();
    let keep = RelabelRules::new(rules).unwrap().apply(&mut builder);
    let left = keep.then(|| builder.build());
    assert_eq!(left, expect.map(|expect| Labels::from_pairs(expect.iter().copied())), "{rules:?}");
}

/// Applies rules to [`LABELS`], and expects what they add to or, with an empty value, remove from them.
#[track_caller]
fn check(rules: &[RelabelConfig], changes: &[(&str, &str)]) {
    let mut expect = Labels::from_pairs(LABELS.iter().copied()).to_builder();
    for (name, value) in changes {
        expect.set(name, value);
    }
    let expect = expect.build();
    check_from(LABELS, rules, Some(&Vec::from_iter(&expect)));
}

#[track_caller]
fn check_kept(rule: RelabelConfig, expect: bool) {
    check_from(LABELS, &[rule], expect.then_some(LABELS));
}

#[test]
fn replace_sets_a_label_to_what_a_match_makes() {
    use Action::Replace;
    check(&[rule(Replace, "a", target("d"))], &[("d", "foo")]);
    check(&[rule(Replace, "a b", target("d"))], &[("d", "foo;bar")]);
    check(
        &[rule(Replace, "a b", |config| (config.separator, config.target_label) = ("".into(), "d".into()))],
        &[("d", "foobar")],
    );
    check(&[rule(Replace, "a", fields("f(.*)", "d", "ch${1}-ch${1}"))], &[("d", "choo-choo")]);
    check(&[rule(Replace, "a b", fields("(?P<first>.*);(.*)", "d", "$2-${first}"))], &[("d", "bar-foo")]);
    // A rule with neither source nor expression sets a constant.
    check(&[rule(Replace, "", fields("(.*)", "d", "x"))], &[("d", "x")]);
    check(&[rule(Replace, "absent", target("d"))], &[]);
    // The later rule sees what the earlier one wrote.
    check(
        &[rule(Replace, "a", target("d")), rule(Replace, "d b", target("e"))],
        &[("d", "foo"), ("e", "foo;bar")],
    );
}

#[test]
fn replace_leaves_alone_what_does_not_match_as_a_whole() {
    use Action::Replace;
    check(&[rule(Replace, "a", fields("f", "b", "x"))], &[]);
    check(&[rule(Replace, "a", fields("oo", "b", "x"))], &[]);
    check(&[rule(Replace, "a", fields("f|fo", "b", "x"))], &[]);
    check(&[rule(Replace, "a", fields("f.*|x", "b", "x"))], &[("b", "x")]);
}

#[test]
fn replace_removes_a_label_by_nothing() {
    use Action::Replace;
    check(&[rule(Replace, "a", fields("f(x?)oo", "b", "$1"))], &[("b", "")]);
    check(&[rule(Replace, "", fields("(.*)", "b", ""))], &[("b", "")]);
    // A group that is not there is nothing.
    check(&[rule(Replace, "a", fields("f(.*)", "b", "$3"))], &[("b", "")]);
}

#[test]
fn replace_can_make_the_name_of_its_target() {
    use Action::Replace;
    check(&[rule(Replace, "a", fields("f(.*)", "${1}_d", "x"))], &[("oo_d", "x")]);
    check(&[rule(Replace, "a", fields("f(x?)oo", "${1}", "x"))], &[]);
    check(&[rule(Replace, "a", fields("(.*)", "$1", "$1"))], &[("foo", "foo")]);
}

#[test]
fn keep_and_drop_match_the_joined_values() {
    use Action::{Drop, Keep};
    for (source, pattern, matches) in [
        ("a", "foo", true),
        ("a", "f", false),
        ("a", ".*o.*", true),
        ("a b", "foo;bar", true),
        ("a c", "foo", false),
        ("__name__", "m|n", true),
        ("absent", "", true),
        ("absent", ".+", false),
    ] {
        check_kept(rule(Keep, source, regex(pattern)), matches);
        check_kept(rule(Drop, source, regex(pattern)), !matches);
    }
}

#[test]
fn keepequal_and_dropequal_compare_with_the_target() {
    use Action::{DropEqual, KeepEqual};
    for (source, of_target, equal) in [
        ("a", "a", true),
        ("a", "b", false),
        ("absent", "too", true),
        ("a", "absent", false),
        ("a b", "a", false),
    ] {
        check_kept(rule(KeepEqual, source, target(of_target)), equal);
        check_kept(rule(DropEqual, source, target(of_target)), !equal);
    }
}

#[test]
fn hashmod_gives_prometheus_numbers() {
    // Computed with Python: int.from_bytes(hashlib.md5(value).digest()[8:], "big") % modulus.
    let hashed = |source, modulus| {
        rule(Action::HashMod, source, |config| {
            (config.modulus, config.target_label) = (modulus, "d".to_owned());
        })
    };
    check(&[hashed("c", 1_000)], &[("d", "976")]);
    check(&[hashed("a b", 1_000)], &[("d", "750")]);
    check(&[hashed("absent", u64::MAX)], &[("d", "16825458760271544958")]);
    check(&[hashed("a", 1)], &[("d", "0")]);
}

#[test]
fn labelmap_copies_labels_to_other_names() {
    use Action::LabelMap;
    check(&[rule(LabelMap, "", fields("([ab])", "", "x_${1}"))], &[("x_a", "foo"), ("x_b", "bar")]);
    check_from(
        &[("__meta_pod_name", "p"), ("__meta_pod", "q"), ("z", "r")],
        &[rule(LabelMap, "", fields("__meta_(.+)", "", "$1"))],
        Some(&[("__meta_pod_name", "p"), ("__meta_pod", "q"), ("pod_name", "p"), ("pod", "q"), ("z", "r")]),
    );
    // What it writes it does not read again, and of two that write one name the later one by name holds.
    check(&[rule(LabelMap, "", fields("a|b|d", "", "d"))], &[("d", "bar")]);
}

#[test]
fn labeldrop_and_labelkeep_match_names_as_a_whole() {
    use Action::{LabelDrop, LabelKeep};
    check(&[rule(LabelDrop, "", regex("a|b"))], &[("a", ""), ("b", "")]);
    check(&[rule(LabelDrop, "", regex("nam"))], &[]);
    check(&[rule(LabelKeep, "", regex("__.*|c"))], &[("a", ""), ("b", "")]);
    check_from(LABELS, &[rule(LabelDrop, "", regex(".*"))], Some(&[]));
}

#[test]
fn lowercase_and_uppercase_know_more_than_ascii() {
    use Action::{Lowercase, Uppercase};
    let labels = [("a", "Straße"), ("b", "ÀB")];
    let lower = [("a", "Straße"), ("b", "ÀB"), ("d", "straße;àb")];
    check_from(&labels, &[rule(Lowercase, "a b", target("d"))], Some(&lower));
    check_from(&labels, &[rule(Uppercase, "b", target("a"))], Some(&[("a", "ÀB"), ("b", "ÀB")]));
}

#[test]
fn what_prometheus_refuses_is_refused_with_the_reason() {
    use Action::*;
    #[track_caller]
    fn check(action: Action, set: impl FnOnce(&mut RelabelConfig), expect: &str) {
        let fine = rule(Action::Keep, "a", |_| ());
        let refused = RelabelRules::new(&[fine, rule(action, "", set)]).unwrap_err();
        assert!(refused.to_string().starts_with("relabelling rule 2: "), "{refused}");
        assert!(refused.to_string().contains(expect), "{refused}");
    }
    for action in [Replace, Lowercase, Uppercase, KeepEqual, DropEqual] {
        check(action, |_| (), &format!("{action} needs a target_label"));
    }
    check(HashMod, target("d"), "hashmod needs a modulus");
    check(HashMod, |config| config.modulus = 8, "hashmod needs a target_label");
    check(Replace, fields("(.*)", "${1", "x"), r#"cannot write a label named "${1""#);
    check(Replace, fields("(.*)", "a$", "x"), r#"cannot write a label named "a$""#);
    check(LabelMap, fields("(.*)", "", "}"), r#"cannot write a label named "}""#);
    check(LabelMap, fields("(.*)", "", ""), r#"cannot write a label named """#);
    check(Lowercase, fields("(.*)", "d", "x"), "lowercase does not look at replacement");
    check(KeepEqual, fields("x", "d", "$1"), "keepequal does not look at regex");
    check(DropEqual, |config| config.modulus = 1, "dropequal does not look at modulus");
    check(LabelDrop, target("d"), "labeldrop does not look at target_label");
    check(LabelKeep, |config| config.separator = ",".into(), "labelkeep does not look at separator");
    check(
        LabelKeep,
        |config| config.source_labels = vec!["a".into()],
        "labelkeep does not look at source_labels",
    );
    check(Keep, regex("a("), r#"invalid regular expression "a(""#);
}

#[test]
fn actions_are_read_in_any_case() {
    for action in Action::ALL {
        assert_eq!(action.as_str().parse(), Ok(action));
    }
    assert_eq!("LabelMap".parse(), Ok(Action::LabelMap));
    assert!("rename".parse::<Action>().unwrap_err().to_string().contains("labelmap"));
}
