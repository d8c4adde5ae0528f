//! A badge that shows the coverage, as an SVG of its own: no font, script or network.

use quick_xml::escape::escape;

use crate::rules::Coverage;

/// From this share on a badge has the color.
const COLORS: [(f64, &str); 5] = [
    (100.0, "#4c1"),
    (90.0, "#97ca00"),
    (75.0, "#a4a61d"),
    (60.0, "#dfb317"),
    (40.0, "#fe7d37"),
];
const LEAST: &str = "#e05d44";

const LABEL: &str = "docstrings";

/// The badge.
#[must_use]
pub fn badge(coverage: Coverage) -> String {
    // Rounded down: the badge says 100 % of nothing less.
    let value = format!("{:.0}%", coverage.percent().floor());
    let color = COLORS
        .iter()
        .find(|(least, _)| coverage.percent() >= *least)
        .map_or(LEAST, |(_, color)| color);
    let (label_text, value_text) = (text_width(LABEL), text_width(&value));
    let (label_box, value_box) = (label_text + 10, value_text + 10);
    let width = label_box + value_box;
    let (label_middle, value_middle) = (middle(0, label_box), middle(label_box, value_box));
    let (label, value) = (escape(LABEL), escape(value.as_str()));
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{label}: {value}">
  <title>{label}: {value}</title>
  <clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="{label_box}" height="20" fill="#555"/>
    <rect x="{label_box}" width="{value_box}" height="20" fill="{color}"/>
  </g>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" aria-hidden="true">
    <text x="{label_middle}" y="15" fill="#010101" fill-opacity=".3" textLength="{label_text}">{label}</text>
    <text x="{label_middle}" y="14" textLength="{label_text}">{label}</text>
    <text x="{value_middle}" y="15" fill="#010101" fill-opacity=".3" textLength="{value_text}">{value}</text>
    <text x="{value_middle}" y="14" textLength="{value_text}">{value}</text>
  </g>
</svg>
"##
    )
}

/// Pixels that the text takes in 11 px Verdana; `textLength` holds other fonts to it.
fn text_width(text: &str) -> usize {
    let tenths = |c| match c {
        'i' => 30,
        't' | 'r' => 45,
        's' | 'c' => 58,
        '%' => 118,
        _ => 70,
    };
    text.chars().map(tenths).sum::<usize>().div_ceil(10)
}

fn middle(start: usize, width: usize) -> String {
    let twice = 2 * start + width;
    format!(
        "{}{}",
        twice / 2,
        if twice.is_multiple_of(2) { "" } else { ".5" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_rounded_down_and_chooses_the_color() {
        let of_thousand = |documented| {
            badge(Coverage {
                needed: 1000,
                documented,
            })
        };
        for (documented, value, color) in [
            (1000, "100%", "#4c1"),
            (999, "99%", "#97ca00"),
            (899, "89%", "#a4a61d"),
            (0, "0%", LEAST),
        ] {
            let svg = of_thousand(documented);
            assert!(
                svg.contains(&format!("aria-label=\"docstrings: {value}\"")),
                "{svg}"
            );
            assert!(svg.contains(&format!("fill=\"{color}\"")), "{svg}");
        }
        assert!(badge(Coverage::default()).contains("100%"));
    }
}
