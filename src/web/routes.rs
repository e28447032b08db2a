//! The table of routes: address, method, right, parameters, and what comes back.
//!
//! Knows: every address of the program. Must not know: how an answer is made.
//! The router and the OpenAPI document are both made from [`ROUTES`].

use super::rights::Right;
use super::{App, api, assets, guard, metrics, pages};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    Get,
    Post,
}

/// What a parameter of a query is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    Text,
    Date,
    /// An instant with an offset, or a date, which means its end.
    Instant,
    Number,
    OneOf(&'static [&'static str]),
}

#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub kind: ParamKind,
    pub about: &'static str,
}

/// What a route answers with when all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// JSON by the name of its schema.
    Json(&'static str),
    /// The OpenAPI document.
    Document,
    Events,
    Text(&'static str),
    /// A page or a file for people; not in the OpenAPI document.
    Page,
}

pub struct Route {
    pub verb: Verb,
    pub path: &'static str,
    pub right: Right,
    pub answer: Answer,
    pub summary: &'static str,
    pub params: &'static [Param],
    /// Errors beside those that every route may give.
    pub problems: &'static [u16],
    handler: fn() -> MethodRouter<App>,
}

impl Route {
    /// Whether unknown parameters are an error: in the API they are, in a page's address they are passed over.
    pub fn is_strict(&self) -> bool {
        self.answer != Answer::Page
    }
}

const LIMIT: Param = Param {
    name: "limit",
    kind: ParamKind::Number,
    about: "At most so many rows; without it the list is whole.",
};
const AFTER: Param = Param {
    name: "after",
    kind: ParamKind::Text,
    about: "Rows after the one with this id; `next` of the answer before.",
};
const AS_OF: Param = Param {
    name: "as_of",
    kind: ParamKind::Instant,
    about: "As the journal stood at this instant; a date means the end of that day.",
};
const ITEM_STATES: &[&str] = &[
    "available",
    "on_loan",
    "reserved",
    "under_check",
    "in_repair",
    "lost",
    "withdrawn",
];

const fn page(
    path: &'static str,
    right: Right,
    summary: &'static str,
    handler: fn() -> MethodRouter<App>,
) -> Route {
    Route {
        verb: Verb::Get,
        path,
        right,
        answer: Answer::Page,
        summary,
        params: &[],
        problems: &[],
        handler,
    }
}

const fn form(
    path: &'static str,
    right: Right,
    summary: &'static str,
    handler: fn() -> MethodRouter<App>,
) -> Route {
    Route {
        verb: Verb::Post,
        ..page(path, right, summary, handler)
    }
}

/// Everything that is served.
pub static ROUTES: &[Route] = &[
    // ---- the program itself ------------------------------------------------------------------
    Route {
        answer: Answer::Json("Health"),
        problems: &[503],
        ..page(
            "/healthz",
            Right::Public,
            "Whether the desk works: 200 if it does, 503 with the reason if not",
            || get(api::health::get),
        )
    },
    Route {
        answer: Answer::Text("application/openmetrics-text"),
        ..page(
            "/metrics",
            Right::Public,
            "Counters in the format of Prometheus",
            || get(metrics::get),
        )
    },
    Route {
        answer: Answer::Document,
        ..page("/api/v1/openapi.json", Right::Public, "This document", || {
            get(api::openapi::get)
        })
    },
    // ---- the API -----------------------------------------------------------------------------
    Route {
        answer: Answer::Json("AvailabilityList"),
        params: &[
            Param {
                name: "from",
                kind: ParamKind::Date,
                about: "First day of the band; today without it.",
            },
            Param {
                name: "to",
                kind: ParamKind::Date,
                about: "Last day of the band, at most 92 days after `from`; 14 days without it.",
            },
        ],
        ..page(
            "/api/v1/availability",
            Right::Public,
            "Kinds of equipment: how many, how many are free, and the next return. No school is named",
            || get(api::availability::list),
        )
    },
    Route {
        answer: Answer::Json("ItemList"),
        params: &[
            Param {
                name: "q",
                kind: ParamKind::Text,
                about: "Words in the name, or a part of a number or tag; look-alike letters count as one.",
            },
            Param {
                name: "state",
                kind: ParamKind::OneOf(ITEM_STATES),
                about: "Only items in this state.",
            },
            Param {
                name: "school",
                kind: ParamKind::Text,
                about: "Only items that are out to this school.",
            },
            LIMIT,
            AFTER,
        ],
        ..page("/api/v1/items", Right::Items, "Items, by their number", || {
            get(api::items::list)
        })
    },
    Route {
        answer: Answer::Json("ItemJson"),
        problems: &[404],
        ..page(
            "/api/v1/items/{id}",
            Right::Items,
            "One item, by its number, inventory number or tag",
            || get(api::items::one),
        )
    },
    Route {
        answer: Answer::Json("HistoryList"),
        params: &[LIMIT, AFTER],
        problems: &[404],
        ..page(
            "/api/v1/items/{id}/history",
            Right::Lending,
            "What the journal says of an item, newest first",
            || get(api::history::list),
        )
    },
    Route {
        answer: Answer::Json("LoanList"),
        params: &[
            AS_OF,
            Param {
                name: "state",
                kind: ParamKind::OneOf(&["open", "overdue", "all"]),
                about: "`open` without it. Voided loans are in none.",
            },
            LIMIT,
            AFTER,
        ],
        ..page(
            "/api/v1/loans",
            Right::Items,
            "Loans; a school sees its own",
            || get(api::loans::list),
        )
    },
    Route {
        answer: Answer::Json("HoldList"),
        params: &[LIMIT, AFTER],
        ..page(
            "/api/v1/holds",
            Right::Items,
            "Open holds; a school sees its own",
            || get(api::holds::list),
        )
    },
    Route {
        answer: Answer::Json("ReaderList"),
        ..page(
            "/api/v1/readers",
            Right::Readers,
            "Readers and their counters",
            || get(api::readers::list),
        )
    },
    Route {
        answer: Answer::Json("StocktakeList"),
        params: &[LIMIT, AFTER],
        ..page("/api/v1/stocktakes", Right::Reports, "Stocktakes", || {
            get(api::stocktakes::list)
        })
    },
    Route {
        answer: Answer::Json("SummaryJson"),
        params: &[AS_OF],
        ..page(
            "/api/v1/summary",
            Right::Reports,
            "Counts, now or as of an instant",
            || get(api::summary::get),
        )
    },
    Route {
        answer: Answer::Events,
        ..page(
            "/api/v1/stream",
            Right::Stream,
            "Server-sent events: `head` when the journal grows, `reader` when a reader’s state changes",
            || get(api::stream::get),
        )
    },
    Route {
        verb: Verb::Post,
        answer: Answer::Json("CommandDone"),
        problems: &[400, 408, 409, 413, 415, 422, 503, 507],
        ..page(
            "/api/v1/commands",
            Right::Command,
            "One command; answered once its events are on disk",
            || post(api::commands::post),
        )
    },
    // ---- the desk ----------------------------------------------------------------------------
    page("/kiosk", Right::Kiosk, "The desk’s screen", || {
        get(pages::kiosk::page)
    }),
    page("/kiosk/stream", Right::Kiosk, "The desk’s screen, live", || {
        get(pages::kiosk::stream)
    }),
    form("/kiosk/act", Right::Kiosk, "A button of the desk", || {
        post(pages::kiosk::act)
    }),
    // ---- pages -------------------------------------------------------------------------------
    page("/", Right::Public, "Availability", || {
        get(pages::availability::page)
    }),
    page(
        "/kinds/{id}",
        Right::Public,
        "The kind of which an item is one",
        || get(pages::availability::kind),
    ),
    page("/how", Right::Public, "How to borrow", || get(pages::small::how)),
    page("/help", Right::Public, "How to borrow", || get(pages::small::how)),
    page("/view", Right::Public, "How to show pages", || {
        get(pages::small::view)
    }),
    form("/view", Right::Public, "Keeps the choice of look", || {
        post(pages::small::set_view)
    }),
    page("/items", Right::Lending, "Items", || get(pages::items::list)),
    page("/items/{id}", Right::Lending, "The card of an item", || {
        get(pages::items::one)
    }),
    page("/loans", Right::Items, "Loans; a school sees its own", || {
        get(pages::loans::list)
    }),
    page("/overdue", Right::Items, "Overdue loans", || {
        get(pages::loans::overdue)
    }),
    page("/readers", Right::Readers, "Readers", || {
        get(pages::readers::page)
    }),
    page(
        "/health",
        Right::Readers,
        "Whether all is well, in sentences",
        || get(pages::small::health),
    ),
    page("/unknown", Right::Unknown, "Tags that nobody knows", || {
        get(pages::readers::unknown)
    }),
    form("/unknown", Right::Unknown, "Binds or forgets a tag", || {
        post(pages::readers::settle_unknown)
    }),
    page("/cards", Right::Kiosk, "Command cards to print", || {
        get(pages::small::cards)
    }),
    page("/demo", Right::Kiosk, "The demo’s virtual readers", || {
        get(pages::demo::page)
    }),
    form("/demo", Right::Kiosk, "Presents, plugs or unplugs", || {
        post(pages::demo::act)
    }),
    page(
        "/sign-in",
        Right::Public,
        "The form for password or token",
        || get(pages::sign_in::page),
    ),
    form("/sign-in", Right::Public, "Signs in", || {
        post(pages::sign_in::enter)
    }),
    form("/sign-out", Right::Public, "Ends the session", || {
        post(pages::sign_in::leave)
    }),
    page(
        "/s",
        Right::Public,
        "A partner school’s secret link; the secret stands behind a # and never reaches us in an address",
        || get(pages::sign_in::link),
    ),
    page(
        "/assets/{*path}",
        Right::Public,
        "Style, scripts, drawings",
        || get(assets::get),
    ),
];

/// An address that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    pub method: &'static str,
    pub path: &'static str,
    pub right: Right,
    /// Described by the OpenAPI document.
    pub documented: bool,
}

/// Every address with its method and right: what `docs` and tests compare themselves with.
pub fn served() -> impl Iterator<Item = Served> {
    ROUTES.iter().map(|route| Served {
        method: match route.verb {
            Verb::Get => "GET",
            Verb::Post => "POST",
        },
        path: route.path,
        right: route.right,
        documented: route.answer != Answer::Page,
    })
}

/// The router of the table; each route lets in only who has its right.
pub fn mount() -> Router<App> {
    ROUTES.iter().fold(Router::new(), |router, route| {
        let guarded = (route.handler)().route_layer(from_fn_with_state(route, guard::needs));
        router.route(route.path, guarded)
    })
}
