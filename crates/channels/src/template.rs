//! Approved templates: as providers list them, and filled in for sending.

use deskbell_protocol::{Unsendable, Variable, VariablePlace};
use serde::{Deserialize, Serialize};

/// An approved template, filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboundTemplate {
    /// Its name.
    pub name: String,
    /// Its language, such as `en_US`.
    pub language: String,
    /// The values of its variables.
    pub parameters: Vec<Parameter>,
}

/// The value of one variable of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Where the variable stands.
    pub place: VariablePlace,
    /// The variable's name; absent where variables are numbered: then the order counts.
    pub name: Option<String>,
    /// The text.
    pub value: String,
}

/// A template as the provider lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTemplate {
    /// Its name; with the language the key.
    pub name: String,
    /// Its language, such as `en_US`.
    pub language: String,
    /// The provider's word for its purpose.
    pub category: String,
    /// Whether its variables have names; else they are numbered.
    pub named: bool,
    /// The line above the text, if it is text.
    pub header: Option<String>,
    /// The text.
    pub body: String,
    /// The line below the text.
    pub footer: Option<String>,
    /// What the buttons say.
    pub buttons: Vec<String>,
    /// What is to be filled in, the header's first.
    pub variables: Vec<Variable>,
    /// Why it cannot be filled in yet, if it cannot.
    pub unsendable: Option<Unsendable>,
}
