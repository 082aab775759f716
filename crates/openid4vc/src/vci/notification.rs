//! Notifications (OpenID4VCI §11): the wallet says what became of the credentials.

use tamarack::Randomness;
use tamarack::json::Object;

use crate::members::{Builder, Members};
use crate::oauth::access::AccessToken;
use crate::oauth::secret::{Digest, Secret};
use crate::{Refusal, RefusalCode, Result, limits};

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// They are in the wallet.
    CredentialAccepted,
    /// They could not be stored.
    CredentialFailure,
    /// The person did not want them.
    CredentialDeleted,
}

impl Event {
    const ALL: [Self; 3] = [Self::CredentialAccepted, Self::CredentialFailure, Self::CredentialDeleted];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CredentialAccepted => "credential_accepted",
            Self::CredentialFailure => "credential_failure",
            Self::CredentialDeleted => "credential_deleted",
        }
    }
}

/// A notification. The answer to one that is taken is 204 (No Content), however often it comes.
#[derive(Clone, PartialEq, Debug)]
pub struct Notification {
    /// Which response it is about.
    pub notification_id: String,
    /// What happened.
    pub event: Event,
    /// More, in ASCII, for developers. Not to be logged unread: a wallet wrote it.
    pub event_description: Option<String>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

impl Notification {
    /// Reads the body of a request (`application/json`).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidNotificationRequest`], about the member.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let mut members = Members::parse(json, limits::MESSAGE_BYTES, RefusalCode::InvalidNotificationRequest)?;
        let event = members.need_text("event")?;
        let event =
            Event::ALL.into_iter().find(|known| known.name() == event).ok_or_else(|| members.refuse("event"))?;
        let event_description = members.text("event_description")?;
        let plain = |text: &String| text.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e));
        if !event_description.as_ref().is_none_or(plain) {
            return Err(members.refuse("event_description"));
        }
        let notification_id = members.need_text("notification_id")?;
        Ok(Self { notification_id, event, event_description, other: members.rest() })
    }

    /// The body of the request.
    #[must_use]
    pub fn to_json(&self) -> String {
        Builder::default()
            .set("notification_id", Some(self.notification_id.clone()))
            .set("event", Some(self.event.name()))
            .set("event_description", self.event_description.clone())
            .rest(&self.other)
            .json()
    }
}

/// A `notification_id` in the store.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Notifiable {
    /// The `notification_id`.
    pub id: Digest,
    /// The authorization from which the credentials follow.
    pub family: Digest,
}

impl Notifiable {
    /// Draws a `notification_id` for a credential response.
    ///
    /// # Errors
    /// [`RefusalCode::ServerError`] if there is no randomness.
    pub fn issue(token: &AccessToken, rng: &mut dyn Randomness) -> Result<(String, Self)> {
        let id = Secret::draw(rng).map_err(Refusal::internal)?;
        Ok((id.expose().to_owned(), Self { id: id.digest(), family: token.family }))
    }

    /// Whether the notification is about this and comes from whom it may.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidNotificationId`].
    pub fn check(&self, notification: &Notification, token: &AccessToken) -> Result<()> {
        if Digest::of(&notification.notification_id) == self.id && token.family == self.family {
            Ok(())
        } else {
            Err(unknown())
        }
    }
}

/// The refusal for a `notification_id` of which the store has no row.
#[must_use]
pub const fn unknown() -> Refusal {
    Refusal::new(RefusalCode::InvalidNotificationId, "notification_id")
}
