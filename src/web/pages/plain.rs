//! The few pages that are only a sentence and a form.

use super::look_of;
use crate::web::App;
use crate::web::caller::Caller;
use crate::web::problem::Problem;

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn frame(caller: &Caller, title: &str, body: &str) -> String {
    let look = look_of(caller);
    let title = escape(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"{}>\n<head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/assets/formular.css\"></head>\n\
         <body><main class=\"sheet\"><h1>{title}</h1>{body}</main></body></html>\n",
        look.lang.as_str(),
        look.attributes(),
    )
}

pub fn problem(_: &App, caller: &Caller, problem: &Problem) -> String {
    let look = look_of(caller);
    let detail = escape(problem.detail.get(caller.lang));
    let sign_in = match problem.code {
        "sign_in_needed" | "wrong_token" => {
            format!("<p><a href=\"/sign-in\">{}</a></p>", look.t("Войти", "Sign in"))
        }
        _ => String::new(),
    };
    let home = look.t("На страницу наличия", "To the availability page");
    let body = format!("<p>{detail}</p>{sign_in}<p><a href=\"/\">{home}</a></p>");
    frame(caller, problem.title.get(caller.lang), &body)
}

/// The form; with a token from a secret link only its button is left to press.
pub fn sign_in(_: &App, caller: &Caller, token: Option<&str>) -> String {
    let look = look_of(caller);
    let field = match token {
        Some(token) => format!(
            "<input type=\"hidden\" name=\"token\" value=\"{}\">",
            escape(token)
        ),
        None => format!(
            "<p><label for=\"token\">{}</label><input id=\"token\" name=\"token\" type=\"password\" \
             autocomplete=\"current-password\" maxlength=\"256\" required></p>",
            look.t("Ключ доступа", "Access token")
        ),
    };
    let leave = match caller.signed_in {
        true => format!(
            "<form method=\"post\" action=\"/sign-out\"><button class=\"button\">{}</button></form>",
            look.t("Выйти", "Sign out")
        ),
        false => String::new(),
    };
    let enter = look.t("Войти", "Sign in");
    let form = format!(
        "<form method=\"post\" action=\"/sign-in\">{field}<button class=\"button solid\">{enter}</button></form>{leave}"
    );
    frame(caller, look.t("Вход", "Sign in"), &form)
}
