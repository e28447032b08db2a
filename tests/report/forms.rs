//! Names, periods, and the files that a report is written into.

use crate::imported::{self, Centre};
use crate::{at_end, tried};
use formular::exchange::report::{self, Csv, Name};

#[test]
fn a_period_is_refused_where_it_would_be_ignored() {
    let centre = Centre::with_sample();
    for name in ["summary", "holdings", "at-partners", "overdue", "incomplete"] {
        let why = tried(&centre, name, None, "", [Some("2025-01-01"), None]).unwrap_err();
        assert!(why.contains("--as-of"), "{why}");
    }
}

#[test]
fn names_are_checked() {
    assert_eq!(Name::parse("loans", None), Ok(Name::Loans));
    assert!(
        Name::parse("lones", None)
            .unwrap_err()
            .contains("summary, holdings")
    );
    assert!(Name::parse("item", None).is_err());
    assert!(Name::parse("loans", Some("x")).is_err());
}

#[test]
fn text_csv_and_workbook() {
    let centre = Centre::with_sample();
    let report = at_end(&centre, "overdue");
    let text = report::text(&report);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "Просрочено");
    assert!(lines[1].starts_with("По состоянию на 31.08.2026 23:59, событие № "));
    let heading = lines.iter().position(|line| line.starts_with("Выдача ")).unwrap();
    let column = |line: &str, word: &str| line.find(word).map(|at| line[..at].chars().count());
    assert_eq!(
        column(lines[heading], "Номер"),
        column(lines[heading + 2], "ТР-"),
        "columns are aligned\n{text}"
    );

    let bytes = report::csv(
        &report,
        Csv {
            separator: b';',
            mark: true,
        },
    )
    .unwrap();
    assert!(bytes.starts_with("\u{feff}loan_id;item;".as_bytes()));
    let plain = report::csv(&report, Csv::default()).unwrap();
    assert_eq!(imported::cells(&plain).len(), 4, "headings and three loans");

    let book = report::xlsx(&report).unwrap();
    assert!(book.starts_with(b"PK"), "a workbook is a zip file");
}

#[test]
fn a_name_that_is_a_formula_is_text() {
    let files = imported::with(
        "equipment.csv",
        ",Документ-камера,",
        ",\"=HYPERLINK(\"\"x\"\")\",",
    );
    let mut centre = Centre::default();
    assert!(!centre.import(&files).has_faults());
    let csv = String::from_utf8(report::csv(&at_end(&centre, "holdings"), Csv::default()).unwrap()).unwrap();
    assert!(csv.contains("'=HYPERLINK") && !csv.contains(",\"=HYPERLINK"));
}
