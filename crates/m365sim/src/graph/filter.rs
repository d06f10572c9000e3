//! `$filter`: the operators a reader of directories needs, and which of them are advanced
//! (graph-facts 3.1). Anything else is refused, never guessed.

use crate::graph::refusal::Refusal;
use crate::rng::guid_of;

/// A parsed filter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    /// `property op literal`.
    Compare {
        prop: String,
        op: Op,
        value: String,
    },
    /// `property in ('a','b')`.
    In {
        prop: String,
        values: Vec<String>,
    },
    /// `startswith(property,'x')` or `endswith`.
    Affix {
        prop: String,
        end: bool,
        value: String,
    },
    /// `list/any(x:x eq 'v')` or `list/any(x:x/part eq 'v')` or startswith inside.
    Any {
        prop: String,
        part: Option<String>,
        prefix: bool,
        value: String,
    },
    /// `list/$count ne 0`.
    Count {
        prop: String,
        op: Op,
        value: usize,
    },
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Eq,
    Ne,
    Ge,
    Le,
}

impl Expr {
    /// Whether it needs `ConsistencyLevel: eventual` and `$count=true`, and the operator that does.
    pub(crate) fn advanced(&self) -> Option<&'static str> {
        match self {
            Self::And(a, b) | Self::Or(a, b) => a.advanced().or_else(|| b.advanced()),
            Self::Not(_) => Some("not"),
            Self::Compare { op: Op::Ne, .. } => Some("ne"),
            Self::Compare { prop, .. } if prop.starts_with("onPremisesExtensionAttributes/") => Some("eq"),
            Self::Affix { end: true, .. } => Some("endsWith"),
            Self::Count { .. } => Some("$count"),
            Self::Compare { .. } | Self::In { .. } | Self::Affix { .. } | Self::Any { .. } => None,
        }
    }
}

/// Parses a filter.
pub(crate) fn parse(text: &str) -> Result<Expr, Refusal> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let expr = parser.or()?;
    if parser.at == tokens.len() { Ok(expr) } else { Err(invalid()) }
}

/// The only filter delta knows: `id eq 'a' or id eq 'b'`, at most 50 (graph-facts 4.1).
pub(crate) fn ids_only(text: &str) -> Result<Vec<u128>, Refusal> {
    fn collect(expr: &Expr, ids: &mut Vec<u128>) -> Result<(), Refusal> {
        match expr {
            Expr::Or(a, b) => {
                collect(a, ids)?;
                collect(b, ids)
            }
            Expr::Compare { prop, op: Op::Eq, value } if prop == "id" => {
                let id = guid_of(value.trim_matches('"')).ok_or_else(invalid)?;
                ids.push(id);
                Ok(())
            }
            _ => Err(Refusal::unsupported("Only 'id eq' is supported in a filter of delta.")),
        }
    }
    let mut ids = Vec::new();
    collect(&parse(text)?, &mut ids)?;
    if ids.len() > 50 {
        return Err(Refusal::bad("Too many ids in the filter: at most 50."));
    }
    Ok(ids)
}

fn invalid() -> Refusal {
    Refusal::new(400, "BadRequest", "Invalid filter clause.")
}

#[derive(Clone, Debug, PartialEq)]
enum Tok {
    Word(String),
    Text(String),
    Sign(char),
}

fn tokens(text: &str) -> Result<Vec<Tok>, Refusal> {
    let mut out = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' => {}
            '(' | ')' | ',' | ':' => out.push(Tok::Sign(c)),
            '\'' => {
                let mut value = String::new();
                loop {
                    match chars.next() {
                        Some('\'') if chars.next_if_eq(&'\'').is_some() => value.push('\''),
                        Some('\'') => break,
                        Some(other) => value.push(other),
                        None => return Err(invalid()),
                    }
                }
                out.push(Tok::Text(value));
            }
            _ => {
                let mut word = String::from(c);
                while let Some(next) = chars.next_if(|n| !" (),'".contains(*n) && !colon_ends(&word, *n)) {
                    word.push(next);
                }
                out.push(Tok::Word(word));
            }
        }
    }
    Ok(out)
}

/// `x:x` in a lambda ends a word at the colon; a time such as `2021-11-01T00:00:00Z` does not.
fn colon_ends(word: &str, next: char) -> bool {
    next == ':' && !word.starts_with(|c: char| c.is_ascii_digit())
}

struct Parser<'a> {
    tokens: &'a [Tok],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Tok> {
        self.tokens.get(self.at)
    }

    fn word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Tok::Word(w)) if w.eq_ignore_ascii_case(word))
    }

    fn next(&mut self) -> Result<Tok, Refusal> {
        let token = self.peek().cloned().ok_or_else(invalid)?;
        self.at += 1;
        Ok(token)
    }

    fn sign(&mut self, sign: char) -> Result<(), Refusal> {
        if self.next()? == Tok::Sign(sign) { Ok(()) } else { Err(invalid()) }
    }

    fn or(&mut self) -> Result<Expr, Refusal> {
        let mut left = self.and()?;
        while self.word("or") {
            self.at += 1;
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr, Refusal> {
        let mut left = self.unary()?;
        while self.word("and") {
            self.at += 1;
            left = Expr::And(Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, Refusal> {
        if self.word("not") {
            self.at += 1;
            return Ok(Expr::Not(Box::new(self.unary()?)));
        }
        if self.peek() == Some(&Tok::Sign('(')) {
            self.at += 1;
            let inner = self.or()?;
            self.sign(')')?;
            return Ok(inner);
        }
        let Tok::Word(word) = self.next()? else { return Err(invalid()) };
        let low = word.to_ascii_lowercase();
        if low == "startswith" || low == "endswith" {
            self.sign('(')?;
            let Tok::Word(prop) = self.next()? else { return Err(invalid()) };
            self.sign(',')?;
            let value = self.literal()?;
            self.sign(')')?;
            return Ok(Expr::Affix { prop, end: low == "endswith", value });
        }
        if let Some(prop) = low.strip_suffix("/any").and_then(|l| word.get(..l.len())) {
            return self.any(prop);
        }
        if let Some(prop) = low.strip_suffix("/$count").and_then(|l| word.get(..l.len())) {
            let op = self.op()?;
            let value = self.literal()?.parse().map_err(|_| invalid())?;
            return Ok(Expr::Count { prop: prop.to_owned(), op, value });
        }
        if self.word("in") {
            self.at += 1;
            return self.list(word);
        }
        let op = self.op()?;
        Ok(Expr::Compare { prop: word, op, value: self.literal()? })
    }

    fn list(&mut self, prop: String) -> Result<Expr, Refusal> {
        self.sign('(')?;
        let mut values = vec![self.literal()?];
        while self.peek() == Some(&Tok::Sign(',')) {
            self.at += 1;
            values.push(self.literal()?);
        }
        self.sign(')')?;
        // 15 values at most (graph-facts section 18).
        if values.len() > 15 {
            return Err(Refusal::bad("Too many values in an 'in' clause: at most 15."));
        }
        Ok(Expr::In { prop, values })
    }

    fn any(&mut self, prop: &str) -> Result<Expr, Refusal> {
        self.sign('(')?;
        let Tok::Word(var) = self.next()? else { return Err(invalid()) };
        self.sign(':')?;
        let prefix = self.word("startswith");
        if prefix {
            self.at += 1;
            self.sign('(')?;
        }
        let Tok::Word(path) = self.next()? else { return Err(invalid()) };
        let part = path.strip_prefix(&var).ok_or_else(invalid)?.strip_prefix('/').map(str::to_owned);
        if prefix {
            self.sign(',')?;
        } else if self.op()? != Op::Eq {
            return Err(invalid());
        }
        let value = self.literal()?;
        if prefix {
            self.sign(')')?;
        }
        self.sign(')')?;
        Ok(Expr::Any { prop: prop.to_owned(), part, prefix, value })
    }

    fn op(&mut self) -> Result<Op, Refusal> {
        let Tok::Word(word) = self.next()? else { return Err(invalid()) };
        match word.to_ascii_lowercase().as_str() {
            "eq" => Ok(Op::Eq),
            "ne" => Ok(Op::Ne),
            "ge" => Ok(Op::Ge),
            "le" => Ok(Op::Le),
            _ => Err(invalid()),
        }
    }

    /// A literal as the JSON it is compared with.
    fn literal(&mut self) -> Result<String, Refusal> {
        match self.next()? {
            Tok::Text(text) => Ok(serde_json::Value::String(text).to_string()),
            Tok::Word(word) => match word.as_str() {
                "true" | "false" | "null" => Ok(word),
                other if other.parse::<i64>().is_ok() => Ok(word),
                _ => Ok(format!("\"{word}\"")),
            },
            Tok::Sign(_) => Err(invalid()),
        }
    }
}
