//! What was used, by whom, and what lay idle.

use crate::imported::{Centre, rows};
use crate::make;

#[test]
fn usage_and_idleness_add_up() {
    let centre = Centre::with_sample();
    let period = [Some("2025-09-01"), Some("2026-05-31")];
    let usage = make(&centre, "usage", None, "2026-08-31", period).json;
    let idle = make(&centre, "idle", None, "2026-08-31", period).json;
    let used = |id: &str| {
        usage["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["id"] == id)
            .unwrap()
    };
    for item in idle["items"].as_array().unwrap() {
        assert_eq!(used(item["id"].as_str().unwrap())["loans"], 0);
    }
    // ТР-0016 by hand: every loan of it that touched the period, each day of it counted.
    let mut out: Option<String> = None;
    let (mut loans, mut days, mut people) = (0u64, 0i64, 0u64);
    for row in rows("events.csv")
        .into_iter()
        .filter(|row| row["item_id"] == "ТР-0016")
    {
        match row["type"].as_str() {
            "выдача" => out = Some(row["ts"][..10].to_owned()),
            "возврат" => {
                let from = out.take().unwrap().max("2025-09-01".to_owned());
                let to = row["ts"][..10].to_owned().min("2026-05-31".to_owned());
                if from <= to {
                    let (from, to): (jiff::civil::Date, jiff::civil::Date) =
                        (from.parse().unwrap(), to.parse().unwrap());
                    loans += 1;
                    days += i64::from(from.until(to).unwrap().get_days()) + 1;
                }
                // People are counted where they were told: at returns in the period.
                if ("2025-09-01"..="2026-05-31").contains(&&row["ts"][..10]) {
                    people += row["participants"].parse::<u64>().unwrap();
                }
            }
            _ => {}
        }
    }
    let told = used("ТР-0016");
    assert_eq!(told["loans"], loans);
    assert_eq!(told["days_out"], days);
    assert_eq!(told["person_uses"], people);
}

#[test]
fn the_months_of_a_year_add_up_to_it() {
    let centre = Centre::with_sample();
    let people = |from: &str, to: &str| -> u64 {
        let usage = make(&centre, "usage", None, "2026-08-31", [Some(from), Some(to)]).json;
        let items = usage["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["person_uses"].as_u64().unwrap())
            .sum()
    };
    let year = people("2025-09-01", "2026-08-31");
    let months: u64 = (0..12)
        .map(|n| {
            let first: jiff::civil::Date = "2025-09-01".parse().unwrap();
            let first = first.saturating_add(jiff::Span::new().months(n));
            people(&first.to_string(), &first.last_of_month().to_string())
        })
        .sum();
    assert!(year > 0);
    assert_eq!(months, year);
}
