//! Applying a filter: which properties may be filtered how, and whether an object matches.

use serde_json::Value;

use crate::dir::{Directory, Kind, Object, Range};
use crate::graph::Call;
use crate::graph::filter::{Expr, Op, parse};
use crate::graph::refusal::Refusal;
use crate::rng::guid_text;

/// Parses and checks the filter of a list.
pub(crate) fn filter(call: &Call<'_>, kind: Kind) -> Result<Option<Expr>, Refusal> {
    let Some(text) = &call.query.filter else { return Ok(None) };
    let expr = parse(text)?;
    check(&expr, kind)?;
    if let Some(operator) = expr.advanced().filter(|_| !call.advanced()) {
        return Err(Refusal::unsupported(format!(
            "Operator '{operator}' is not supported because the required parameters might be missing. \
             Try adding $count=true query parameter and ConsistencyLevel:eventual header. \
             Refer to https://aka.ms/graph-docs/advanced-queries for more information"
        )));
    }
    Ok(Some(expr))
}

/// Refuses what the documentation does not allow.
fn check(expr: &Expr, kind: Kind) -> Result<(), Refusal> {
    let unsupported = |prop: &str| {
        let resource = if kind == Kind::Group { "Group" } else { "User" };
        Err(Refusal::unsupported(format!(
            "Unsupported or invalid query filter clause specified for property '{prop}' of resource '{resource}'."
        )))
    };
    match expr {
        Expr::And(a, b) | Expr::Or(a, b) => check(a, kind).and_then(|()| check(b, kind)),
        Expr::Not(inner) => check(inner, kind),
        // Of the texts that the documentation lets compare (user resource), the one that anybody needs.
        Expr::Compare { prop, op: Op::Ge | Op::Le, .. } => {
            if kind == Kind::User && prop == "userPrincipalName" { Ok(()) } else { unsupported(prop) }
        }
        Expr::Compare { prop, .. } | Expr::In { prop, .. } => {
            let root = prop.split('/').next().unwrap_or(prop);
            if root == "id" || kind.prop(root).is_some() { Ok(()) } else { unsupported(prop) }
        }
        Expr::Affix { prop, .. } | Expr::Any { prop, .. } | Expr::Count { prop, .. } => {
            if kind.prop(prop).is_some() { Ok(()) } else { unsupported(prop) }
        }
    }
}

/// The range of sign-in names that a filter asks for, where it asks for nothing else.
pub(crate) fn range(expr: &Expr) -> Option<Range<'_>> {
    match expr {
        Expr::Compare { op: Op::Ge, value, .. } => Some(Range { low: Some(value), high: None }),
        Expr::Compare { op: Op::Le, value, .. } => Some(Range { low: None, high: Some(value) }),
        Expr::And(a, b) => match (range(a)?, range(b)?) {
            (Range { low, high: None }, Range { low: None, high }) => Some(Range { low, high }),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an object matches. Texts are compared without regard to case, as the directory does.
pub(crate) fn matches(expr: &Expr, dir: &Directory, object: &Object) -> bool {
    match expr {
        Expr::And(a, b) => matches(a, dir, object) && matches(b, dir, object),
        Expr::Or(a, b) => matches(a, dir, object) || matches(b, dir, object),
        Expr::Not(inner) => !matches(inner, dir, object),
        Expr::Compare { prop, op: op @ (Op::Ge | Op::Le), value } => {
            order(raw(dir, object, prop), value.as_bytes()).is_some_and(|order| match op {
                Op::Ge => order.is_ge(),
                Op::Eq | Op::Ne | Op::Le => order.is_le(),
            })
        }
        Expr::Compare { prop, op, value } => {
            let equal = same(&json(dir, object, prop), value);
            if *op == Op::Ne { !equal } else { equal }
        }
        Expr::In { prop, values } => {
            let json = json(dir, object, prop);
            values.iter().any(|v| same(&json, v))
        }
        Expr::Affix { prop, end, value } => {
            let (have, want) = (text(&json(dir, object, prop)), text(value));
            !have.is_empty() && if *end { have.ends_with(&want) } else { have.starts_with(&want) }
        }
        Expr::Any { prop, part, prefix, value } => {
            let want = text(value);
            list(dir, object, prop).iter().any(|item| {
                let item = part.as_ref().map_or(item, |p| item.get(p).unwrap_or(&Value::Null));
                let have = item.as_str().unwrap_or_default().to_lowercase();
                if *prefix { have.starts_with(&want) } else { have == want }
            })
        }
        Expr::Count { prop, op, value } => {
            let equal = list(dir, object, prop).len() == *value;
            if *op == Op::Ne { !equal } else { equal }
        }
    }
}

fn json(dir: &Directory, object: &Object, prop: &str) -> String {
    if prop.eq_ignore_ascii_case("id") {
        return format!("\"{}\"", guid_text(object.id));
    }
    let (root, part) = prop.split_once('/').map_or((prop, None), |(root, part)| (root, Some(part)));
    let json = String::from_utf8_lossy(raw(dir, object, root)).into_owned();
    let Some(part) = part else { return json };
    let value: Value = serde_json::from_str(&json).unwrap_or(Value::Null);
    value.get(part).map_or_else(|| "null".to_owned(), Value::to_string)
}

fn raw<'d>(dir: &'d Directory, object: &Object, prop: &str) -> &'d [u8] {
    let span = object.kind.prop(prop).and_then(|p| object.span(p));
    span.map_or(b"null", |span| dir.pool.get(span))
}

/// How two texts as JSON stand to each other, without regard to case; nothing is no text.
fn order(have: &[u8], want: &[u8]) -> Option<std::cmp::Ordering> {
    let have = have.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let want = want.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    Some(have.iter().map(u8::to_ascii_lowercase).cmp(want.iter().map(u8::to_ascii_lowercase)))
}

fn same(json: &str, literal: &str) -> bool {
    json == literal || json.to_lowercase() == literal.to_lowercase()
}

fn text(json: &str) -> String {
    serde_json::from_str::<String>(json).unwrap_or_default().to_lowercase()
}

fn list(dir: &Directory, object: &Object, prop: &str) -> Vec<Value> {
    serde_json::from_str(&json(dir, object, prop)).unwrap_or_default()
}
