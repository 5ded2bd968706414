//! What people say whatever the concern, and the words of an agent that they recognise.

use super::script::Burst;

/// The phrases of one language.
#[derive(Debug)]
pub(super) struct Phrases {
    /// When the agent asks them to wait.
    pub(super) takes_time: &'static [Burst],
    /// When nobody answers.
    pub(super) asks_again: &'static [Burst],
    /// When still nobody answers.
    pub(super) gives_up: &'static [Burst],
    /// When the agent writes after the goodbye.
    pub(super) all_good: &'static [Burst],
}

/// Words with which an agent asks to wait.
pub(super) const WAIT: &[&str] = &[
    "one moment",
    "a moment",
    "just a second",
    "one second",
    "a minute",
    "let me check",
    "let me look",
    "i'll check",
    "i will check",
    "bear with me",
    "einen moment",
    "moment bitte",
    "kleinen moment",
    "augenblick",
    "sekunde",
    "ich prüfe",
    "ich schaue",
    "ich sehe nach",
    "ich frage nach",
];

/// Words with which an agent says goodbye.
pub(super) const GOODBYE: &[&str] = &[
    "goodbye",
    "good bye",
    "bye!",
    "bye.",
    "bye bye",
    "have a nice",
    "have a great",
    "have a good",
    "have a lovely",
    "take care",
    "tschüss",
    "tschüs",
    "auf wiedersehen",
    "schönen tag",
    "schönen abend",
    "schönes wochenende",
    "alles gute",
    "مع السلامة",
    "להתראות",
    "👋",
];

pub(super) const ENGLISH: Phrases = Phrases {
    takes_time: &[&["Sure, take your time."], &["No problem, I'll wait."], &["Of course 👍"]],
    asks_again: &[&["Hello? Is anyone there?"], &["Hi again, just checking whether you got my message."]],
    gives_up: &[
        &["No luck today, I see. I'll try again another time."],
        &["I have to go now. I'll come by the shop instead."],
    ],
    all_good: &[&["All good on my side now, thank you!"], &["That's everything from me. Thanks again!"]],
};

pub(super) const GERMAN: Phrases = Phrases {
    takes_time: &[&["Kein Problem, ich warte."], &["Ja klar, lassen Sie sich Zeit."], &["Gerne 👍"]],
    asks_again: &[&["Hallo? Ist da jemand?"], &["Ich wollte nur fragen, ob meine Nachricht angekommen ist."]],
    gives_up: &[
        &["Schade, dann versuche ich es ein andermal."],
        &["Ich muss jetzt los. Dann komme ich einfach im Laden vorbei."],
    ],
    all_good: &[
        &["Bei mir ist jetzt alles geklärt, vielen Dank!"],
        &["Das war alles von mir. Danke nochmal!"],
    ],
};

/// Short enough for SMS, and the same in English and German.
pub(super) const TERSE: Phrases = Phrases {
    takes_time: &[&["Ok"], &["Ok, no problem"]],
    asks_again: &[&["Hallo?"], &["??"]],
    gives_up: &[&["Ok, bye"]],
    all_good: &[&["Ok, super"], &["Alles ok, danke"]],
};

pub(super) const ARABIC: Phrases = Phrases {
    takes_time: &[&["لا مشكلة، سأنتظر."], &["تفضلوا، خذوا وقتكم."]],
    asks_again: &[&["مرحبًا؟ هل من أحد هنا؟"]],
    gives_up: &[&["يبدو أنكم مشغولون. سأحاول مرة أخرى لاحقًا."]],
    all_good: &[&["كل شيء واضح الآن، شكرًا لكم!"]],
};

pub(super) const HEBREW: Phrases = Phrases {
    takes_time: &[&["אין בעיה, אני מחכה."], &["בטח, קחו את הזמן 👍"]],
    asks_again: &[&["שלום? יש שם מישהו?"]],
    gives_up: &[&["לא נורא, אנסה שוב בפעם אחרת."]],
    all_good: &[&["הכול בסדר מבחינתי, תודה רבה!"]],
};

pub(super) const EMOJI: Phrases = Phrases {
    takes_time: &[&["👌⏳"], &["👍"]],
    asks_again: &[&["👀❓"], &["⏰🙄"]],
    gives_up: &[&["😴👋"]],
    all_good: &[&["👍😊"], &["💚"]],
};
