//! `kits.csv`: kinds of kits, one row for each component.
//!
//! Knows: the columns of this file, that rows of one kind belong together. Must not know: other files.

use super::cells::Cells;
use super::reason::{Reason, What};
use super::spelling;
use super::unit::{Context, Kind, Unit};
use crate::ledger::{Component, Event, KitType};

pub const KIND: Kind = Kind {
    name: "kits",
    columns: &[
        "kit_type",
        "kit_title",
        "component_no",
        "component_code",
        "component_name",
        "qty",
        "unit",
        "check_method",
        "critical",
        "consumable",
        "replacement_cost_rub",
    ],
    group: "kit_type",
    read,
};

fn read(rows: &mut [Cells<'_>], context: &Context<'_>) -> Option<Unit> {
    let first = rows.first_mut()?;
    let text = first.required("kit_type");
    let id = spelling::known_kit(context.ledger, text).unwrap_or_else(|| spelling::kit(text));
    let title = first.required("kit_title");
    let mut numbered: Vec<(u32, u64, Component)> = Vec::new();
    for row in rows.iter_mut() {
        if row.raw("kit_title") != title {
            let found = row.raw("kit_title").to_owned();
            row.fault(
                "kit_title",
                Reason::OneOfKit {
                    found,
                    title: title.to_owned(),
                },
            );
        }
        let number = row.number("component_no");
        let component = component(row);
        // The same row twice is one row; two rows that claim one number or code contradict each other.
        let earlier = numbered
            .iter()
            .find(|(n, _, known)| *n == number || known.component == component.component);
        match earlier {
            None => numbered.push((number, row.line(), component)),
            Some((n, _, known)) if *n == number && *known == component => {}
            Some((_, line, _)) => {
                let (id, line) = (component.component.to_string(), *line);
                row.fault(
                    "component_code",
                    Reason::Twice {
                        what: What::Component,
                        id,
                        line,
                    },
                );
            }
        }
    }
    numbered.sort_by_key(|(number, ..)| *number);
    let kit = KitType {
        kit: id.clone(),
        title: title.into(),
        components: numbered.into_iter().map(|(.., component)| component).collect(),
    };
    let known = context.ledger.kits.get(&id);
    let events = if known == Some(&kit) {
        Vec::new()
    } else {
        vec![Event::KitDefined(kit)]
    };
    Some(Unit::master(What::Kit, id.as_str(), known.is_some(), events))
}

fn component(row: &mut Cells<'_>) -> Component {
    let quantity = row.number("qty");
    if quantity == 0 && row.raw("qty") == "0" {
        row.fault("qty", Reason::Zero);
    }
    let methods = [("счёт", false), ("взвешивание", true)];
    Component {
        component: spelling::component(row.required("component_code")),
        name: row.required("component_name").into(),
        quantity,
        unit: row.required("unit").into(),
        weighed: row
            .one_of("check_method", &methods, "счёт, взвешивание")
            .unwrap_or(false),
        critical: row.yes("critical"),
        consumable: row.yes("consumable"),
        replacement_cost: row.money("replacement_cost_rub"),
    }
}
