//! Screens of the desk as a person meets them, made by hand from the sample's items.
#![allow(dead_code, reason = "each test program uses its own half")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use formular::clock::Moment;
use formular::cue::Cue;
use formular::desk::{
    Face, Ground, ItemCard, Line, LineMark, Panel, Screen, SessionView, Sheet, Tile, TileState,
};
use formular::ids::{BadgeCode, ReaderId, SchoolId};
use formular::ledger::Ledger;
use formular::view::{Centre, ReaderState, ReaderView};
use formular::words::Message;
use jiff::civil::{Date, date};
use smol_str::SmolStr;

pub fn at(time: &str) -> Moment {
    format!("2026-09-01T{time}+03:00").parse().unwrap()
}

pub fn centre() -> Centre {
    Centre {
        name: "Лицей, центр «Точка роста» (вымышленная организация)".into(),
        demo: true,
    }
}

pub fn reader(id: &str, name: &str, kind: &str, role: &str, state: ReaderState) -> ReaderView {
    ReaderView {
        reader: ReaderId::new(id),
        name: name.into(),
        profile: "em4100-rdm6300".into(),
        path: "/dev/ttyUSB0".into(),
        kind: kind.into(),
        role: role.into(),
        state,
        since: at("08:12:40"),
        last_scan: Some(at("09:14:08")),
        bytes: 840,
        scans: 61,
        repeats: 12,
        rejects: Vec::new(),
        last_words: SmolStr::default(),
    }
}

pub fn readers() -> Vec<ReaderView> {
    let mut bars = reader("RD-BAR-1", "Сканер штрихкода", "bars", "desk", ReaderState::Works);
    bars.rejects = vec![("checksum", 4), ("length", 1)];
    bars.scans = 43;
    let mut hand = reader(
        "RD-HH-1",
        "Ручной считыватель",
        "handheld",
        "stocktake",
        ReaderState::Lost,
    );
    hand.scans = 14;
    vec![
        reader(
            "RD-HF-1",
            "Стойка, карты и метки",
            "pad",
            "desk",
            ReaderState::Works,
        ),
        bars,
        reader("RD-UHF-1", "Дверь К-1", "mast", "portal", ReaderState::Works),
        hand,
    ]
}

pub fn card(ledger: &Ledger, id: &str) -> ItemCard {
    let item = &ledger.items[id].item;
    ItemCard {
        item: item.item.clone(),
        name: item.name.clone(),
        category: item.category.clone(),
        room: item.room.as_ref().map(|room| room.as_str().into()),
    }
}

fn m(id: &'static str) -> Message {
    Message::new(id)
}

pub fn face(ground: Ground, word: &'static str, code: &'static str) -> Face {
    Face {
        ground,
        word: Some(m(word)),
        headline: None,
        item: None,
        text: None,
        notices: Vec::new(),
        stamp: None,
        place: None,
        next: None,
        confirm: None,
        code: Some(code),
        for_ms: None,
    }
}

pub fn neutral(headline: &'static str, text: &'static str) -> Face {
    Face {
        word: None,
        headline: Some(m(headline)),
        text: Some(m(text)),
        ..face(Ground::Neutral, "word-lent", "К-00")
    }
}

pub const DUE: Date = date(2026, 9, 15);

pub fn line(ledger: &Ledger, mark: LineMark, id: &str, seq: u64) -> Line {
    Line {
        seq: Some(seq),
        mark,
        note: None,
        item: Some(card(ledger, id)),
        school: Some("СОШ с. Дальнеполье".into()),
        due: (mark == LineMark::Lent).then_some(DUE),
        at: at("09:14:00"),
        latest: false,
    }
}

pub fn session(ledger: &Ledger) -> Sheet {
    let mut first = line(ledger, LineMark::Lent, "ТР-0006", 2631);
    first.latest = true;
    Sheet {
        session: Some(SessionView {
            number: 1,
            school: SchoolId::new("S01"),
            name: "СОШ с. Дальнеполье".into(),
            badge: BadgeCode::new("B-0101"),
            centre: false,
            agreement: Some(("СД-01/2023".into(), date(2028, 8, 31))),
            lent: 3,
            out: 3,
            limit: 10,
            began: at("09:14:00"),
        }),
        lines: vec![
            first,
            line(ledger, LineMark::Lent, "ТР-0016", 2630),
            line(ledger, LineMark::Lent, "ТР-0045", 2629),
        ],
        undo_until: Some(at("09:16:00")),
    }
}

pub fn latest(ledger: &Ledger) -> Sheet {
    let with = |mark, id, school: &str, time| Line {
        school: Some(school.into()),
        at: at(time),
        ..line(ledger, mark, id, 2600)
    };
    let mut refused = with(LineMark::Refused, "ТР-0030", "ООШ с. Верхняя Заимка", "09:05:00");
    refused.note = Some(m("line-refused-because").said("why", m("k14-headline")));
    Sheet {
        session: None,
        lines: vec![
            with(LineMark::Returned, "ТР-0032", "СОШ п. Лесоучасток", "09:12:00"),
            with(LineMark::Lent, "ТР-0142", "Гимназия", "09:08:00"),
            with(LineMark::Lent, "ТР-0138", "Гимназия", "09:08:00"),
            refused,
            with(LineMark::Returned, "ТР-0143", "СОШ с. Кленовый Лог", "09:03:00"),
        ],
        undo_until: Some(at("09:14:00")),
    }
}

pub fn screen(number: u64, face: Face, sheet: Sheet) -> Screen {
    Screen {
        number,
        at: at("09:14:20"),
        face,
        sheet,
        panel: None,
        quiet: None,
        heads: None,
        wanting: None,
        countdown: None,
        duty: Some((BadgeCode::new("B-0002"), "педагог-организатор (выдача)".into())),
        cue: None,
    }
}

pub fn panel(ledger: &Ledger) -> Panel {
    let kit = &ledger.kits[ledger.items["ТР-0046"].item.kit.as_ref().unwrap().as_str()];
    let tile = |part: &formular::ledger::Component| Tile {
        component: part.component.clone(),
        name: part.name.clone(),
        quantity: part.quantity,
        unit: part.unit.clone(),
        weighed: part.weighed,
        critical: part.critical,
        short_before: 0,
        state: match part.component.as_str() {
            "ROB1-01" | "ROB1-02" => TileState::Here,
            "ROB1-10" => TileState::Missing(2),
            _ => TileState::Unchecked,
        },
    };
    Panel {
        item: card(ledger, "ТР-0046"),
        from_school: Some("СОШ № 2".into()),
        tiles: kit.components.iter().map(tile).collect(),
        seconds_left: 47,
        waiting: 2,
    }
}

/// Every kind of screen by name.
pub fn screens(ledger: &Ledger) -> Vec<(&'static str, Screen)> {
    let next = |next, help| Some((m(next), Some(m(help))));
    let idle = || neutral("k00-headline", "k00-text");
    let ask = || neutral("k01-headline", "session-how-to-end");
    let mut screens = vec![
        ("idle", screen(1, idle(), latest(ledger))),
        ("session", screen(2, ask(), session(ledger))),
    ];
    let mut counting = screen(3, ask(), session(ledger));
    counting.countdown = Some(12);
    screens.push(("countdown", counting));
    let mut quiet = screen(4, ask(), session(ledger));
    quiet.quiet = Some(
        m("k36-item")
            .text("item", "Ноутбук мобильного класса 14\"")
            .text("id", "ТР-0006"),
    );
    screens.push(("quiet", quiet));

    let lent = |id| Face {
        item: Some(card(ledger, id)),
        stamp: Some(DUE),
        for_ms: Some(4000),
        ..face(Ground::Lent, "word-lent", "К-04")
    };
    let mut shown = screen(5, lent("ТР-0006"), session(ledger));
    shown.cue = Some(Cue::Lent);
    screens.push(("lent", shown));
    let mut short = lent("ТР-0045");
    short.code = Some("К-22");
    short.headline = Some(m("k22-headline"));
    short.text = Some(m("k22-text").text("parts", "кабель соединительный – 2"));
    screens.push(("lent-short", screen(6, short, session(ledger))));
    let returned = Face {
        item: Some(card(ledger, "ТР-0032")),
        place: Some(m("place-room").text("room", "К-2")),
        for_ms: Some(4000),
        ..face(Ground::Returned, "word-returned", "К-06")
    };
    screens.push(("returned", screen(7, returned.clone(), latest(ledger))));
    let late = Face {
        headline: Some(m("k07-headline").number("days", 3)),
        text: Some(m("k07-text").number("days", 3)),
        code: Some("К-07"),
        ..returned
    };
    screens.push(("returned-late", screen(8, late, latest(ledger))));

    let other = Face {
        headline: Some(m("k49-headline").text("school", "СОШ № 2")),
        item: Some(card(ledger, "ТР-0046")),
        text: Some(m("k49-text").text("school", "СОШ № 2")),
        next: next("k49-next", "k49-help"),
        for_ms: Some(20_000),
        ..face(Ground::Attention, "word-attention", "К-49")
    };
    screens.push(("attention", screen(9, other, session(ledger))));
    let refused = Face {
        headline: Some(m("k14-headline")),
        item: Some(card(ledger, "ТР-0121")),
        text: Some(m("k14-text").date("last", date(2026, 8, 31))),
        next: next("k14-next", "k14-help"),
        ..face(Ground::Refused, "word-refused", "К-14")
    };
    let mut turned_away = session(ledger);
    turned_away.lines.truncate(1);
    turned_away.lines[0] = Line {
        latest: true,
        note: Some(m("line-refused-because").said("why", m("k14-headline"))),
        ..line(ledger, LineMark::Refused, "ТР-0121", 2640)
    };
    let mut shown = screen(10, refused, turned_away);
    shown.cue = Some(Cue::Refused);
    screens.push(("refused", shown));
    let unknown = Face {
        headline: Some(m("k09-headline")),
        text: Some(m("k09-text")),
        next: Some((m("k09-next"), Some(m("k09-help").text("hint", "56A2")))),
        ..face(Ground::Unknown, "word-unknown", "К-09")
    };
    let mut strange = session(ledger);
    strange.lines.insert(
        0,
        Line {
            item: None,
            school: None,
            latest: true,
            note: Some(m("line-unknown-tag").text("hint", "56A2")),
            ..line(ledger, LineMark::Unknown, "ТР-0006", 0)
        },
    );
    screens.push(("unknown", screen(11, unknown, strange)));

    let waiting = Face {
        word: None,
        code: None,
        item: Some(card(ledger, "ТР-0016")),
        text: Some(m("info-available")),
        next: Some((
            m("item-first-next"),
            Some(m("item-first-help").number("seconds", 20)),
        )),
        place: Some(m("place-room").text("room", "К-1")),
        ..face(Ground::Neutral, "word-lent", "")
    };
    screens.push(("item-card", screen(12, waiting.clone(), latest(ledger))));
    let info = Face {
        text: Some(
            m("info-on-loan")
                .text("school", "СОШ с. Тихая Пристань")
                .date("due", date(2026, 9, 10)),
        ),
        item: Some(card(ledger, "ТР-0017")),
        stamp: Some(date(2026, 9, 10)),
        next: None,
        for_ms: Some(20_000),
        ..waiting
    };
    screens.push(("info", screen(13, info, latest(ledger))));
    let undone = Face {
        item: Some(card(ledger, "ТР-0006")),
        text: Some(m("undone-checked-out")),
        for_ms: Some(4000),
        code: None,
        ..face(Ground::Neutral, "word-undone", "")
    };
    let mut struck = session(ledger);
    struck.lines[0].mark = LineMark::Undone;
    let was = m("line-returned-from").text("school", "СОШ № 2 условного райцентра");
    struck.lines[0].note = Some(m("line-undone-was").said("was", was));
    screens.push(("undone", screen(14, undone, struck)));
    let stopped = Face {
        headline: Some(m("k41-headline")),
        text: Some(m("k41-text")),
        next: next("k41-next", "k41-help"),
        ..face(Ground::Stopped, "word-stopped", "К-41")
    };
    let mut cut = session(ledger);
    cut.lines[0].mark = LineMark::NotWritten;
    screens.push(("stopped", screen(15, stopped, cut)));
    let lost = Face {
        headline: Some(m("k39-headline")),
        text: Some(m("k39-text")),
        next: next("k39-next", "k39-help"),
        ..face(Ground::Attention, "word-attention", "К-39")
    };
    screens.push(("lost", screen(16, lost, latest(ledger))));

    let mut kit = screen(17, idle(), latest(ledger));
    kit.panel = Some(panel(ledger));
    screens.push(("kit", kit));
    let mut within = screen(18, ask(), session(ledger));
    let mut fresh = panel(ledger);
    for tile in &mut fresh.tiles {
        tile.state = TileState::Unchecked;
    }
    within.panel = Some(fresh);
    screens.push(("kit-session", within.clone()));
    let refused = screens.iter().find(|(name, _)| *name == "refused").unwrap();
    within.face = refused.1.face.clone();
    screens.push(("kit-refused", within));
    screens
}
