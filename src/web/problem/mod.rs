//! Errors as RFC 9457 problem documents, in the language of the one who asked.
//!
//! Knows: statuses, stable codes, wording of errors of requests. Must not know: rules of lending.

use super::words::Text;
use crate::desk::Doing;
use crate::ledger::{Ledger, Refusal};
use crate::words::Lang;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::ops::Deref;

mod door;
pub use door::*;

/// An error on its way out; [`Problem::document`] writes it down. Boxed: it is rare, and answers are many.
#[derive(Clone, Debug)]
pub struct Problem(Box<Told>);

/// What a problem says.
#[derive(Clone, Debug)]
pub struct Told {
    pub status: StatusCode,
    /// Never changes: scripts look at it. For a refusal the К code.
    pub code: &'static str,
    pub title: Text,
    pub detail: Text,
    /// The stable name of a rule that said no.
    pub refusal: Option<&'static str>,
    /// The field or parameter it is about.
    pub field: Option<String>,
    /// When to come again, in seconds.
    pub retry_after: Option<u32>,
}

/// The document as it goes out.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(PartialEq))]
pub struct Document<'a> {
    pub r#type: String,
    pub title: &'a str,
    pub status: u16,
    pub code: &'a str,
    pub detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, title: Text, detail: Text) -> Self {
        Self(Box::new(Told {
            status,
            code,
            title,
            detail,
            refusal: None,
            field: None,
            retry_after: None,
        }))
    }

    pub(super) fn about(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    fn retry(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    pub fn document(&self, lang: Lang) -> Document<'_> {
        Document {
            r#type: format!("/help#{}", self.code),
            title: self.title.get(lang),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail.get(lang),
            refusal: self.refusal,
            field: self.field.as_deref(),
        }
    }

    /// The response as JSON. The guard makes a page of it for a browser.
    pub fn response(&self, lang: Lang) -> Response {
        let body = serde_json::to_vec(&self.document(lang)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        self.head(&mut response);
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        response
    }

    /// Status and headers, without the body.
    pub fn head(&self, response: &mut Response) {
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"formular\""),
            );
        }
    }
}

impl Deref for Problem {
    type Target = Told;

    fn deref(&self) -> &Told {
        &self.0
    }
}

impl IntoResponse for Problem {
    /// Leaves an empty response with the problem inside; the guard knows the language and fills it in.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

// ---- the errors of requests ------------------------------------------------------------------

pub fn not_found(what: Text) -> Problem {
    let title = Text::both("Не найдено", "Not found");
    Problem::new(StatusCode::NOT_FOUND, "not_found", title, what)
}

pub fn no_such_page() -> Problem {
    not_found(Text::both(
        "Такой страницы нет.",
        "There is nothing at this address.",
    ))
}

pub fn no_such(ru: &str, en: &str, id: &str) -> Problem {
    let id: String = id.chars().take(64).collect();
    not_found(Text::new(
        format!("{ru} «{id}» в журнале нет."),
        format!("The journal knows no {en} “{id}”."),
    ))
}

pub fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        Text::both("Такой запрос здесь невозможен", "Method not allowed"),
        Text::both(
            "Какие возможны, сказано в заголовке Allow.",
            "The header Allow names those that are.",
        ),
    )
}

/// A token came and is none of ours.
pub fn wrong_token() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "wrong_token",
        Text::both("Ключ доступа не подходит", "The token is not valid"),
        Text::both(
            "Такого ключа нет или он отозван. Новый выдаёт центр: formular token new.",
            "There is no such token, or it was revoked. The centre makes a new one: formular token new.",
        ),
    )
}

pub fn sign_in_needed() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "sign_in_needed",
        Text::both("Нужен вход", "Sign in first"),
        Text::both(
            "Эта страница – для работников центра и школ-партнёров. Войдите по паролю или ключу доступа.",
            "This is for the centre’s staff and partner schools. Sign in with the password or an access token.",
        ),
    )
}

pub fn forbidden() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        Text::both("Не разрешено", "Not allowed"),
        Text::both(
            "С этим ключом доступа это не разрешено.",
            "Your role does not allow this.",
        ),
    )
}

/// A page of another site sent the browser here.
pub fn cross_site() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "cross_site",
        Text::both(
            "Запрос пришёл с чужой страницы",
            "The request came from another site",
        ),
        Text::both(
            "Изменения принимаются только со страниц самой программы.",
            "Changes are taken from this program’s own pages only.",
        ),
    )
}

pub fn too_large(limit: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        Text::both("Слишком большой запрос", "The request is too large"),
        Text::new(
            format!("Принимается не больше {} КиБ.", limit / 1024),
            format!("At most {} KiB are taken.", limit / 1024),
        ),
    )
}

pub fn too_slow() -> Problem {
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "too_slow",
        Text::both("Запрос не дошёл целиком", "The request did not arrive in time"),
        Text::both("Повторите запрос.", "Send it again."),
    )
}

pub fn wrong_media_type(expected: &'static str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "wrong_media_type",
        Text::both("Тело запроса другого вида", "The body has another media type"),
        Text::new(
            format!("Ожидается Content-Type: {expected}."),
            format!("Expected is Content-Type: {expected}."),
        ),
    )
}

/// The body cannot be read; `why` names line and column.
pub fn broken_body(why: &str) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "broken_body",
        Text::both("Запрос не разобран", "The body could not be read"),
        Text::new(
            format!("Ошибка в теле запроса: {why}."),
            format!("Error in the body: {why}."),
        ),
    )
}

/// The body is no JSON.
pub fn broken_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let mut problem = broken_body(&error.to_string());
    if line > 0 {
        problem.0.detail = Text::new(
            format!("Тело – не JSON: ошибка в строке {line}, знак {column}."),
            format!("The body is no JSON: error in line {line}, column {column}."),
        );
    }
    problem
}

pub fn missing_field(field: &'static str) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "missing_field",
        Text::both("Не хватает поля", "A field is missing"),
        Text::new(
            format!("Нужно поле «{field}»."),
            format!("The field “{field}” is needed."),
        ),
    )
    .about(field)
}

pub fn bad_field(field: &str, expected: Text) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "bad_field",
        Text::both("Поле не разобрано", "A field could not be read"),
        Text::new(
            format!("Поле «{field}»: ожидается {}.", expected.get(Lang::Ru)),
            format!("Field “{field}”: expected is {}.", expected.get(Lang::En)),
        ),
    )
    .about(field)
}

pub fn unknown_command(name: &str) -> Problem {
    let name: String = name.chars().take(64).collect();
    Problem::new(
        StatusCode::BAD_REQUEST,
        "unknown_command",
        Text::both("Такой команды нет", "There is no such command"),
        Text::new(
            format!("Команды «{name}» нет. Все команды – в /api/v1/openapi.json."),
            format!("There is no command “{name}”. All commands are in /api/v1/openapi.json."),
        ),
    )
    .about("type")
}

pub fn unknown_field(field: &str, known: &str) -> Problem {
    let field: String = field.chars().take(64).collect();
    Problem::new(
        StatusCode::BAD_REQUEST,
        "unknown_field",
        Text::both("Лишнее поле", "Unknown field"),
        Text::new(
            format!("Поле «{field}» неизвестно. Известны: {known}."),
            format!("There is no field “{field}”. Known are: {known}."),
        ),
    )
    .about(field)
}

pub fn unknown_parameter(name: &str, known: &str) -> Problem {
    let name: String = name.chars().take(64).collect();
    let known_ru = if known.is_empty() { "нет" } else { known };
    let known_en = if known.is_empty() { "none" } else { known };
    Problem::new(
        StatusCode::BAD_REQUEST,
        "unknown_parameter",
        Text::both("Лишний параметр", "Unknown parameter"),
        Text::new(
            format!("Параметр «{name}» неизвестен. Известны: {known_ru}."),
            format!("There is no parameter “{name}”. Known are: {known_en}."),
        ),
    )
    .about(name)
}

pub fn bad_parameter(name: &'static str, expected: Text) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "bad_parameter",
        Text::both("Параметр не разобран", "A parameter could not be read"),
        Text::new(
            format!("Параметр «{name}»: ожидается {}.", expected.get(Lang::Ru)),
            format!("Parameter “{name}”: expected is {}.", expected.get(Lang::En)),
        ),
    )
    .about(name)
}

pub fn key_needed() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "key_needed",
        Text::both("Нужен заголовок Idempotency-Key", "The header Idempotency-Key is needed"),
        Text::both(
            "Передайте от 1 до 128 печатных знаков ASCII, свои для каждой команды: повтор с тем же ключом ничего не удвоит.",
            "Send 1 to 128 printable ASCII characters, new for each command: a repetition with the same key doubles nothing.",
        ),
    )
    .about("Idempotency-Key")
}

// ---- what the clerk answers ------------------------------------------------------------------

pub fn key_reused() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "key_reused",
        Text::both("Этот ключ уже занят", "This key is taken"),
        Text::both(
            "С этим Idempotency-Key уже пришла другая команда. Возьмите новый ключ.",
            "Another command came with this Idempotency-Key. Take a new key.",
        ),
    )
    .about("Idempotency-Key")
}

pub fn busy() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        Text::both("Очередь полна", "The queue is full"),
        Text::both(
            "Ничего не записано. Повторите через секунду.",
            "Nothing was written. Try again in a second.",
        ),
    )
    .retry(1)
}

pub fn stopped() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "stopped",
        Text::both("Остановлено", "Stopped"),
        Text::both(
            "Диск не принял запись, программа перезапускается. Ничего не выносите; повторите позже с тем же ключом.",
            "The disk refused a write and the program restarts. Carry nothing out; try again later with the same key.",
        ),
    )
    .retry(15)
}

/// The clerk did not answer in time: nobody knows yet whether it was written.
pub fn no_answer() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "no_answer",
        Text::both("Ответа ещё нет", "No answer yet"),
        Text::both(
            "Записано ли – ещё неизвестно. Повторите с тем же ключом: второй записи не будет.",
            "Whether it was written is not known yet. Repeat it with the same key: nothing is written twice.",
        ),
    )
    .retry(5)
}

pub fn no_space() -> Problem {
    Problem::new(
        StatusCode::INSUFFICIENT_STORAGE,
        "no_space",
        Text::both("Мало места на диске", "Too little space on the disk"),
        Text::both(
            "Принимаются только возвраты. Освободите место и повторите.",
            "Only returns are taken. Free some space and try again.",
        ),
    )
}

pub fn card_not_kept() -> Problem {
    Problem::new(
        StatusCode::INSUFFICIENT_STORAGE,
        "card_not_kept",
        Text::both("Карта не сохранена", "The card was not kept"),
        Text::both(
            "Диск не принял номер карты, она пока не действует. Проверьте диск и дайте карту ещё раз.",
            "The disk did not take the card’s number, and it does not work yet. Look at the disk and give the card again.",
        ),
    )
}

pub fn unreadable(why: &str) -> Problem {
    tracing::error!("the journal could not be read for a request: {why}");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "unreadable",
        Text::both("Журнал не прочитан", "The journal could not be read"),
        Text::both(
            "Причина записана в протокол программы. Ничего не изменено.",
            "The reason stands in the program’s log. Nothing was changed.",
        ),
    )
}

pub fn broken() -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "broken",
        Text::both("Ошибка программы", "The program made a mistake"),
        Text::both(
            "Страница не составлена. Ничего не изменено.",
            "The page could not be made. Nothing was changed.",
        ),
    )
}

pub fn too_many_streams() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too_many_streams",
        Text::both("Слишком много подписчиков", "Too many listeners"),
        Text::both("Повторите позже.", "Try again later."),
    )
    .retry(15)
}

/// A rule said no.
pub fn refused(refusal: &Refusal, doing: Doing, ledger: &Ledger) -> Problem {
    let (title, detail) = super::words::refusal(refusal, doing, ledger);
    let mut problem = Problem::new(StatusCode::CONFLICT, refusal.code(), title, detail);
    problem.0.refusal = Some(refusal.reason());
    problem
}
