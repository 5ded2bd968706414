//! The people of the cast who write SMS.

use crate::cast::phrases::TERSE;
use crate::cast::script::{Persona, Script};
use crate::channel::Channel;
use crate::person::PLAIN;

/// Has an old phone without WhatsApp. Writes short messages, in English the first time and in German the next.
pub(super) const RUTH: Persona = Persona {
    name: "Ruth Engel",
    phone: Some("4917604069021"),
    user_id: "DE.61840275539903817",
    username: None,
    channel: Channel::Sms,
    behaviour: PLAIN,
    came_by: None,
    may_open: false,
    phrases: &TERSE,
    facts: &[
        (&["your name", "full name", "ihr name", "ihren namen", "wie heißen"], "Ruth Engel"),
        (&["whatsapp", "email", "e-mail"], "Only SMS, sorry. Nur SMS, old phone"),
    ],
    scripts: &[
        Script {
            opening: &[
                &["Hello, Ruth Engel here. Is my bike out of the workshop yet?"],
                &["Hello, is my bike ready? You said end of this week. Ruth Engel"],
            ],
            turns: &[&[&["Good. What do I owe you?"]], &[&["Ok. Are you open on Saturday afternoon?"]]],
            facts: &[
                (&["order number", "job number", "ticket"], "Ticket 3094"),
                (&["which bike", "what kind", "model", "colour", "color"], "The green one with the basket"),
            ],
            farewell: &[&["Thank you, I will be there at 3. Bye"], &["Thanks, see you on Saturday"]],
        },
        Script {
            opening: &[
                &["Guten Tag, hier noch mal Ruth Engel. Das Licht am grünen Rad geht seit gestern nicht."],
                &["Hallo, beim grünen Rad ist vorn das Licht aus. Kann ich heute vorbeikommen? Ruth Engel"],
            ],
            turns: &[
                &[&["Nur vorne. Hinten geht es."]],
                &[&["Gut. Wie lange dauert das ungefähr? Ich würde warten."]],
            ],
            facts: &[
                (&["auftragsnummer", "bestellnummer", "order number"], "Auf dem Zettel steht 3094"),
                (&["dynamo", "akku", "batterie"], "Mit Dynamo"),
            ],
            farewell: &[&["Prima, bis gleich. Danke"], &["Danke schön, bis dann"]],
        },
    ],
};
