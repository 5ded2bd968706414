//! Notifications: messages in a form that the provider approved, which may be sent at any time.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::AccountId;

/// The longest value of a variable, in characters (WhatsApp: template body of at most 1024).
pub const MAX_VARIABLE_CHARS: usize = 1_024;

/// An approved template of one account, as the provider lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Template {
    /// The account it is sent from.
    pub account: AccountId,
    /// Its name; with the language the key.
    pub name: String,
    /// Its language, such as `en_US`.
    pub language: String,
    /// The provider's word for its purpose, such as `UTILITY`.
    pub category: String,
    /// The line above the text, if there is one and it is text. Variables stand as `{{name}}`.
    pub header: Option<String>,
    /// The text. Variables stand as `{{name}}` or `{{1}}`.
    pub body: String,
    /// The line below the text.
    pub footer: Option<String>,
    /// What the buttons say.
    pub buttons: Vec<String>,
    /// What is to be filled in, in order of appearance, the header's first.
    pub variables: Vec<Variable>,
    /// Why it cannot be sent yet by this hub; absent when it can.
    pub unsendable: Option<Unsendable>,
}

/// Something to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Variable {
    /// Where it stands.
    pub place: VariablePlace,
    /// Its name, or its number as text.
    pub name: String,
    /// The example that the provider approved.
    pub example: Option<String>,
}

/// Where a variable stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VariablePlace {
    /// In the line above the text.
    Header,
    /// In the text.
    Body,
}

/// What a template has that cannot be filled in yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Unsendable {
    /// A picture, film, document or place above the text.
    MediaHeader,
    /// A button with a part to fill in.
    ButtonVariable,
    /// Something this version does not know.
    #[serde(other)]
    Unknown,
}

/// A template, filled in by an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FilledTemplate {
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// A value for each of its variables, in their order; 1 to [`MAX_VARIABLE_CHARS`] characters each, on
    /// one line.
    pub values: Vec<String>,
}
