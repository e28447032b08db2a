//! What is said to those who do not get in: a wrong name, too many at once, a wrong key.
//!
//! Knows: statuses, stable codes, wording. Must not know: how often is too often.

use super::super::words::Text;
use super::Problem;
use axum::http::StatusCode;
use std::time::Duration;

/// No Host, several, or one that is not the one of the address.
pub fn bad_host() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "bad_host",
        Text::both("Запрос не разобран", "The request could not be read"),
        Text::both(
            "Нужен ровно один заголовок Host, и он должен совпадать с адресом.",
            "Exactly one Host header is needed, and it must be that of the address.",
        ),
    )
}

/// A name that is none of ours.
pub fn wrong_host() -> Problem {
    Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "wrong_host",
        Text::both("Это имя здесь неизвестно", "This name is not known here"),
        Text::both(
            "Откройте страницы по адресу этого компьютера. Своё имя вписывают в настройку hosts.",
            "Ask for the pages by the address of this machine. A name of its own goes into the setting hosts.",
        ),
    )
}

pub fn address_too_long() -> Problem {
    Problem::new(
        StatusCode::URI_TOO_LONG,
        "address_too_long",
        Text::both("Слишком длинный адрес", "The address is too long"),
        Text::both("Сократите запрос.", "Ask for less at a time."),
    )
}

/// One address asks too often.
pub fn too_many_requests(wait: Duration) -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_requests",
        Text::both("Слишком много запросов", "Too many requests"),
        Text::both(
            "С вашего адреса идёт слишком много запросов. Подождите немного.",
            "Too many requests come from your address. Wait a little.",
        ),
    )
    .retry(seconds(wait))
}

/// Too many wrong passwords, or too many people at the door.
pub fn too_many_attempts(wait: Duration) -> Problem {
    let seconds = seconds(wait);
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_attempts",
        Text::both("Слишком много попыток входа", "Too many attempts to sign in"),
        Text::new(
            format!("Подождите {seconds}\u{a0}с и попробуйте ещё раз. На стойке всё работает."),
            format!("Wait {seconds}\u{a0}s and try again. The desk itself works on."),
        ),
    )
    .retry(seconds)
}

/// Whole seconds, at least one.
fn seconds(wait: Duration) -> u32 {
    let up = u64::from(wait.subsec_nanos() > 0);
    u32::try_from(wait.as_secs().saturating_add(up))
        .unwrap_or(u32::MAX)
        .max(1)
}

/// Neither the staff's password nor a token: the same words for every reason.
pub fn wrong_key() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "wrong_key",
        Text::both("Вход не выполнен", "Not signed in"),
        Text::both(
            "Пароль или ключ не подходит. Проверьте раскладку и попробуйте ещё раз; новый ключ выдаёт центр.",
            "This password or token is not valid. Check the keyboard’s layout; the centre makes new tokens.",
        ),
    )
}
