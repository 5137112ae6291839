//! Templates, and what they become.

use super::*;
use crate::model::Labels;

fn expand(text: &str) -> Result<String, TemplateError> {
    let data = TemplateData {
        labels: &Labels::from_pairs([
            ("__name__", "errors"),
            ("instance", "shop.example.org:8000"),
            ("job", "shop"),
        ]),
        external_labels: &Labels::from_pairs([("region", "north")]),
        external_url: "http://p95.example:9095/metrics-of/shop",
        value: &TemplateValue::Float(1234.5678),
    };
    let mut queries = |query: &str| {
        let sample = |job: &str, value| TemplateSample {
            labels: Labels::from_pairs([("__name__", "up"), ("job", job)]),
            value,
        };
        match query {
            "none" => Ok(Vec::new()),
            "sum(" => Err(crate::promql::parse(query, &Default::default()).unwrap_err().into()),
            _ => Ok(vec![sample("shop", 2.0), sample("bank", 1.5)]),
        }
    };
    Template::parse(text)?.expand(&data, &mut queries)
}

#[test]
fn templates_become_texts() {
    #[track_caller]
    fn check(template: &str, expect: &str) {
        match expand(template) {
            Ok(text) => assert_eq!(text, expect, "{template}"),
            Err(error) => panic!("{template}: {error}"),
        }
    }
    check("plain } text", "plain } text");
    check("{{ $labels.job }} {{.Labels.job}} {{ $labels.none }}|{{ $.Labels.job }}", "shop shop |shop");
    check("{{ $value }} {{ .Value }} {{ $value | printf \"%.1f\" }}", "1234.5678 1234.5678 1234.6");
    check(
        "{{ $externalLabels.region }} {{ .ExternalURL }}{{ pathPrefix }}",
        "north http://p95.example:9095/metrics-of/shop/metrics-of/shop",
    );
    check("a {{- /* no */ -}} b {{/* word */}}c", "ab c");
    check("a \n{{- \" b\" -}}\t c", "a bc");
    check("{{ if eq $labels.job \"shop\" \"bank\" }}yes{{ else }}no{{ end }}", "yes");
    check("{{ if gt $value 2000.0 }}a{{ else if lt $value 1.0 }}b{{ else }}c{{ end }}", "c");
    check("{{ if and $labels.job (not $labels.none) }}x{{ end }}{{ or $labels.none \"else\" }}", "xelse");
    check(
        "{{ with $labels.none }}a{{ else }}b{{ end }}{{ with $x := $labels.job }}{{ . }}{{ $x }}{{ end }}",
        "bshopshop",
    );
    check("{{ range query \"up\" }}{{ .Labels.job }}={{ .Value }} {{ end }}", "shop=2 bank=1.5 ");
    check(
        "{{ range $i, $s := query \"up\" | sortByLabel \"job\" }}{{ $i }}{{ label \"job\" $s }}{{ end }}",
        "0bank1shop",
    );
    check("{{ range query \"none\" }}a{{ else }}nothing{{ end }}", "nothing");
    check(
        "{{ range query \"up\" }}{{ if eq .Labels.job \"shop\" }}{{ continue }}{{ end }}{{ .Value }}{{ break }}{{ end }}",
        "1.5",
    );
    check("{{ range $k, $v := $externalLabels }}{{ $k }}:{{ $v }}{{ end }}", "region:north");
    check(
        "{{ query \"up\" | first | value | humanize }} {{ (query \"up\" | first).Labels.job }} {{ len (query \"up\") }}",
        "2 shop 2",
    );
    check("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $y := 3 }}{{ end }}{{ $x }}", "2");
    check("{{ index $labels \"job\" }} {{ (index (query \"up\") 1).Value }}", "shop 1.5");
    check(
        "{{ title \"an old-time a_b story\" }} {{ toUpper $labels.job }} {{ toLower \"ÀB\" }}",
        "An Old-Time A_b Story SHOP àb",
    );
    check(
        "{{ if match \"^sh.p$\" $labels.job }}{{ reReplaceAll \"(.*):(\\\\d+)\" \"$2/$1\" $labels.instance }}{{ end }}",
        "8000/shop.example.org",
    );
    check(
        "{{ stripPort $labels.instance }} {{ stripDomain $labels.instance }} {{ stripDomain \"10.0.0.1:80\" }}",
        "shop.example.org shop:8000 10.0.0.1:80",
    );
    check(
        "{{ printf \"%s has %.1f%%\" $labels.job $value }}{{ print 1 2 \"a\" 3 true }}{{ println \"x\" 1 }}",
        "shop has 1234.6%1 2a3 truex 1\n",
    );
    check(
        "{{ `raw \\n` }} {{ \"q\\\"\\u00e9\\t\" }} {{ 'a' }} {{ 0x1f }} {{ 1e3 }} {{ -2 }}",
        "raw \\n q\"é\t 97 31 1000 -2",
    );
    check("{{ (args \"a\" 2).arg1 }} {{ parseDuration \"1m30s\" }}", "2 90");
    check(
        "{{ graphLink \"up > 0\" }} {{ html \"<a>\" }} {{ urlquery \"a b&\" }}",
        "/graph?g0.expr=up+%3E+0&g0.tab=0 &lt;a&gt; a+b%26",
    );
    check(
        "{{ humanizeTimestamp 1435065584.128 }} {{ toTime 0 }}",
        "2015-06-23 13:19:44.128 +0000 UTC 1970-01-01 00:00:00 +0000 UTC",
    );
    check("{{ $labels }}", "map[__name__:errors instance:shop.example.org:8000 job:shop]");
}

#[test]
fn numbers_for_people() {
    #[track_caller]
    fn check(call: &str, expect: &str) {
        assert_eq!(expand(&format!("{{{{ {call} }}}}")).unwrap(), expect, "{call}");
    }
    check("humanize 1234567", "1.235M");
    check("humanize 0.05", "50m");
    check("humanize 0.0", "0");
    check("humanize \"1e30\"", "1e+06Y");
    check("humanize1024 2048", "2ki");
    check("humanize1024 0.5", "0.5");
    check("humanizeDuration 0", "0s");
    check("humanizeDuration 0.00042", "420us");
    check("humanizeDuration 59.99999", "60s");
    check("humanizeDuration -62.5", "-1m 2s");
    check("humanizeDuration 899", "14m 59s");
    check("humanizeDuration 93784", "1d 2h 3m 4s");
    check("humanizePercentage 0.99999", "100%");
    check("humanizePercentage 0.1234567", "12.35%");
}

#[test]
fn mistakes_have_a_place() {
    #[track_caller]
    fn check(template: &str, expect: &str) {
        assert_eq!(expand(template).unwrap_err().to_string(), expect, "{template}");
    }
    check("a\n{{ humanise $value }}", "position 2:4: unknown function \"humanise\": did you mean humanize?");
    check("{{ $lables.job }}", "position 1:4: unknown variable $lables: did you mean $labels?");
    check("{{ $Labels.job }}", "position 1:4: unknown variable $Labels: did you mean $labels?");
    check("{{ $value ", "position 1:1: this {{ is never closed: expected }}");
    check("{{ if true }}a", "position 1:1: this if has no {{ end }}");
    check("a{{ end }}", "position 1:2: this end belongs to no block");
    check("{{ }}", "position 1:1: expected a value: such as $value, .Labels.job or a function");
    check("{{ (query \"a\" }}", "position 1:4: this ( is never closed");
    check("{{ \"a }}", "position 1:4: this \" is never closed on its line");
    check("{{ template \"x\" }}", "position 1:1: template is not supported: write the text out here");
    check(
        "{{ $value | .Labels }}",
        "position 1:13: what stands behind | must be a function: it gets the value before as its last argument",
    );
    check("{{ $value $value }}", "position 1:4: this is no function, and takes no arguments");
    check(
        "{{ .labels.job }}",
        "position 1:4: there is no .labels in this alert: there are .Labels, .Value, .ExternalLabels and .ExternalURL",
    );
    check("{{ humanize }}", "position 1:4: humanize takes 1 argument, not 0");
    check("{{ humanize \"x\" }}", "position 1:4: humanize: \"x\" is no number");
    check(
        "{{ if gt $value 1 }}{{ end }}",
        "position 1:7: gt: float64 and int cannot be compared: write whole numbers with a point, such as 1.0, beside numbers",
    );
    check(
        "{{ query \"none\" | first }}",
        "position 1:19: first: there is no element: the query found nothing",
    );
    check(
        "{{ (query \"up\").Value }}",
        "position 1:4: there is no .Value in this list of samples: take one of them with first, or all with range",
    );
    check(
        "{{ range $value }}{{ end }}",
        "position 1:1: range goes over what query answers, or over labels, and this is float64",
    );
    check("{{ break }}", "position 1:1: break stands in no range");
    let error = expand("{{ query \"sum(\" }}").unwrap_err().to_string();
    assert!(error.starts_with("position 1:4: query: position 1:"), "{error}");
    let error = expand(&format!("{{{{ {} }}}}", "(".repeat(200))).unwrap_err().to_string();
    assert!(error.contains("nested deeper than 100 levels"), "{error}");
    let nested = "{{ range query \"up\" }}".repeat(30) + &"{{ end }}".repeat(30);
    assert!(expand(&nested).unwrap_err().to_string().contains("1000000 steps"));
}
