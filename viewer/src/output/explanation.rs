//! What a query does, in words.

use std::io;

use p95_core::promql::Explained;

use super::escape::escape;
use crate::cli::OutputFormat;

/// Writes the nodes of a query: each with its series and what it does, those that it is made of below it, further in.
///
/// # Errors
/// Where `out` does not take it, or the format has no place for it.
pub(crate) fn write_explanation(
    out: &mut dyn io::Write,
    format: OutputFormat,
    nodes: &[Explained],
) -> anyhow::Result<()> {
    match format {
        OutputFormat::Table => nodes.iter().try_for_each(|node| write_node(out, node))?,
        OutputFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, nodes)?;
            writeln!(out)?;
        }
        OutputFormat::Csv => anyhow::bail!("--explain has no CSV: take --output table or json"),
    }
    Ok(())
}

fn write_node(out: &mut dyn io::Write, node: &Explained) -> io::Result<()> {
    let indent = "  ".repeat(node.depth);
    let series = node.series.map(|count| format!("  ({count} series)")).unwrap_or_default();
    writeln!(out, "{indent}{}{series}", escape(&node.text))?;
    writeln!(out, "{indent}  {}", escape(&node.words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_below_what_they_make() {
        let node = |depth: usize, text: &str, words: &str, series| Explained {
            depth,
            span: (0, 1),
            text: text.to_owned(),
            words: words.to_owned(),
            series,
        };
        let nodes = [
            node(0, "up > 0", "Left.", Some(2)),
            node(1, "up", "Each.", Some(1)),
            node(1, "0", "A number.", None),
        ];
        let mut out = Vec::new();
        write_explanation(&mut out, OutputFormat::Table, &nodes).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "up > 0  (2 series)\n  Left.\n  up  (1 series)\n    Each.\n  0\n    A number.\n"
        );
        let error = write_explanation(&mut Vec::new(), OutputFormat::Csv, &nodes).unwrap_err().to_string();
        assert!(error.contains("table or json"), "{error}");
    }
}
