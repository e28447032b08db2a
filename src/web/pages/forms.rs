//! Forms as browsers post them.

use super::super::guard;
use super::super::problem::{self, Problem};
use axum::extract::{Form, FromRequest, Request};
use axum::http::request::Parts;

/// Fields of a form by name.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// A field without the spaces around it, if it came.
    pub fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value.trim())
    }

    /// A field, or nothing.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }
}

/// Reads a form; what came beside it is handed back.
pub async fn read(request: Request) -> Result<(Fields, Parts), Problem> {
    let (parts, body) = request.into_parts();
    let bytes = guard::body(body).await?;
    let request = Request::from_parts(parts.clone(), bytes.into());
    let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    let Form(fields) = form.map_err(|_| problem::wrong_media_type("application/x-www-form-urlencoded"))?;
    Ok((Fields(fields), parts))
}
