//! Reading the contract's table (`table.txt`).

use std::collections::HashMap;
use std::sync::LazyLock;

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    List,
    Delta,
    Mixed,
    Any,
    Single,
    Typed,
    Plain,
    Number,
    Empty,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Any,
    Nullable(Box<Type>),
    Text,
    Bool,
    Int,
    Uuid,
    Date,
    Enum(Vec<String>),
    List(Box<Type>),
    Named(String),
}

/// One kind of answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) form: Form,
    pub(crate) item: String,
}

/// The whole table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) answers: HashMap<String, Answer>,
    pub(crate) types: HashMap<String, HashMap<String, Type>>,
}

/// The project's table.
pub(crate) static TABLE: LazyLock<Table> = LazyLock::new(|| parse(include_str!("table.txt")));

fn parse(text: &str) -> Table {
    let mut table = Table::default();
    let mut open = String::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["answer", shape, _method, _path, form, item] if !line.starts_with(' ') => {
                let answer = Answer { form: form_of(form), item: (*item).to_owned() };
                table.answers.insert((*shape).to_owned(), answer);
            }
            // A property may be called `type`; it is indented.
            ["type", name] if !line.starts_with(' ') => (*name).clone_into(&mut open),
            [name, ty] => {
                table.types.entry(open.clone()).or_default().insert((*name).to_owned(), type_of(ty));
            }
            _ => {}
        }
    }
    table
}

fn form_of(word: &str) -> Form {
    match word {
        "list" => Form::List,
        "delta" => Form::Delta,
        "mixed" => Form::Mixed,
        "any" => Form::Any,
        "single" => Form::Single,
        "typed" => Form::Typed,
        "number" => Form::Number,
        "empty" => Form::Empty,
        _ => Form::Plain,
    }
}

fn type_of(word: &str) -> Type {
    if let Some(inner) = word.strip_suffix('?') {
        return Type::Nullable(Box::new(type_of(inner)));
    }
    if let Some(inner) = word.strip_prefix('[').and_then(|w| w.strip_suffix(']')) {
        return Type::List(Box::new(type_of(inner)));
    }
    if let Some(inner) = word.strip_prefix("enum(").and_then(|w| w.strip_suffix(')')) {
        return Type::Enum(inner.split('|').map(str::to_owned).collect());
    }
    match word {
        "any" => Type::Any,
        "string" => Type::Text,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "uuid" => Type::Uuid,
        "datetime" => Type::Date,
        name => Type::Named(name.to_owned()),
    }
}
