//! `/`: how many are free, when the next comes back, two weeks ahead; for everybody, without a name.
//!
//! Knows: counts by category and kind. Must not know: who has what.

use super::frame::{Frame, Here};
use super::named::{anchor, category_drawing, date, stamp, time};
use super::stamp::Stamp;
use super::{filters, look::Look};
use crate::clock::read_date;
use crate::ledger::query::{BandDay, Category, Kind, availability};
use crate::ledger::{Ledger, Lending, Policy};
use crate::words;
use askama::Template;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What a reader asks for, as it stands in the address.
#[derive(Clone, Debug, Default)]
pub struct Asked<'a> {
    pub from: Option<&'a str>,
    pub to: Option<&'a str>,
    /// Category whose kinds are shown.
    pub open: Option<&'a str>,
}

/// A period as the reader typed it, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Period {
    pub from: String,
    pub to: String,
    pub from_error: Option<String>,
    pub to_error: Option<String>,
    span: Option<(Date, Date)>,
}

impl Period {
    /// Reads what was typed; one date alone asks for that day.
    pub fn read(look: &Look, asked: &Asked<'_>, today: Date) -> Self {
        let text = |text: Option<&str>| text.map(str::trim).unwrap_or_default().to_owned();
        let mut period = Self {
            from: text(asked.from),
            to: text(asked.to),
            ..Self::default()
        };
        let wrong = || {
            look.t("Напишите дату так: 07.09.2026", "Write the date like 07.09.2026")
                .to_owned()
        };
        let from = read_date(&period.from);
        let to = read_date(&period.to);
        if !period.from.is_empty() && from.is_none() {
            period.from_error = Some(wrong());
        }
        if !period.to.is_empty() && to.is_none() {
            period.to_error = Some(wrong());
        }
        if let Some((from, to)) = from.or(to).zip(to.or(from)).filter(|_| !period.is_wrong()) {
            if to < from {
                let text = look.t("Конец раньше начала", "The end is before the beginning");
                period.to_error = Some(text.to_owned());
            } else if to < today {
                let text = look.t("Эти дни уже прошли", "These days have passed");
                period.to_error = Some(text.to_owned());
            } else {
                period.span = Some((from, to));
            }
        }
        period
    }

    fn is_wrong(&self) -> bool {
        self.from_error.is_some() || self.to_error.is_some()
    }
}

/// The facts of the page, taken from the ledger in one go.
#[derive(Clone, Debug)]
pub struct Facts {
    today: Date,
    period: Period,
    open: Option<String>,
    categories: Vec<Category>,
    /// The first item of each kind: its address.
    addresses: BTreeMap<(String, String), String>,
    /// Items that stay in the centre, by category.
    centre_only: BTreeMap<String, usize>,
}

impl Facts {
    pub fn of(ledger: &Ledger, policy: &Policy, look: &Look, asked: &Asked<'_>, today: Date) -> Self {
        let period = Period::read(look, asked, today);
        let mut addresses = BTreeMap::new();
        let mut centre_only: BTreeMap<String, usize> = BTreeMap::new();
        for (id, state) in &ledger.items {
            let item = &state.item;
            if state.status.withdrawn.is_some() {
                continue;
            }
            if item.lending == Lending::CentreOnly {
                *centre_only.entry(item.category.to_string()).or_default() += 1;
            } else if state.status.lost.is_none() {
                addresses
                    .entry((item.category.to_string(), item.name.to_string()))
                    .or_insert_with(|| id.to_string());
            }
        }
        Self {
            today,
            categories: availability(ledger, today, policy, period.span),
            open: asked.open.map(str::to_owned),
            period,
            addresses,
            centre_only,
        }
    }
}

/// A day at the head of the band.
#[derive(Clone, Debug)]
pub struct Day {
    pub weekday: &'static str,
    pub day: String,
    open: bool,
}

impl Day {
    pub fn class(&self) -> &'static str {
        if self.open { "open" } else { "closed" }
    }
}

/// A day of the band.
#[derive(Clone, Debug)]
pub struct Cell {
    pub day: String,
    /// How many are free, or a dash.
    pub free: String,
    /// Height of the bar in tenths.
    pub share: Option<u32>,
    /// «пн 7 сентября: свободно 14», for those who hear the page.
    pub words: String,
    open: bool,
    today: bool,
    zero: bool,
}

impl Cell {
    pub fn class(&self) -> String {
        let words = [(!self.open, "closed"), (self.today, "today"), (self.zero, "zero")];
        let words: Vec<_> = words
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, word)| *word)
            .collect();
        words.join(" ")
    }
}

/// A category, or a kind of it.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub id: Option<String>,
    pub drawing: Option<&'static str>,
    pub name: String,
    pub href: String,
    pub open: bool,
    pub second: bool,
    /// The last kind of its category.
    pub last: bool,
    pub free: u32,
    pub total: u32,
    pub next: Option<Stamp>,
    pub all_here: bool,
    pub band: Vec<Cell>,
    /// Stands in the place of the numbers.
    pub note: Option<String>,
}

#[derive(Template)]
#[template(path = "availability.html")]
struct Page<'a> {
    frame: Frame<'a>,
    period: &'a Period,
    open: Option<&'a str>,
    days: Vec<Day>,
    rows: Vec<Row>,
    free: u32,
    total: u32,
}

impl Page<'_> {
    fn heading(&self) -> String {
        let (free, total) = (self.free, self.total);
        let look = self.frame.look;
        match self.period.span {
            None => match look.lang {
                words::Lang::Ru => format!("Свободно {free} из {total}"),
                words::Lang::En => format!("{free} of {total} free"),
            },
            Some((from, to)) => {
                let (from, to) = (
                    words::day_and_month(look.lang, from),
                    words::day_and_month(look.lang, to),
                );
                match look.lang {
                    words::Lang::Ru if from == to => format!("Свободно {from}: {free} из {total}"),
                    words::Lang::En if from == to => format!("{free} of {total} free on {from}"),
                    words::Lang::Ru => format!("Свободно с\u{a0}{from} по\u{a0}{to}: {free} из {total}"),
                    words::Lang::En => format!("{free} of {total} free from {from} to {to}"),
                }
            }
        }
    }

    fn updated(&self) -> String {
        let at = self.frame.now;
        let day = date(self.frame.look, at.date());
        match self.frame.look.lang {
            words::Lang::Ru => format!("Обновлено {day} в\u{a0}{}", time(at)),
            words::Lang::En => format!("Updated {day} at {}", time(at)),
        }
    }

    fn stale(&self) -> String {
        let at = time(self.frame.now);
        match self.frame.look.lang {
            words::Lang::Ru => format!("Сведения на {at}; связь с\u{a0}центром прервана"),
            words::Lang::En => format!("As of {at}; the connection with the centre is broken"),
        }
    }
}

/// The page, or an error of the template, which would be a fault of the program.
pub fn page(frame: Frame<'_>, facts: &Facts) -> askama::Result<String> {
    let look = frame.look;
    let mut rows = Vec::new();
    let mut names: Vec<(&str, Option<&Category>)> = facts
        .categories
        .iter()
        .map(|category| (category.name.as_str(), Some(category)))
        .collect();
    for name in facts.centre_only.keys() {
        if !facts.categories.iter().any(|category| category.name == *name) {
            names.push((name, None));
        }
    }
    names.sort_by_key(|(name, _)| order(name));
    for (name, category) in names {
        match category {
            Some(category) => category_rows(look, facts, category, &mut rows),
            None => rows.push(centre_only_row(look, facts, name)),
        }
    }
    let days = facts
        .categories
        .first()
        .and_then(|category| category.kinds.first());
    let days = days.map(|kind| kind.band.iter().map(|day| head(look, day)).collect());
    let seen = |kind: &Kind| kind.free_in_period.unwrap_or(kind.free);
    let kinds = || facts.categories.iter().flat_map(|category| &category.kinds);
    Page {
        frame: frame.at(Here::Availability),
        period: &facts.period,
        open: facts.open.as_deref(),
        days: days.unwrap_or_default(),
        rows,
        free: kinds().map(seen).sum(),
        total: kinds().map(|kind| kind.total).sum(),
    }
    .render()
}

/// Categories stand in the order of their drawings, which is that of a centre's list of equipment.
fn order(category: &str) -> (usize, String) {
    let drawings = [
        "computers",
        "vr",
        "media",
        "uav",
        "printing",
        "robotics",
        "tools",
        "first-aid",
        "instruments",
        "protection",
        "mockups",
        "medical",
        "chess",
        "mark",
        "furniture",
    ];
    let drawing = category_drawing(category);
    let place = drawings.iter().position(|name| *name == drawing);
    (place.unwrap_or(drawings.len()), category.to_owned())
}

fn head(look: &Look, day: &BandDay) -> Day {
    Day {
        weekday: words::weekday_short(look.lang, day.date),
        day: day.date.day().to_string(),
        open: day.open,
    }
}

fn category_rows(look: &Look, facts: &Facts, category: &Category, rows: &mut Vec<Row>) {
    let open = facts.open.as_deref() == Some(category.name.as_str());
    let id = anchor(&category.name);
    let mut total_band: Vec<BandDay> = Vec::new();
    for kind in &category.kinds {
        if total_band.is_empty() {
            total_band = kind.band.clone();
        } else {
            for (sum, day) in total_band.iter_mut().zip(&kind.band) {
                sum.free += day.free;
            }
        }
    }
    let free = category
        .kinds
        .iter()
        .map(|kind| kind.free_in_period.unwrap_or(kind.free))
        .sum();
    rows.push(Row {
        href: match open {
            true => format!("/#{id}"),
            false => format!("/?open={}#{id}", encoded(&category.name)),
        },
        id: Some(id),
        drawing: Some(category_drawing(&category.name)),
        name: category.name.to_string(),
        open,
        free,
        total: category.total,
        next: category.next_return.map(|day| stamp(look, day, facts.today)),
        all_here: category.free == category.total,
        band: band(look, &total_band, category.total, facts.today),
        ..Row::default()
    });
    if !open {
        return;
    }
    for (index, kind) in category.kinds.iter().enumerate() {
        let address = facts
            .addresses
            .get(&(category.name.to_string(), kind.name.to_string()));
        rows.push(Row {
            name: kind.name.to_string(),
            href: address.map_or_else(String::new, |item| format!("/kinds/{item}")),
            second: true,
            last: index + 1 == category.kinds.len(),
            free: kind.free_in_period.unwrap_or(kind.free),
            total: kind.total,
            next: kind.next_return.map(|day| stamp(look, day, facts.today)),
            all_here: kind.free == kind.total,
            band: band(look, &kind.band, kind.total, facts.today),
            ..Row::default()
        });
    }
}

fn centre_only_row(look: &Look, facts: &Facts, name: &str) -> Row {
    let count = facts.centre_only.get(name).copied().unwrap_or(0);
    let count = super::named::counted(look, "count-items", count);
    Row {
        id: Some(anchor(name)),
        drawing: Some(category_drawing(name)),
        name: name.to_owned(),
        note: Some(format!(
            "{count}, {}",
            look.t("только в\u{a0}центре", "only in the centre")
        )),
        ..Row::default()
    }
}

fn band(look: &Look, days: &[BandDay], total: u32, today: Date) -> Vec<Cell> {
    let cell = |day: &BandDay| {
        let weekday = words::weekday_short(look.lang, day.date);
        let on = words::day_and_month(look.lang, day.date);
        let said = match day.open {
            true => format!("{} {}", look.t("свободно", "free"), day.free),
            false => look.t("закрыто", "closed").to_owned(),
        };
        let tenths = (day.free * 10 + total / 2).checked_div(total).unwrap_or(0);
        Cell {
            day: day.date.day().to_string(),
            free: if day.open {
                day.free.to_string()
            } else {
                "–".to_owned()
            },
            share: (day.open && day.free > 0).then_some(tenths.clamp(1, 10)),
            words: format!("{weekday} {on}: {said}"),
            open: day.open,
            today: day.date == today,
            zero: day.open && day.free == 0,
        }
    };
    days.iter().map(cell).collect()
}

/// Percent-encoded for an address.
fn encoded(text: &str) -> String {
    let mut result = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => result.push(char::from(byte)),
            _ => result.push_str(&format!("%{byte:02X}")),
        }
    }
    result
}
