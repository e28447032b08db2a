//! A report as a workbook: title, notes, headings that stay in sight, dates and numbers as such.
//!
//! Knows: sheets and formats. Must not know: what the columns mean.

use super::{Report, Value};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// The bytes of an `.xlsx` file.
pub fn xlsx(report: &Report) -> Result<Vec<u8>, String> {
    written(report).map_err(|error| error.to_string())
}

fn written(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    sheet.write_string_with_format(0, 0, &report.title, &bold)?;
    let mut row: u32 = 1;
    for note in &report.notes {
        sheet.write_string(row, 0, note)?;
        row += 1;
    }
    row += 1;
    for (column, place) in report.columns.iter().zip(0u16..) {
        sheet.write_string_with_format(row, place, column.heading, &bold)?;
        sheet.set_column_width(place, width(report, place))?;
    }
    let last = report.columns.len().saturating_sub(1);
    let bottom = row + u32::try_from(report.rows.len()).unwrap_or(u32::MAX - row);
    sheet.autofilter(row, 0, bottom, u16::try_from(last).unwrap_or(0))?;
    sheet.set_freeze_panes(row + 1, 0)?;
    for (values, row) in report.rows.iter().zip(row + 1..) {
        for (value, place) in values.iter().zip(0u16..) {
            write(sheet, row, place, value)?;
        }
    }
    book.save_to_buffer()
}

fn write(sheet: &mut Worksheet, row: u32, place: u16, value: &Value) -> Result<(), XlsxError> {
    match value {
        Value::Empty => {}
        // Written as a text, so that nothing in it is ever run as a formula.
        Value::Text(text) => {
            sheet.write_string(row, place, text)?;
        }
        Value::Count(count) => {
            let count = u32::try_from(*count).unwrap_or(u32::MAX);
            sheet.write_number(row, place, count)?;
        }
        Value::Money(text) => {
            let roubles = Format::new().set_num_format("#,##0.00");
            match text.parse::<f64>() {
                Ok(amount) => sheet.write_number_with_format(row, place, amount, &roubles)?,
                Err(_) => sheet.write_string(row, place, text)?,
            };
        }
        Value::Date(date) => {
            let format = Format::new().set_num_format("dd.mm.yyyy");
            let day = ExcelDateTime::from_ymd(year(date.year()), small(date.month()), small(date.day()))?;
            sheet.write_datetime_with_format(row, place, &day, &format)?;
        }
        Value::Moment(moment) => {
            let local = moment.local();
            let format = Format::new().set_num_format("dd.mm.yyyy hh:mm");
            let at = ExcelDateTime::from_ymd(year(local.year()), small(local.month()), small(local.day()))?
                .and_hms(
                u16::from(small(local.hour())),
                small(local.minute()),
                f64::from(local.second()),
            )?;
            sheet.write_datetime_with_format(row, place, &at, &format)?;
        }
    }
    Ok(())
}

fn year(year: i16) -> u16 {
    u16::try_from(year).unwrap_or(1900)
}

fn small(number: i8) -> u8 {
    u8::try_from(number).unwrap_or(0)
}

/// Wide enough for most, narrow enough to see the next column.
fn width(report: &Report, place: u16) -> f64 {
    let longest = |value: &Value| match value {
        Value::Text(text) | Value::Money(text) => text.chars().count(),
        Value::Moment(_) => 16,
        _ => 10,
    };
    let cells = report
        .rows
        .iter()
        .filter_map(|row| row.get(usize::from(place)))
        .map(longest);
    let heading = report
        .columns
        .get(usize::from(place))
        .map_or(0, |column| column.heading.chars().count());
    let chars = cells.chain([heading]).max().unwrap_or(10).clamp(6, 50);
    f64::from(u32::try_from(chars).unwrap_or(50)) + 2.0
}
