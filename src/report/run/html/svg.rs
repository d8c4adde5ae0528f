//! Plots as SVG, drawn with nothing but numbers and escaped text.

use std::fmt::Write as _;

use crate::report::html::text;

/// A plot with two axes, in units of a screen's pixels.
pub(super) struct Axes {
    /// The largest values that the axes reach.
    most: (f64, f64),
    body: String,
}

const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 34.0;

/// How an axis' values are told.
pub(super) type Told = fn(f64) -> String;

impl Axes {
    /// Axes from 0 to at least `most`, with lines at round values.
    pub(super) fn new(most: (f64, f64), told: (Told, Told)) -> Self {
        let (step, top) = steps(most.1, 5);
        let mut axes = Self {
            most: (most.0.max(f64::MIN_POSITIVE), top),
            body: String::new(),
        };
        let mut value = 0.0;
        while value <= top * 1.001 {
            let y = axes.y(value);
            _ = write!(
                axes.body,
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
                 <text class=\"axis\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                y + 4.0,
                text(&told.1(value)),
            );
            value += step;
        }
        let (step, _) = steps(axes.most.0, 6);
        let mut value = 0.0;
        while value <= axes.most.0 * 1.001 {
            let x = axes.x(value);
            _ = write!(
                axes.body,
                "<text class=\"axis\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                HEIGHT - BOTTOM + 18.0,
                text(&told.0(value)),
            );
            value += step;
        }
        axes
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * value / self.most.0
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.most.1
    }

    /// A bar from one value of the x axis to another.
    pub(super) fn bar(
        &mut self,
        (from, to): (f64, f64),
        (low, high): (f64, f64),
        class: &str,
        title: &str,
    ) {
        if high <= low {
            return;
        }
        let (x, y) = (self.x(from), self.y(high));
        _ = write!(
            self.body,
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\"><title>{}</title></rect>",
            x + 0.5,
            (self.x(to) - x - 1.0).max(0.5),
            self.y(low) - y,
            text(title),
        );
    }

    /// A line through points, with the area below it.
    pub(super) fn line(&mut self, points: &[(f64, f64)]) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return;
        };
        let mut path = String::new();
        for (index, (x, y)) in points.iter().enumerate() {
            let letter = if index == 0 { 'M' } else { 'L' };
            _ = write!(path, "{letter}{:.1} {:.1}", self.x(*x), self.y(*y));
        }
        let floor = self.y(0.0);
        let (start, end) = (self.x(first.0), self.x(last.0));
        _ = write!(
            self.body,
            "<path class=\"area\" d=\"{path}L{end:.1} {floor:.1}L{start:.1} {floor:.1}Z\"/><path class=\"line\" d=\"{path}\"/>",
        );
    }

    /// A limit across the plot, if it is within it.
    pub(super) fn limit(&mut self, value: f64, label: &str) {
        if value > self.most.1 {
            return;
        }
        let y = self.y(value);
        _ = write!(
            self.body,
            "<line class=\"limit\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"over\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            WIDTH - RIGHT,
            y - 5.0,
            text(label),
        );
    }

    /// A mark at a value of the x axis, its label in the line of that number.
    pub(super) fn mark(&mut self, value: f64, label: &str, line: u32) {
        let x = self.x(value);
        let is_right = x > WIDTH * 0.75;
        let (shift, anchor) = if is_right {
            (-4.0, "end")
        } else {
            (4.0, "start")
        };
        _ = write!(
            self.body,
            "<line class=\"mark\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{:.1}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            HEIGHT - BOTTOM,
            x + shift,
            TOP + 10.0 + 14.0 * f64::from(line),
            text(label),
        );
    }

    /// A dot on the x axis.
    pub(super) fn dot(&mut self, value: f64, class: &str, title: &str) {
        _ = write!(
            self.body,
            "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"><title>{}</title></circle>",
            self.x(value),
            HEIGHT - BOTTOM,
            text(title),
        );
    }

    /// The whole figure.
    pub(super) fn figure(self, about: &About<'_>) -> String {
        figure(about, HEIGHT, &self.body)
    }
}

/// What a figure is called, and what it shows in words, for those who do not see it.
pub(super) struct About<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) unit: &'a str,
    pub(super) told: String,
    /// Classes and names of its colors.
    pub(super) legend: &'a [(&'a str, &'a str)],
}

/// A row of a plot of horizontal bars.
pub(super) struct Row {
    pub(super) label: String,
    /// Ends of the bars from the left, as shares of the whole, with their classes.
    pub(super) bars: Vec<(f64, &'static str)>,
    pub(super) value: String,
}

/// Horizontal bars, one row below the other.
pub(super) fn rows(about: &About<'_>, rows: &[Row]) -> String {
    const ROW: f64 = 24.0;
    const LABELS: f64 = 190.0;
    const VALUES: f64 = 110.0;
    let mut body = String::new();
    let room = WIDTH - LABELS - VALUES;
    for (row, y) in rows
        .iter()
        .zip((0..).map(|index: u32| f64::from(index) * ROW))
    {
        _ = write!(
            body,
            "<g><title>{}: {}</title><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
             <rect class=\"track\" x=\"{LABELS}\" y=\"{:.1}\" width=\"{room:.1}\" height=\"14\"/>",
            text(&row.label),
            text(&row.value),
            LABELS - 8.0,
            y + 16.0,
            text(&shortened(&row.label)),
            y + 5.0,
        );
        let mut from = 0.0;
        for (to, class) in &row.bars {
            let to = to.clamp(0.0, 1.0);
            if to > from {
                _ = write!(
                    body,
                    "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"14\"/>",
                    LABELS + room * from,
                    y + 5.0,
                    room * (to - from),
                );
                from = to;
            }
        }
        _ = write!(
            body,
            "<text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
            WIDTH - VALUES + 8.0,
            y + 16.0,
            text(&row.value),
        );
    }
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    figure(about, f64::from(count) * ROW + 4.0, &body)
}

fn figure(about: &About<'_>, height: f64, body: &str) -> String {
    let About {
        id,
        title,
        unit,
        told,
        legend,
    } = about;
    let mut items = String::new();
    for (class, name) in *legend {
        _ = write!(items, "<li><i class=\"{class}\"></i>{}</li>", text(name));
    }
    let legend = if items.is_empty() {
        String::new()
    } else {
        format!("<ul class=\"legend\">{items}</ul>")
    };
    format!(
        "<figure>\n<figcaption>{} <span class=\"quiet\">{}</span></figcaption>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><svg viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" \
         aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>{body}</svg></div>\n{legend}</figure>\n",
        text(title),
        text(unit),
        text(title),
        text(title),
        text(told),
    )
}

/// The end of a label that is too long: what stands there tells most.
fn shortened(label: &str) -> String {
    const MOST: usize = 27;
    let count = label.chars().count();
    if count <= MOST {
        return label.to_owned();
    }
    let end: String = label.chars().skip(count - MOST + 1).collect();
    format!("…{end}")
}

/// A round step of which about `count` reach `most`, and the multiple of it that does.
fn steps(most: f64, count: u32) -> (f64, f64) {
    if !(most.is_finite() && most > 0.0) {
        return (1.0, 1.0);
    }
    let rough = most / f64::from(count);
    let power = 10_f64.powf(rough.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    let step = factors.map(|factor| factor * power);
    let step = step.into_iter().find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(10.0 * power);
    (step, (most / step - 0.001).ceil().max(1.0) * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_reach_far_enough() {
        assert_eq!(steps(100.0, 5), (20.0, 100.0));
        assert_eq!(steps(7.0, 5), (2.0, 8.0));
        assert_eq!(steps(1.0, 5), (0.2, 1.0));
        assert_eq!(steps(12_345.0, 5), (5_000.0, 15_000.0));
        assert_eq!(steps(0.0, 5), (1.0, 1.0));
        assert_eq!(steps(f64::NAN, 5), (1.0, 1.0));
    }

    #[test]
    fn a_label_keeps_its_end() {
        assert_eq!(shortened("short"), "short");
        let long = shortened("a/very/long/path/that/goes/on/and/on");
        assert_eq!(
            (long.chars().count(), long.ends_with("/on/and/on")),
            (27, true)
        );
    }
}
