//! The people of the cast who write in German.

use crate::cast::phrases::GERMAN;
use crate::cast::script::{Persona, Script};
use crate::channel::Channel;
use crate::person::{Behaviour, IN_BURSTS, PLAIN, PRIVATE, QUICK};

/// Quick and to the point. Reacts to the first answer with a thumb.
pub(super) const MARTA: Persona = Persona {
    name: "Marta Keller",
    phone: Some("4917604069017"),
    user_id: "DE.21904438756610293",
    username: None,
    channel: Channel::WhatsApp,
    behaviour: Behaviour { likes: Some("👍"), ..QUICK },
    came_by: None,
    may_open: true,
    phrases: &GERMAN,
    facts: &[
        (&["ihr name", "ihren namen", "ihren vollständigen namen"], "Marta Keller."),
        (&["adresse", "anschrift"], "Lindenweg 8, 79098 Freiburg."),
        (&["e-mail", "email", "mailadresse"], "m.keller@example.de"),
    ],
    scripts: &[
        Script {
            opening: &[
                &[
                    "Guten Tag, ich habe gestern eine Fahrradtasche bestellt und leider die falsche Farbe gewählt. Lässt sich das noch ändern?",
                ],
                &[
                    "Hallo! Kann ich meine Bestellung von gestern noch ändern? Ich habe die Tasche in der falschen Farbe erwischt.",
                ],
            ],
            turns: &[
                &[&["Ich hätte sie gern in Dunkelblau statt in Grau."]],
                &[&["Super. Ändert sich dadurch der Liefertermin?"]],
                &[&["Das passt. Bekomme ich noch eine neue Bestätigung per E-Mail?"]],
            ],
            facts: &[(&["bestellnummer", "auftragsnummer", "order number"], "Die Bestellnummer ist 20533.")],
            farewell: &[
                &["Wunderbar, vielen Dank für die schnelle Hilfe. Schönen Tag noch!"],
                &["Prima, herzlichen Dank. Tschüss!"],
            ],
        },
        Script {
            opening: &[&["Hallo, wie lange haben Sie am Samstag geöffnet?"]],
            turns: &[
                &[&["Und kann ich ohne Termin vorbeikommen, um die Bremsen nachstellen zu lassen?"]],
                &[&["Gut. Was kostet das ungefähr?"]],
            ],
            facts: &[(&["scheibenbremse", "felgenbremse", "welche bremse"], "Hydraulische Scheibenbremsen.")],
            farewell: &[&["Alles klar, dann bis Samstag. Danke!"]],
        },
    ],
};

/// Sends every half sentence as a message.
pub(super) const YUSUF: Persona = Persona {
    name: "Yusuf Demir",
    phone: Some("4917604069043"),
    user_id: "DE.56620183947715028",
    username: None,
    channel: Channel::WhatsApp,
    behaviour: IN_BURSTS,
    came_by: None,
    may_open: true,
    phrases: &GERMAN,
    facts: &[(&["ihr name", "ihren namen", "wie heißen"], "Yusuf Demir")],
    scripts: &[
        Script {
            opening: &[
                &[
                    "Hallo",
                    "ich hab einen Platten 😅",
                    "und muss morgen früh zur Arbeit",
                    "habt ihr heute noch Zeit?",
                ],
                &["Moin", "mein Hinterrad ist platt", "schafft ihr das heute noch?"],
            ],
            turns: &[
                &[&["ja super", "ist ein Tubeless-Reifen, geht das auch?"]],
                &[&["ok", "was kostet das denn ungefähr?"]],
                &[&["passt", "ich bin in 20 Minuten da"]],
            ],
            facts: &[(&["größe", "zoll", "welcher reifen"], "28 Zoll, 42 mm breit")],
            farewell: &[&["danke euch!!", "bis gleich 🙏"], &["top", "danke, bis dann!"]],
        },
        Script {
            opening: &[&["Hi nochmal", "habt ihr auch Schlösser?", "meins wurde geknackt 😡"]],
            turns: &[
                &[&["eher ein Bügelschloss", "soll auch versichert sein"]],
                &[&["und liefert ihr das nach Hause?"]],
            ],
            facts: &[(&["preis", "budget", "ausgeben"], "so bis 90 Euro")],
            farewell: &[&["perfekt", "danke dir und schönen Abend!"]],
        },
    ],
};

/// Writes letters.
pub(super) const GERHARD: Persona = Persona {
    name: "Gerhard Brandt",
    phone: Some("4917604069066"),
    user_id: "DE.90345512876603491",
    username: None,
    channel: Channel::WhatsApp,
    behaviour: PLAIN,
    came_by: None,
    may_open: false,
    phrases: &GERMAN,
    facts: &[
        (&["ihr name", "ihren namen"], "Mein Name ist Gerhard Brandt, Brandt mit dt."),
        (
            &["telefon", "rückruf"],
            "Am besten erreichen Sie mich unter dieser Nummer, werktags zwischen neun und zwölf Uhr.",
        ),
    ],
    scripts: &[
        Script {
            opening: &[&[LETTER]],
            turns: &[
                &[&[
                    "Haben Sie Dank für die rasche Antwort. Ich möchte noch ergänzen, dass die Verkäuferin im Laden sehr freundlich war und mich an diese Nummer verwiesen hat; es geht mir also keineswegs darum, mich über jemanden zu beschweren. Ich wüsste nur gern, ob ich das Rad vorbeibringen soll oder ob jemand zu mir kommen kann, denn ohne Auto ist der Transport für mich etwas beschwerlich.",
                ]],
                &[&[
                    "Das klingt vernünftig. Dann würde ich vorschlagen, dass wir einen Termin in der kommenden Woche vereinbaren, vorzugsweise am Mittwoch oder Donnerstag, gern auch vormittags.",
                ]],
            ],
            facts: &[
                (
                    &["rechnung", "rechnungsnummer", "kaufbeleg"],
                    "Die Rechnung vom 3. April trägt die Nummer 2026-1187.",
                ),
                (&["rahmennummer"], "Die Rahmennummer lautet WBK 4471 208."),
            ],
            farewell: &[&[
                "Ich danke Ihnen herzlich für Ihre Mühe und Geduld. Mit freundlichen Grüßen, Gerhard Brandt",
            ]],
        },
        Script {
            opening: &[&[
                "Sehr geehrte Damen und Herren, darf ich fragen, ob Sie für ältere Semester auch Räder mit tiefem Durchstieg führen, die man vor dem Kauf einige Tage ausprobieren kann? Meine Frau hatte im Frühjahr eine Hüftoperation und möchte wieder mit dem Radfahren beginnen, traut sich aber noch nicht recht.",
            ]],
            turns: &[
                &[&[
                    "Sie ist 1,62 m groß und würde ein leichtes Rad bevorzugen, ob mit oder ohne Motor, das wissen wir selbst noch nicht so genau.",
                ]],
                &[&["Sehr freundlich. Wir kämen dann am Freitagnachmittag vorbei, wenn es Ihnen recht ist."]],
            ],
            facts: &[],
            farewell: &[&["Vielen Dank und bis Freitag. Mit besten Grüßen, Gerhard Brandt"]],
        },
    ],
};

const LETTER: &str = "Sehr geehrte Damen und Herren,

ich habe im April bei Ihnen ein Tourenrad mit Nabenschaltung gekauft und war damit bisher außerordentlich zufrieden. Wir haben, meine Frau und ich, im Sommer die Donau von Passau bis Wien befahren, gut dreihundert Kilometer, und es gab keine einzige Panne, was man wirklich nicht von jedem Rad behaupten kann. Seit etwa zwei Wochen allerdings springt die Schaltung beim Wechsel vom vierten in den fünften Gang gelegentlich heraus, besonders am Berg und besonders dann, wenn ich, wie es sich eigentlich nicht gehört, unter Last schalte. Ich habe zunächst versucht, den Zug nach der beiliegenden Anleitung selbst nachzustellen (die gelben Markierungen stehen jetzt genau übereinander), doch das hat nur für einen halben Tag geholfen.

Außerdem ist mir aufgefallen, dass das Rücklicht ausgeht, sobald ich länger als eine Minute an einer Ampel stehe. Die Anleitung spricht von einem Standlicht von wenigstens vier Minuten. Ob beides miteinander zu tun hat, vermag ich nicht zu beurteilen, halte es aber für unwahrscheinlich.

Nun meine Fragen: Erstens, fällt so etwas unter die Gewährleistung? Zweitens, müsste ich das Rad dafür bei Ihnen lassen, und wenn ja, wie lange ungefähr? Drittens, gäbe es für diese Zeit ein Leihrad, da ich täglich damit zum Wochenmarkt fahre? Und viertens, nur der Vollständigkeit halber: Wäre bei dieser Gelegenheit auch gleich die erste große Inspektion fällig, oder hat die noch Zeit bis zum Frühjahr?

Ich bitte um Verständnis für die lange Nachricht und danke im Voraus für Ihre Antwort.

Mit freundlichen Grüßen
Gerhard Brandt";

/// Careless with spelling. Read receipts are switched off.
pub(super) const JONAS: Persona = Persona {
    name: "Jonas Weber",
    phone: Some("4917604069088"),
    user_id: "DE.34417720985516602",
    username: None,
    channel: Channel::WhatsApp,
    behaviour: PRIVATE,
    came_by: None,
    may_open: false,
    phrases: &GERMAN,
    facts: &[(&["ihr name", "dein name", "namen"], "jonas weber")],
    scripts: &[
        Script {
            opening: &[&["hi, wollte fragen ob mein paket schon raus is. bestellt am dienstag"]],
            turns: &[
                &[&["ok und kann man die lieferadresse noch ändern? bin ab donnerstag bei meinen eltern"]],
                &[&["dann lieber an die packstation, geht das?"]],
            ],
            facts: &[
                (&["bestellnummer", "auftragsnummer", "order number"], "moment.. 20561"),
                (&["adresse", "packstation"], "packstation 122, 50667 köln"),
            ],
            farewell: &[&["nice danke"], &["passt, danke und ciao"]],
        },
        Script {
            opening: &[&[
                "hey, die rechnung stimmt nich. da steht 2x schlauch aber ich hab nur einen bekommen",
            ]],
            turns: &[
                &[&["ne bezahlt hab ich schon, mit karte"]],
                &[&["gutschrift is auch ok, nehm ich dann beim nächsten mal"]],
            ],
            facts: &[(&["rechnungsnummer", "bestellnummer", "order number"], "rechnung 2026-2210")],
            farewell: &[&["alles klar, danke für die mühe"]],
        },
    ],
};
