//! A report as an aligned table for a terminal.
//!
//! Knows: widths, which side a column leans to. Must not know: what the columns mean.

use super::{Report, Value};
use crate::clock::Moment;
use jiff::civil::Date;

/// `31.08.2026`
pub fn date(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// `31.08.2026 23:59`
pub fn moment(moment: Moment) -> String {
    let local = moment.local();
    format!("{} {:02}:{:02}", date(local.date()), local.hour(), local.minute())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) | Value::Money(text) => text.clone(),
        Value::Count(count) => count.to_string(),
        Value::Date(day) => date(*day),
        Value::Moment(at) => moment(*at),
    }
}

/// Title, notes, table; the keys of the summary are for programs and stay out.
pub fn text(report: &Report) -> String {
    let mut out = format!("{}\n", report.title);
    for note in &report.notes {
        out.push_str(note);
        out.push('\n');
    }
    out.push('\n');
    if report.rows.is_empty() {
        out.push_str("Ничего нет.\n");
        return out;
    }
    let shown: Vec<usize> = (0..report.columns.len())
        .filter(|place| {
            report
                .columns
                .get(*place)
                .is_some_and(|column| column.key != "key")
        })
        .collect();
    let heading = |place: &usize| {
        report
            .columns
            .get(*place)
            .map_or("", |column| column.heading)
            .to_owned()
    };
    let headings: Vec<String> = shown.iter().map(heading).collect();
    let of_row = |row: &Vec<Value>| -> Vec<String> {
        shown
            .iter()
            .map(|place| row.get(*place).map(cell).unwrap_or_default())
            .collect()
    };
    let rows: Vec<Vec<String>> = report.rows.iter().map(of_row).collect();
    let right: Vec<bool> = shown.iter().map(|place| leans_right(report, *place)).collect();
    let widths: Vec<usize> = (0..shown.len())
        .map(|place| {
            let width = |row: &Vec<String>| row.get(place).map_or(0, |cell| cell.chars().count());
            rows.iter()
                .map(width)
                .chain([width(&headings)])
                .max()
                .unwrap_or(0)
        })
        .collect();
    push_line(&mut out, &headings, &widths, &right);
    let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    push_line(&mut out, &rule, &widths, &right);
    for row in &rows {
        push_line(&mut out, row, &widths, &right);
    }
    out
}

/// Numbers and amounts stand under each other by their last digit.
fn leans_right(report: &Report, place: usize) -> bool {
    let mut values = report.rows.iter().filter_map(|row| row.get(place)).peekable();
    let number = |value: &Value| matches!(value, Value::Count(_) | Value::Money(_) | Value::Empty);
    values.clone().any(|value| *value != Value::Empty) && values.all(number)
}

fn push_line(out: &mut String, cells: &[String], widths: &[usize], right: &[bool]) {
    let mut line = String::new();
    for ((cell, width), right) in cells.iter().zip(widths).zip(right) {
        if !line.is_empty() {
            line.push_str("  ");
        }
        let space = " ".repeat(width.saturating_sub(cell.chars().count()));
        if *right {
            line.push_str(&space);
            line.push_str(cell);
        } else {
            line.push_str(cell);
            line.push_str(&space);
        }
    }
    out.push_str(line.trim_end());
    out.push('\n');
}
