//! Compact bodies of mirror rows and plan details: a version byte, then values in a fixed order. Rows of an older version
//! stay readable; an unreadable body is damage, never a guess.

use model::SourceId;
use model::source::{GroupKind, Licence, SourceGroup, SourceUser, UserKind};

use crate::error::{Result, StoreError};

/// The version that is written.
const VERSION: u8 = 1;

/// Writes values one after another.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    /// What was written.
    pub bytes: Vec<u8>,
}

impl Encoder {
    /// Starts with the version.
    pub(crate) fn new() -> Self {
        Self { bytes: vec![VERSION] }
    }

    /// Starts over, keeping the room.
    pub(crate) fn restart(&mut self) {
        self.bytes.clear();
        self.bytes.push(VERSION);
    }

    /// One byte.
    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// A whole number.
    pub(crate) fn int(&mut self, value: i64) {
        self.bytes.extend_from_slice(&value.to_be_bytes());
    }

    /// Bytes with their length.
    pub(crate) fn blob(&mut self, bytes: &[u8]) {
        let mut length = bytes.len();
        while length >= 0x80 {
            self.bytes.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        self.bytes.push(length as u8);
        self.bytes.extend_from_slice(bytes);
    }

    /// Text or nothing.
    pub(crate) fn opt_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => {
                self.byte(1);
                self.blob(text.as_bytes());
            }
            None => self.byte(0),
        }
    }
}

/// Reads values in the order in which they were written.
#[derive(Debug)]
pub(crate) struct Decoder<'b> {
    rest: &'b [u8],
}

fn damaged() -> StoreError {
    StoreError::Corrupt("a stored row cannot be read".to_owned())
}

impl<'b> Decoder<'b> {
    /// Checks the version.
    pub(crate) fn new(bytes: &'b [u8]) -> Result<Self> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => Ok(Self { rest }),
            Some(_) | None => Err(damaged()),
        }
    }

    /// Whether all was read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// One byte.
    pub(crate) fn byte(&mut self) -> Result<u8> {
        let (&first, rest) = self.rest.split_first().ok_or_else(damaged)?;
        self.rest = rest;
        Ok(first)
    }

    fn take(&mut self, n: usize) -> Result<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(n).ok_or_else(damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    /// A whole number.
    pub(crate) fn int(&mut self) -> Result<i64> {
        let bytes = self.take(8)?.try_into().map_err(|_| damaged())?;
        Ok(i64::from_be_bytes(bytes))
    }

    /// Bytes with their length.
    pub(crate) fn blob(&mut self) -> Result<&'b [u8]> {
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let byte = self.byte()?;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return self.take(length);
            }
            if shift > 28 {
                return Err(damaged());
            }
        }
    }

    /// Text or nothing.
    pub(crate) fn opt_text(&mut self) -> Result<Option<Box<str>>> {
        match self.byte()? {
            0 => Ok(None),
            _ => Ok(Some(std::str::from_utf8(self.blob()?).map_err(|_| damaged())?.into())),
        }
    }

    /// A source id.
    pub(crate) fn source(&mut self) -> Result<SourceId> {
        Ok(SourceId::from_bytes(self.blob()?))
    }
}

/// A source user's body, the id apart.
pub(crate) fn encode_user(to: &mut Encoder, user: &SourceUser) {
    to.restart();
    to.byte(u8::from(user.kind == UserKind::Guest));
    to.byte(u8::from(user.enabled));
    to.byte(match user.licence {
        Licence::None => 0,
        Licence::WithoutMailbox => 1,
        Licence::Mailbox => 2,
    });
    let texts = [
        &user.first_name,
        &user.last_name,
        &user.display_name,
        &user.mail,
        &user.upn,
        &user.job_title,
        &user.department,
        &user.company,
        &user.office,
        &user.mobile,
        &user.business_phone,
    ];
    for text in texts {
        to.opt_text(text.as_deref());
    }
    to.int(user.skus.len() as i64);
    for sku in &user.skus {
        to.blob(sku);
    }
    to.int(user.aliases.len() as i64);
    for alias in &user.aliases {
        to.blob(alias.as_bytes());
    }
}

/// Reads a source user's body.
pub(crate) fn decode_user(id: SourceId, body: &[u8]) -> Result<SourceUser> {
    let mut from = Decoder::new(body)?;
    let kind = if from.byte()? == 1 { UserKind::Guest } else { UserKind::Member };
    let enabled = from.byte()? == 1;
    let licence = match from.byte()? {
        0 => Licence::None,
        1 => Licence::WithoutMailbox,
        _ => Licence::Mailbox,
    };
    let mut user = SourceUser { id, kind, enabled, licence, ..SourceUser::default() };
    user.first_name = from.opt_text()?;
    user.last_name = from.opt_text()?;
    user.display_name = from.opt_text()?;
    user.mail = from.opt_text()?;
    user.upn = from.opt_text()?;
    user.job_title = from.opt_text()?;
    user.department = from.opt_text()?;
    user.company = from.opt_text()?;
    user.office = from.opt_text()?;
    user.mobile = from.opt_text()?;
    user.business_phone = from.opt_text()?;
    for _ in 0..from.int()? {
        user.skus.push(from.blob()?.try_into().map_err(|_| damaged())?);
    }
    for _ in 0..from.int()? {
        user.aliases.push(std::str::from_utf8(from.blob()?).map_err(|_| damaged())?.into());
    }
    Ok(user)
}

/// A source group's body, id and name apart.
pub(crate) fn encode_group(group: &SourceGroup) -> Vec<u8> {
    let mut to = Encoder::new();
    to.byte(match group.kind {
        GroupKind::Security => 0,
        GroupKind::MailSecurity => 1,
        GroupKind::Distribution => 2,
        GroupKind::Microsoft365 => 3,
        GroupKind::Team => 4,
    });
    to.byte(u8::from(group.hidden_membership));
    to.byte(u8::from(group.dynamic));
    to.opt_text(group.description.as_deref());
    to.opt_text(group.mail.as_deref());
    to.bytes
}

/// Reads a source group's body.
pub(crate) fn decode_group(id: SourceId, name: &str, body: &[u8]) -> Result<SourceGroup> {
    let mut from = Decoder::new(body)?;
    let kind = match from.byte()? {
        0 => GroupKind::Security,
        1 => GroupKind::MailSecurity,
        2 => GroupKind::Distribution,
        3 => GroupKind::Microsoft365,
        _ => GroupKind::Team,
    };
    Ok(SourceGroup {
        id,
        name: name.into(),
        kind,
        hidden_membership: from.byte()? == 1,
        dynamic: from.byte()? == 1,
        description: from.opt_text()?,
        mail: from.opt_text()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_read_back_and_damage_is_told() {
        let id = SourceId::Guid([7; 16]);
        let user = SourceUser {
            id: id.clone(),
            enabled: true,
            licence: Licence::Mailbox,
            first_name: Some("Jörg".into()),
            mail: Some("x".repeat(300).into()),
            skus: vec![[3; 16]],
            aliases: vec!["a@b.example".into()],
            ..SourceUser::default()
        };
        let mut to = Encoder::new();
        encode_user(&mut to, &user);
        assert_eq!(decode_user(id.clone(), &to.bytes).unwrap(), user);
        for cut in 0..to.bytes.len() {
            assert!(decode_user(id.clone(), &to.bytes[..cut]).is_err(), "cut at {cut}");
        }
    }
}
