//! The contract: every answer is checked against the project's own table of Graph's types.
//!
//! Forms of answers: `list` (context, `value`, perhaps nextLink and count), `delta` (either nextLink or
//! deltaLink, items with `@removed`, `members@delta`, `manager@delta`), `mixed` (items of several types,
//! told apart by `@odata.type`), `any` (a cast list), `single` and `typed` (one object, without and with
//! `@odata.type`), `plain` (no OData around it), `number` (plain text), `empty` (nothing).
//! Rule: an unknown property, a wrong type, a `null` where none may be, a stray annotation is a breach.

mod table;

use serde_json::{Map, Value};

use crate::contract::table::{Form, TABLE, Table, Type};
use crate::graph::Reply;

/// What was wrong with an answer, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach(pub String);

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Breach {}

/// Checks one of our own answers.
pub(crate) fn check(reply: &Reply) -> Result<(), Breach> {
    validate(reply.shape, &reply.body)
}

/// Checks the body of an answer named in the table, such as `users/delta` or `error`.
pub fn validate(answer: &str, body: &[u8]) -> Result<(), Breach> {
    let table = &*TABLE;
    let Some(answer) = table.answers.get(answer) else {
        return Err(Breach(format!("the table knows no answer '{answer}'")));
    };
    if answer.form == Form::Number {
        let number = std::str::from_utf8(body).ok().and_then(|t| t.parse::<u64>().ok());
        return number.map(|_| ()).ok_or_else(|| Breach("not a number".to_owned()));
    }
    if answer.form == Form::Empty {
        return if body.is_empty() { Ok(()) } else { Err(Breach("not empty".to_owned())) };
    }
    let value: Value = serde_json::from_slice(body).map_err(|e| Breach(e.to_string()))?;
    let Value::Object(map) = &value else { return Err(Breach("not an object".to_owned())) };
    let judge = Judge { table };
    match answer.form {
        Form::Plain => judge.object(map, &answer.item, &[], "$"),
        Form::Single => {
            context(map)?;
            judge.object(map, &answer.item, &["@odata.context"], "$")
        }
        Form::Typed => {
            context(map)?;
            let name = judge.named(map, "$")?;
            judge.object(map, &name, &["@odata.context", "@odata.type"], "$")
        }
        Form::List | Form::Any | Form::Mixed | Form::Delta => {
            context(map)?;
            judge.collection(map, answer.form, &answer.item)
        }
        Form::Number | Form::Empty => Ok(()),
    }
}

fn context(map: &Map<String, Value>) -> Result<(), Breach> {
    let context = map.get("@odata.context").and_then(Value::as_str);
    if context.is_some_and(|c| c.contains("/v1.0/$metadata#")) {
        Ok(())
    } else {
        Err(Breach("no '@odata.context'".to_owned()))
    }
}

struct Judge<'t> {
    table: &'t Table,
}

impl Judge<'_> {
    fn collection(&self, map: &Map<String, Value>, form: Form, item: &str) -> Result<(), Breach> {
        for (name, value) in map {
            let fine = match name.as_str() {
                "@odata.context" | "@odata.nextLink" | "@odata.deltaLink" => value.is_string(),
                "@odata.count" => value.is_u64(),
                "value" => value.is_array(),
                _ => false,
            };
            if !fine {
                return Err(Breach(format!("'{name}' around a collection")));
            }
        }
        let links = [map.contains_key("@odata.nextLink"), map.contains_key("@odata.deltaLink")];
        if form == Form::Delta && links[0] == links[1] || form != Form::Delta && links[1] {
            return Err(Breach("delta wants either nextLink or deltaLink, others no deltaLink".to_owned()));
        }
        let items =
            map.get("value").and_then(Value::as_array).ok_or_else(|| Breach("no 'value'".to_owned()))?;
        for (number, value) in items.iter().enumerate() {
            let place = format!("value[{number}]");
            let Value::Object(map) = value else { return Err(Breach(format!("{place}: not an object"))) };
            match form {
                Form::Delta => self.delta(map, item, &place)?,
                Form::Mixed => self.object(map, &self.named(map, &place)?, &["@odata.type"], &place)?,
                Form::Any => {
                    let fits = ["user", "group", "orgContact", "device"];
                    let fit = fits.iter().any(|t| self.object(map, t, &[], &place).is_ok());
                    if !fit {
                        return Err(Breach(format!("{place}: fits no type")));
                    }
                }
                Form::List | Form::Single | Form::Typed | Form::Plain | Form::Number | Form::Empty => {
                    self.object(map, item, &[], &place)?;
                }
            }
        }
        Ok(())
    }

    fn delta(&self, map: &Map<String, Value>, item: &str, place: &str) -> Result<(), Breach> {
        if !map.contains_key("id") {
            return Err(Breach(format!("{place}: delta without id")));
        }
        if let Some(removed) = map.get("@removed") {
            self.value(removed, &Type::Named("deltaRemoved".to_owned()), &format!("{place}.@removed"))?;
            let only = map.keys().all(|k| k == "id" || k == "@removed");
            return if only { Ok(()) } else { Err(Breach(format!("{place}: more than id on @removed"))) };
        }
        let edges = if item == "group" { "members@delta" } else { "manager@delta" };
        if let Some(list) = map.get(edges) {
            let member = Type::List(Box::new(Type::Named("deltaMember".to_owned())));
            self.value(list, &member, &format!("{place}.{edges}"))?;
            if list.as_array().is_some_and(Vec::is_empty) {
                return Err(Breach(format!("{place}: empty {edges}")));
            }
        }
        self.object(map, item, &[edges], place)
    }

    /// The type an object says it is.
    fn named(&self, map: &Map<String, Value>, place: &str) -> Result<String, Breach> {
        let name = map.get("@odata.type").and_then(Value::as_str);
        let name = name.and_then(|n| n.strip_prefix("#microsoft.graph."));
        name.filter(|n| self.table.types.contains_key(*n))
            .map(str::to_owned)
            .ok_or_else(|| Breach(format!("{place}: no known '@odata.type'")))
    }

    fn object(
        &self,
        map: &Map<String, Value>,
        name: &str,
        allowed: &[&str],
        place: &str,
    ) -> Result<(), Breach> {
        let Some(ty) = self.table.types.get(name) else {
            return Err(Breach(format!("{place}: the table knows no type '{name}'")));
        };
        for (key, value) in map {
            if allowed.contains(&key.as_str()) {
                continue;
            }
            let Some(want) = ty.get(key) else {
                return Err(Breach(format!("{place}: '{key}' is no property of {name}")));
            };
            self.value(value, want, &format!("{place}.{key}"))?;
        }
        Ok(())
    }

    fn value(&self, value: &Value, want: &Type, place: &str) -> Result<(), Breach> {
        let text = value.as_str();
        let fine = match want {
            Type::Any => true,
            Type::Nullable(_) if value.is_null() => true,
            Type::Nullable(inner) => return self.value(value, inner, place),
            Type::Text => text.is_some(),
            Type::Bool => value.is_boolean(),
            Type::Int => value.is_i64() || value.is_u64(),
            Type::Uuid => text.is_some_and(|t| crate::rng::guid_of(t).is_some()),
            Type::Date => text.is_some_and(date),
            Type::Enum(members) => text.is_some_and(|t| members.iter().any(|m| m == t)),
            Type::List(inner) => {
                let Some(items) = value.as_array() else { return Err(wrong(value, want, place)) };
                for (number, item) in items.iter().enumerate() {
                    self.value(item, inner, &format!("{place}[{number}]"))?;
                }
                true
            }
            Type::Named(name) => match value {
                Value::Object(map) => return self.object(map, name, &["@odata.type"], place),
                _ => false,
            },
        };
        if fine { Ok(()) } else { Err(wrong(value, want, place)) }
    }
}

fn wrong(value: &Value, want: &Type, place: &str) -> Breach {
    let mut shown = value.to_string();
    shown.truncate(shown.floor_char_boundary(80));
    Breach(format!("{place}: {shown} is no {want:?}"))
}

/// `2026-01-31T08:15:00Z`, fractions allowed.
fn date(text: &str) -> bool {
    let shape = |(at, c): (usize, char)| match at {
        4 | 7 => c == '-',
        10 => c == 'T',
        13 | 16 => c == ':',
        _ => c.is_ascii_digit(),
    };
    let head = text.get(..19).is_some_and(|h| h.char_indices().all(shape));
    head && text.ends_with('Z')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(item: &str) -> Result<(), Breach> {
        let body = format!(
            r#"{{"@odata.context":"http://x/v1.0/$metadata#users","@odata.deltaLink":"http://x","value":[{item}]}}"#
        );
        validate("users/delta", body.as_bytes())
    }

    const ID: &str = r#""id":"11111111-2222-4333-8444-555555555555""#;

    #[test]
    fn x3_the_contract_lets_right_answers_pass() {
        delta(&format!(r#"{{{ID},"displayName":"A","mail":null}}"#)).unwrap();
        delta(&format!(r#"{{{ID},"@removed":{{"reason":"changed"}}}}"#)).unwrap();
    }

    #[test]
    fn x3_the_contract_catches_what_is_wrong() {
        for item in [
            r#"{"displayName":"A"}"#.to_owned(),
            format!(r#"{{{ID},"displayname":"A"}}"#),
            format!(r#"{{{ID},"businessPhones":null}}"#),
            format!(r#"{{{ID},"accountEnabled":"true"}}"#),
            format!(r#"{{{ID},"createdDateTime":"yesterday"}}"#),
            format!(r#"{{{ID},"userType":"External"}}"#),
            format!(r#"{{{ID},"@removed":{{"reason":"gone"}}}}"#),
            format!(r#"{{{ID},"@odata.type":"x"}}"#),
            format!(r#"{{{ID},"assignedLicenses":[{{"skuId":"x"}}]}}"#),
        ] {
            assert!(delta(&item).is_err(), "{item}");
        }
        assert!(validate("users", br#"{"value":[]}"#).is_err(), "no context");
    }

    #[test]
    fn x3_every_property_played_is_in_the_contract() {
        use crate::dir::Kind;
        for kind in [Kind::User, Kind::Group, Kind::OrgContact, Kind::Device, Kind::ServicePrincipal] {
            let name = kind.odata().trim_start_matches("#microsoft.graph.");
            for prop in kind.props() {
                assert!(TABLE.types[name].contains_key(prop.name), "{name}.{}", prop.name);
            }
        }
    }
}
