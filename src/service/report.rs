//! What an import says of itself: for people, and as JSON.
//!
//! Knows: the plan's words. Must not know: who reads them.

use super::control::Response;
use crate::exchange::Plan;
use serde_json::json;
use std::fmt::Write;

/// So many faults of one file are printed; the rest is counted.
const FAULTS_SHOWN: usize = 20;

/// The report of an import, as the control socket and the command line give it.
pub fn import_report(plan: &Plan) -> Response {
    let faults = plan.files.iter().map(|file| file.faults.len()).sum();
    Response::Imported {
        text: text(plan),
        json: document(plan),
        faults,
    }
}

fn text(plan: &Plan) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    for file in &plan.files {
        let _ = writeln!(
            out,
            "{}: {} rows read, {} taken, {} changed, {} already there, {} refused",
            file.name, file.rows, file.taken, file.changed, file.unchanged, file.refused
        );
        for fault in file.faults.iter().take(FAULTS_SHOWN) {
            let _ = writeln!(out, "  {fault}");
        }
        if let Some(more) = file
            .faults
            .len()
            .checked_sub(FAULTS_SHOWN)
            .filter(|more| *more > 0)
        {
            let _ = writeln!(out, "  … and {more} more");
        }
        for warning in file.warnings.iter().take(FAULTS_SHOWN) {
            let _ = writeln!(out, "  look at {warning}");
        }
        if let Some(more) = file
            .warnings
            .len()
            .checked_sub(FAULTS_SHOWN)
            .filter(|more| *more > 0)
        {
            let _ = writeln!(out, "  … and {more} more to look at");
        }
        if !file.faults.is_empty() && file.taken + file.changed == 0 {
            let _ = writeln!(out, "  nothing of this file was taken");
        }
    }
    if let Some(accounting) = &plan.accounting {
        let differences = accounting
            .rows
            .iter()
            .filter(|row| !row.differences.is_empty())
            .count();
        let _ = writeln!(
            out,
            "{}: accounting export, {} rows, {differences} differ from the register; shown only, nothing was taken",
            accounting.file,
            accounting.rows.len()
        );
        for row in &accounting.rows {
            for difference in &row.differences {
                let _ = writeln!(
                    out,
                    "  line {}, {}, {}: {}",
                    row.line,
                    row.inventory_number,
                    row.name,
                    difference.ru()
                );
            }
        }
        for item in &accounting.not_in_sheet {
            let _ = writeln!(out, "  {item}: not in the export");
        }
    }
    if !plan.left_alone.is_empty() {
        let _ = writeln!(out, "left alone: {}", plan.left_alone.join(", "));
    }
    let _ = write!(out, "{} events", plan.planned.len());
    out
}

fn document(plan: &Plan) -> serde_json::Value {
    let fault = |fault: &crate::exchange::Fault| json!({ "line": fault.line, "column": fault.column, "reason": fault.reason.to_string(), "reason_ru": fault.reason.ru() });
    let files: Vec<_> = plan
        .files
        .iter()
        .map(|file| {
            json!({
                "file": file.name, "kind": file.kind, "rows": file.rows, "taken": file.taken,
                "changed": file.changed, "unchanged": file.unchanged, "refused": file.refused,
                "faults": file.faults.iter().map(fault).collect::<Vec<_>>(),
                "warnings": file.warnings.iter().map(fault).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "files": files, "left_alone": plan.left_alone, "events": plan.planned.len(), "accounting": plan.accounting,
    })
}
