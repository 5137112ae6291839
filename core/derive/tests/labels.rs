//! Derived label sets, registered and shown.

use p95_core::exposition::encode::Format;
use p95_core::instrument::{
    Counter, Descriptor, Gauge, LabelSet, LabelValue, Labels, RegisterError, Registry,
};

#[derive(Clone, Copy, LabelValue)]
enum Answer {
    NotFound,
    #[label(rename = "I'm a teapot")]
    Teapot,
}

#[derive(Labels)]
struct Zone {
    region: String,
    rack: Option<i8>,
}

#[derive(Labels)]
struct Everything<'a, T> {
    r#type: &'a str,
    answer: Answer,
    #[label(flatten)]
    zone: &'a Zone,
    generic: T,
    #[label(rename = "is_good")]
    good: bool,
    #[label(skip)]
    _id: [u8; 16],
}

#[derive(Labels)]
struct Clash<'a> {
    region: u8,
    #[label(flatten)]
    zone: &'a Zone,
}

#[derive(Labels)]
struct Nothing {}

fn names<L: LabelSet>() -> Vec<String> {
    let mut names = Vec::new();
    L::each_name(&mut |name| names.push(name.to_owned()));
    names
}

#[test]
fn fields_are_labels_in_their_order() {
    assert_eq!(names::<Everything<'_, u8>>(), ["type", "answer", "region", "rack", "generic", "is_good"]);
    assert_eq!(names::<Nothing>(), [""; 0]);
}

#[test]
fn values_are_shown_and_told_apart() {
    let mut registry = Registry::default();
    let family = registry
        .register_typed::<Everything<'_, u64>, _>(Descriptor::new("n", ""), Counter::default)
        .unwrap();
    let zone = Zone { region: "eu".to_owned(), rack: Some(-3) };
    let of =
        |answer, generic| Everything { r#type: "a", answer, zone: &zone, generic, good: true, _id: [0; 16] };
    family.inc(&of(Answer::NotFound, 7));
    family.inc(&of(Answer::NotFound, 7));
    family.inc(&of(Answer::Teapot, 7));
    assert!(family.remove(&of(Answer::Teapot, 7)));
    family.inc(&of(Answer::Teapot, u64::MAX));
    let page = registry.encode(Format::Text, 0);
    let samples: Vec<&str> = page.lines().filter(|line| !line.starts_with('#')).collect();
    let labels = |answer, generic: u64| {
        format!(
            r#"n_total{{type="a",answer="{answer}",region="eu",rack="-3",generic="{generic}",is_good="true"}}"#
        )
    };
    assert_eq!(
        samples,
        [format!("{} 2.0", labels("not_found", 7)), format!("{} 1.0", labels("I'm a teapot", u64::MAX))]
    );
}

#[test]
fn a_clash_through_flatten_is_an_error_at_registration() {
    let zone = Zone { region: String::new(), rack: None };
    let _shape = Clash { region: 1, zone: &zone };
    let clash = Registry::default().register_typed::<Clash<'_>, _>(Descriptor::new("n", ""), Gauge::default);
    assert_eq!(clash.map(|_| ()), Err(RegisterError::TakenLabel("region".to_owned())));
}
