//! Measured figures, their budgets and the table of results.

use std::fmt;

/// The limit of a figure.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Budget {
    /// At least this multiple of the baseline.
    AtLeast(f64),
    /// At most this multiple of the baseline.
    AtMost(f64),
    /// At most this value, in the figure's unit.
    Limit(f64),
    /// None: the figure explains another one.
    None,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    name: String,
    baseline: String,
    budget: Budget,
    unit: &'static str,
    /// The value of the program under test and of the baseline, one pair for each repetition.
    pairs: Vec<(f64, f64)>,
    /// Why there is no value.
    missing: Option<String>,
}

impl Figure {
    /// A figure with a baseline. Each pair is one repetition: the value, and the value of the baseline.
    pub(crate) fn compared(
        name: impl Into<String>,
        baseline: impl Into<String>,
        budget: Budget,
        unit: &'static str,
        pairs: Vec<(f64, f64)>,
    ) -> Self {
        Self { name: name.into(), baseline: baseline.into(), budget, unit, pairs, missing: None }
    }

    /// A figure without a baseline.
    pub(crate) fn absolute(name: impl Into<String>, budget: Budget, unit: &'static str, value: f64) -> Self {
        Self::compared(name, "-", budget, unit, vec![(value, f64::NAN)])
    }

    /// A figure that could not be measured, and why.
    pub(crate) fn not_measured(name: &str, why: impl Into<String>) -> Self {
        Self { missing: Some(why.into()), ..Self::compared(name, "-", Budget::None, "", Vec::new()) }
    }

    /// The median of the values, and that of the baseline.
    fn medians(&self) -> (f64, f64) {
        let of = |pick: fn(&(f64, f64)) -> f64| median(self.pairs.iter().map(pick).collect());
        (of(|pair| pair.0), of(|pair| pair.1))
    }

    fn ratio(&self) -> f64 {
        median(self.pairs.iter().map(|(own, other)| own / other).collect())
    }

    /// Whether the figure is within its budget. One that was not measured is not.
    pub(crate) fn holds(&self) -> bool {
        self.missing.is_none()
            && match self.budget {
                Budget::AtLeast(least) => self.ratio() >= least,
                Budget::AtMost(most) => self.ratio() <= most,
                Budget::Limit(most) => self.medians().0 <= most,
                Budget::None => true,
            }
    }

    fn cells(&self) -> [String; 7] {
        let (name, baseline) = (self.name.clone(), self.baseline.clone());
        if let Some(why) = &self.missing {
            let not = "-".to_owned();
            return [
                name,
                baseline,
                not.clone(),
                not.clone(),
                not.clone(),
                not,
                format!("not measured: {why}"),
            ];
        }
        let (own, other) = self.medians();
        let number = |value: f64| if value.is_nan() { "-".into() } else { plain(value, self.unit) };
        let budget = match self.budget {
            Budget::AtLeast(least) => format!(">= {least} x"),
            Budget::AtMost(most) => format!("<= {most} x"),
            Budget::Limit(most) => format!("<= {}", plain(most, self.unit)),
            Budget::None => "-".into(),
        };
        let verdict = match (self.budget, self.holds()) {
            (Budget::None, _) => "",
            (_, true) => "holds",
            (_, false) => "DOES NOT HOLD",
        };
        let ratio = if other.is_nan() {
            "-".into()
        } else {
            let all = || self.pairs.iter().map(|(own, other)| own / other);
            let (least, most) = (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max));
            format!("{:.2} ({least:.2} to {most:.2})", self.ratio())
        };
        [name, baseline, budget, number(own), number(other), ratio, verdict.into()]
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cells().join(" | "))
    }
}

/// The table of all figures, one line each.
pub(crate) fn table(figures: &[Figure]) -> String {
    let head = [
        "measurement",
        "baseline",
        "budget",
        "value",
        "baseline value",
        "ratio (all repetitions)",
        "verdict",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(figures.iter().map(Figure::cells));
    let widths: Vec<usize> = (0..head.len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let line = |row: &[String; 7]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width));
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    let rule = widths.iter().map(|width| "-".repeat(width + 2)).collect::<Vec<_>>().join("|");
    lines.insert(1, format!("|{rule}|"));
    lines.join("\n")
}

fn plain(value: f64, unit: &str) -> String {
    let digits = if value.abs() >= 100.0 { 0 } else { 1 + usize::from(value.abs() < 10.0) };
    format!("{value:.digits$} {unit}")
}

/// The median; NaN without values.
pub(crate) fn median(values: Vec<f64>) -> f64 {
    percentile(values, 50.0)
}

/// The smallest value that `percent` of the values do not exceed; NaN without values.
pub(crate) fn percentile(mut values: Vec<f64>, percent: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() as f64 * percent / 100.0).ceil() as usize;
    values.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// The load average of the last minute.
pub(crate) fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_and_percentiles() {
        let hundred = || (1..=100).rev().map(f64::from).collect::<Vec<_>>();
        assert_eq!(percentile(hundred(), 99.0), 99.0);
        assert_eq!(percentile(hundred(), 100.0), 100.0);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn a_budget_holds_by_the_median_ratio() {
        let pairs = vec![(8.0, 10.0), (1.0, 10.0), (7.5, 10.0)];
        assert!(Figure::compared("a", "b", Budget::AtLeast(0.7), "/s", pairs.clone()).holds());
        assert!(!Figure::compared("a", "b", Budget::AtLeast(0.8), "/s", pairs.clone()).holds());
        assert!(Figure::compared("a", "b", Budget::AtMost(0.75), "/s", pairs).holds());
        assert!(!Figure::absolute("a", Budget::Limit(50.0), "ms", 51.0).holds());
        assert!(!Figure::not_measured("a", "no display").holds());
    }
}
