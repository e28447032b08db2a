//! `GET /api/v1/openapi.json`: the document made from the table of routes, so that it cannot tell of others.

use super::names;
use super::shapes::*;
use super::specs::{Kind, SPECS, Spec};
use crate::web::cache::{Had, JSON, Page};
use crate::web::params::MAX_LIMIT;
use crate::web::problem::{self, Problem};
use crate::web::rights::Right;
use crate::web::routes::{Answer, Param, ParamKind, ROUTES, Route, Verb};
use axum::response::Response;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;
use utoipa::OpenApi;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Ref, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, RefOr, Required, ResponseBuilder, ResponsesBuilder};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Formular",
        description = "The lending desk of a school resource centre. Errors are RFC 9457 problem documents with a stable code.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(
        AvailabilityList,
        ItemList,
        ItemJson,
        HistoryList,
        LoanList,
        HoldList,
        ReaderList,
        StocktakeList,
        SummaryJson,
        CommandDone,
        Health,
        ProblemJson
    ))
)]
struct Described;

static DOCUMENT: LazyLock<Option<Page>> = LazyLock::new(|| {
    let text = document().to_json().ok()?;
    Some(Page::new(text, JSON))
});

pub async fn get(had: Had) -> Result<Response, Problem> {
    let page = DOCUMENT.as_ref().ok_or_else(problem::broken)?;
    Ok(page.answer(&had))
}

/// The whole document.
fn document() -> utoipa::openapi::OpenApi {
    let mut document = Described::openapi();
    let mut paths = Paths::new();
    for route in ROUTES.iter().filter(|route| route.answer != Answer::Page) {
        let method = match route.verb {
            Verb::Get => HttpMethod::Get,
            Verb::Post => HttpMethod::Post,
        };
        paths.add_path_operation(route.path, vec![method], operation(route));
    }
    document.paths = paths;
    let components = document.components.get_or_insert_default();
    for spec in SPECS {
        components.schemas.insert(schema_name(spec), command(spec));
    }
    components.schemas.insert("Command".to_owned(), any_command());
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("token", bearer);
    document
}

fn operation(route: &Route) -> Operation {
    let mut operation = OperationBuilder::new().summary(Some(route.summary));
    for name in route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
        operation = operation.parameter(parameter);
    }
    for param in route.params {
        operation = operation.parameter(query_parameter(param));
    }
    if route.verb == Verb::Post {
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(
                "1 to 128 printable ASCII characters. The same key again gives the same answer and no second event.",
            ))
            .schema(Some(
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some("^[!-~]{1,128}$")),
            ));
        let body = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Command")))
            .build();
        let body = RequestBodyBuilder::new()
            .content("application/json", body)
            .required(Some(Required::True))
            .build();
        operation = operation.parameter(key).request_body(Some(body));
    }
    if route.right != Right::Public {
        operation = operation.security(SecurityRequirement::new("token", Vec::<String>::new()));
    }
    operation.responses(responses(route)).build()
}

fn query_parameter(param: &Param) -> ParameterBuilder {
    let schema = match param.kind {
        ParamKind::Text => ObjectBuilder::new().schema_type(Type::String),
        ParamKind::Date => ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))),
        ParamKind::Instant => ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))),
        ParamKind::Number => ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(MAX_LIMIT as u64)),
        ParamKind::OneOf(words) => ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(words.iter().copied())),
    };
    ParameterBuilder::new()
        .name(param.name)
        .parameter_in(ParameterIn::Query)
        .description(Some(param.about))
        .required(Required::False)
        .schema(Some(schema))
}

fn responses(route: &Route) -> ResponsesBuilder {
    let good = match route.answer {
        Answer::Json(name) => described(
            "Done",
            "application/json",
            Some(Ref::from_schema_name(name).into()),
        ),
        Answer::Document => described("An OpenAPI document", "application/json", None),
        Answer::Events => described("Server-sent events", "text/event-stream", None),
        Answer::Text(kind) => described("Text", kind, None),
        Answer::Page => described("A page", "text/html", None),
    };
    let mut responses = ResponsesBuilder::new().response("200", good);
    let mut problems: Vec<u16> = route.problems.to_vec();
    if !route.params.is_empty() {
        problems.push(400);
    }
    problems.push(401);
    if route.right != Right::Public {
        problems.push(403);
    }
    problems.sort_unstable();
    problems.dedup();
    for status in problems {
        let body = match (route.path, status) {
            // The state of the program is told in full whether it is good or bad.
            ("/healthz", 503) => described(
                meaning(status),
                "application/json",
                Some(Ref::from_schema_name("Health").into()),
            ),
            _ => described(
                meaning(status),
                "application/problem+json",
                Some(Ref::from_schema_name("ProblemJson").into()),
            ),
        };
        responses = responses.response(status.to_string(), body);
    }
    responses
}

fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The request could not be understood; `field` says where",
        401 => "No token, or a wrong one",
        403 => "The role does not allow it, or the request came from another site",
        404 => "The journal knows no such thing",
        408 => "The body did not arrive in time",
        409 => "A rule refused it: `code` is the К code, `refusal` its stable name",
        413 => "The body is larger than 64 KiB",
        415 => "The body is no application/json",
        422 => "Another command came with this key, or a text looks like a person’s name",
        503 => "Busy, stopped or not ready; Retry-After says when to come again",
        507 => "Too little space on the disk: only returns are taken",
        _ => "Error",
    }
}

fn described(about: &str, kind: &str, schema: Option<RefOr<Schema>>) -> ResponseBuilder {
    let content = match schema {
        Some(schema) => ContentBuilder::new().schema(Some(schema)).build(),
        None => ContentBuilder::new().build(),
    };
    ResponseBuilder::new().description(about).content(kind, content)
}

fn schema_name(spec: &Spec) -> String {
    let words = spec.name.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().collect::<String>() + letters.as_str()
        })
    });
    words.collect::<String>() + "Command"
}

/// A schema written as JSON; utoipa has no words for constants and discriminators by constant.
fn raw(value: Value) -> RefOr<Schema> {
    serde_json::from_value(value).unwrap_or_else(|_| RefOr::T(Schema::default()))
}

fn command(spec: &Spec) -> RefOr<Schema> {
    let mut properties = Map::new();
    properties.insert("type".into(), json!({"type": "string", "enum": [spec.name]}));
    for (field, kind, _) in spec.fields {
        properties.insert((*field).into(), field_schema(*kind));
    }
    if names::free_texts(spec).next().is_some() {
        properties.insert(
            names::KEEP.into(),
            json!({
                "type": "boolean",
                "description": "A text that looks like a person’s name is meant so.",
            }),
        );
    }
    let required = spec
        .fields
        .iter()
        .filter(|(.., required)| *required)
        .map(|(field, ..)| *field);
    let required: Vec<&str> = ["type"].into_iter().chain(required).collect();
    raw(json!({
        "type": "object",
        "description": spec.about,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    }))
}

fn field_schema(kind: Kind) -> Value {
    match kind {
        Kind::Text | Kind::Loan | Kind::Badge => json!({"type": "string"}),
        Kind::Item => json!({"type": "string", "description": "Number, inventory number or tag of an item"}),
        Kind::Tag => {
            json!({"type": "string", "description": "scheme:VALUE", "examples": ["uid:04D3BDF8E8F9A5"]})
        }
        Kind::Date => json!({"type": "string", "format": "date"}),
        Kind::Number => json!({"type": "integer", "minimum": 0}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Condition => json!({"type": "string", "enum": ["ok", "dirty", "damaged", "faulty"]}),
        Kind::Parts => json!({
            "type": "object",
            "description": "Components and how many of each",
            "additionalProperties": {"type": "integer", "minimum": 1},
        }),
        Kind::Texts => json!({"type": "array", "items": {"type": "string"}}),
        Kind::Object => json!({"type": "object"}),
        Kind::Objects => json!({"type": "array", "items": {"type": "object"}}),
    }
}

fn any_command() -> RefOr<Schema> {
    let all: Vec<Value> = SPECS
        .iter()
        .map(|spec| json!({"$ref": format!("#/components/schemas/{}", schema_name(spec))}))
        .collect();
    raw(json!({"oneOf": all, "discriminator": {"propertyName": "type"}}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_that_is_named_is_there() {
        let text = document().to_json().unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for name in text.split("#/components/schemas/").skip(1) {
            let name = name.split('"').next().unwrap();
            assert!(schemas.contains_key(name), "{name}");
        }
        // Nothing was lost on the way through `raw`.
        let command = &schemas["CheckOutCommand"];
        assert_eq!(command["properties"]["type"]["enum"][0], "check_out");
        assert_eq!(command["additionalProperties"], false);
        assert_eq!(schemas["Command"]["oneOf"].as_array().unwrap().len(), SPECS.len());
    }
}
