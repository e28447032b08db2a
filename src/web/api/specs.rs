//! The commands of the API field by field: what is checked of them, and what OpenAPI says of them.
//!
//! Knows: names and kinds of fields. Must not know: what the commands do. Tests in `fields` compare it with
//! [`Command`](crate::ledger::Command), so that it cannot drift.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// An item that is there: number, inventory number or tag.
    Item,
    /// A badge that is there.
    Badge,
    Loan,
    /// `uid:04D3BDF8E8F9A5`
    Tag,
    Date,
    Number,
    Flag,
    /// ok, dirty, damaged or faulty.
    Condition,
    /// `{"ROB1-05": 2}`
    Parts,
    Texts,
    /// An object or a list of objects, as `docs/api.md` describes it.
    Object,
    Objects,
}

/// A field: its name, what it holds, and whether it must be there.
pub type Field = (&'static str, Kind, bool);

pub struct Spec {
    pub name: &'static str,
    pub about: &'static str,
    pub fields: &'static [Field],
}

const ITEM: Field = ("item", Kind::Item, true);
const NOTE: Field = ("note", Kind::Text, false);

/// Every command.
pub const SPECS: &[Spec] = &[
    Spec {
        name: "check_out",
        about: "Lends an item to the school of a badge.",
        fields: &[
            ITEM,
            ("badge", Kind::Badge, true),
            ("due", Kind::Date, false),
            ("order", Kind::Text, false),
            ("second_badge", Kind::Badge, false),
            ("purpose", Kind::Text, false),
            ("group", Kind::Text, false),
            ("override", Kind::Text, false),
            ("session", Kind::Number, false),
        ],
    },
    Spec {
        name: "check_in",
        about: "Takes an item back. Never refused while it is out.",
        fields: &[
            ITEM,
            ("condition", Kind::Condition, false),
            ("missing", Kind::Parts, false),
            ("headcount", Kind::Number, false),
            ("unchecked", Kind::Flag, false),
            ("by_label", Kind::Flag, false),
            ("session", Kind::Number, false),
        ],
    },
    Spec {
        name: "renew",
        about: "Prolongs a loan.",
        fields: &[ITEM, ("due", Kind::Date, false)],
    },
    Spec {
        name: "note_loan",
        about: "Adds purpose, group, order or head count to a loan.",
        fields: &[
            ("loan", Kind::Loan, true),
            ("purpose", Kind::Text, false),
            ("group", Kind::Text, false),
            ("order", Kind::Text, false),
            ("headcount", Kind::Number, false),
        ],
    },
    Spec {
        name: "hold",
        about: "Keeps an item for a school from a day on.",
        fields: &[ITEM, ("school", Kind::Text, true), ("from", Kind::Date, true)],
    },
    Spec {
        name: "hold_cancel",
        about: "Gives a hold up.",
        fields: &[ITEM, ("school", Kind::Text, true), ("hold", Kind::Number, false)],
    },
    Spec {
        name: "kit_check",
        about: "Says what is missing from a kit; nothing means that it is complete.",
        fields: &[ITEM, ("missing", Kind::Parts, false)],
    },
    Spec {
        name: "replenish",
        about: "Puts parts back into a kit.",
        fields: &[ITEM, ("parts", Kind::Parts, true)],
    },
    Spec {
        name: "note_condition",
        about: "Says in what condition an item was found; ok releases a damaged one.",
        fields: &[ITEM, ("condition", Kind::Condition, true), NOTE],
    },
    Spec {
        name: "start_repair",
        about: "Sends an item to repair.",
        fields: &[ITEM, NOTE],
    },
    Spec {
        name: "end_repair",
        about: "Takes an item back from repair.",
        fields: &[ITEM, NOTE],
    },
    Spec {
        name: "start_verification",
        about: "Sends an item to metrological verification.",
        fields: &[ITEM],
    },
    Spec {
        name: "end_verification",
        about: "Takes an item back from verification.",
        fields: &[ITEM, ("next_due", Kind::Date, false)],
    },
    Spec {
        name: "declare_lost",
        about: "Declares an item lost.",
        fields: &[ITEM, NOTE],
    },
    Spec {
        name: "declare_found",
        about: "Declares a lost item found.",
        fields: &[ITEM, NOTE],
    },
    Spec {
        name: "withdraw",
        about: "Takes an item out of the fund.",
        fields: &[ITEM, ("basis", Kind::Text, true)],
    },
    Spec {
        name: "bind_tag",
        about: "Binds a tag to an item.",
        fields: &[ITEM, ("tag", Kind::Tag, true)],
    },
    Spec {
        name: "unbind_tag",
        about: "Takes a tag off an item.",
        fields: &[ITEM, ("tag", Kind::Tag, true)],
    },
    Spec {
        name: "badge_card",
        about: "Gives a card to a badge; the card it had before stops, unless this is another one. The card’s number goes to the roster alone.",
        fields: &[
            ("badge", Kind::Badge, true),
            ("uid", Kind::Tag, true),
            ("another", Kind::Flag, false),
        ],
    },
    Spec {
        name: "card_stop",
        about: "Stops every card of a badge, because one was lost. The badge stays in force.",
        fields: &[("badge", Kind::Badge, true)],
    },
    Spec {
        name: "revoke_badge",
        about: "Ends a badge after a day.",
        fields: &[("badge", Kind::Badge, true), ("last", Kind::Date, true)],
    },
    Spec {
        name: "record_consent",
        about: "Records the founder’s consent to lending an especially valuable item.",
        fields: &[ITEM, ("number", Kind::Text, true), ("date", Kind::Date, true)],
    },
    Spec {
        name: "enrol_item",
        about: "Enters an item, or changes its master data.",
        fields: &[
            ("item", Kind::Text, true),
            ("inventory_number", Kind::Text, false),
            ("account", Kind::Text, false),
            ("name", Kind::Text, true),
            ("category", Kind::Text, true),
            ("subject", Kind::Text, false),
            ("room", Kind::Text, false),
            ("cost", Kind::Text, false),
            ("funding", Kind::Text, false),
            ("donor", Kind::Text, false),
            ("accepted", Kind::Date, false),
            ("serial_number", Kind::Text, false),
            ("okof", Kind::Text, false),
            ("valuable", Kind::Flag, false),
            ("kit", Kind::Text, false),
            ("lending", Kind::Text, false),
            ("policy", Kind::Text, false),
            ("max_days", Kind::Number, false),
            ("verification_months", Kind::Number, false),
            ("verification_due", Kind::Date, false),
            ("uav_number", Kind::Text, false),
            ("tags", Kind::Texts, false),
        ],
    },
    Spec {
        name: "issue_badge",
        about: "Issues a badge, or changes it.",
        fields: &[
            ("badge", Kind::Text, true),
            ("school", Kind::Text, true),
            ("role", Kind::Text, true),
            ("kind", Kind::Text, true),
            ("active_from", Kind::Date, true),
            ("active_to", Kind::Date, false),
        ],
    },
    Spec {
        name: "register_school",
        about: "Registers a school, or changes it.",
        fields: &[
            ("school", Kind::Text, true),
            ("centre", Kind::Flag, false),
            ("short_name", Kind::Text, true),
            ("full_name", Kind::Text, true),
            ("legal_form", Kind::Text, false),
            ("ownership", Kind::Text, false),
            ("locality", Kind::Text, false),
            ("distance_km", Kind::Number, false),
            ("learners", Kind::Number, false),
            ("profile_classes", Kind::Texts, false),
            ("directions", Kind::Texts, false),
            ("max_items", Kind::Number, false),
            ("max_days", Kind::Number, false),
            ("contact_role", Kind::Text, false),
            ("contact_badge", Kind::Text, false),
        ],
    },
    Spec {
        name: "sign_agreement",
        about: "Enters an agreement or its renewal.",
        fields: &[("school", Kind::Text, true), ("agreement", Kind::Object, true)],
    },
    Spec {
        name: "register_room",
        about: "Registers a room, or changes it.",
        fields: &[
            ("room", Kind::Text, true),
            ("name", Kind::Text, true),
            ("area_m2", Kind::Text, false),
            ("subjects", Kind::Text, false),
            ("zones", Kind::Text, false),
            ("notes", Kind::Text, false),
        ],
    },
    Spec {
        name: "register_donor",
        about: "Registers a donor by code, or changes it.",
        fields: &[
            ("donor", Kind::Text, true),
            ("kind", Kind::Text, true),
            ("support", Kind::Text, false),
        ],
    },
    Spec {
        name: "define_kit",
        about: "Says what belongs into a kind of kit.",
        fields: &[
            ("kit", Kind::Text, true),
            ("title", Kind::Text, true),
            ("components", Kind::Objects, true),
        ],
    },
    Spec {
        name: "set_calendar",
        about: "Enters a stretch of vacation, holiday, closed or working days.",
        fields: &[
            ("from", Kind::Date, true),
            ("to", Kind::Date, true),
            ("kind", Kind::Text, true),
            ("name", Kind::Text, false),
        ],
    },
    Spec {
        name: "open_stocktake",
        about: "Begins a stocktake.",
        fields: &[("basis", Kind::Text, false)],
    },
    Spec {
        name: "see_in_stocktake",
        about: "Counts an item as seen.",
        fields: &[("stocktake", Kind::Text, true), ITEM],
    },
    Spec {
        name: "close_stocktake",
        about: "Ends a stocktake.",
        fields: &[("stocktake", Kind::Text, true)],
    },
    Spec {
        name: "send_notice",
        about: "Writes down that a reminder was sent.",
        fields: &[("loan", Kind::Loan, true), NOTE],
    },
    Spec {
        name: "move_loan",
        about: "Moves a loan to the school of another badge.",
        fields: &[
            ("loan", Kind::Loan, true),
            ("badge", Kind::Badge, true),
            ("reason", Kind::Text, true),
        ],
    },
    Spec {
        name: "void",
        about: "Reverses an event, if nothing stands on it.",
        fields: &[("seq", Kind::Number, true), ("reason", Kind::Text, true)],
    },
    Spec {
        name: "confirm_clock",
        about: "Says that the doubted clock is right; `date` is the day that it shows.",
        fields: &[("date", Kind::Date, true)],
    },
];
